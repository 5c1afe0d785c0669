// SPDX-License-Identifier: Apache-2.0
// What each precision costs in accuracy: the bundled model (or the folder named) is compiled in every one, asked
// the questions of four samples about every sample picture and clip, and held against fp32. Rewrites the table in
// docs/precision.md. Needs a build (npm run build).
//
//     node bench/precision.mjs [MODEL]
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '..');
const model = path.resolve(process.argv[2] ?? path.join(root, 'models/starter'));
const samples = path.join(root, 'resources/samples');
const page = path.join(root, 'docs/precision.md');
const [start, end] = ['<!-- table -->', '<!-- /table -->'];
const precisions = ['fp32', 'w8a8', 'w8w4', 'w4'];

const zoetrope = (...args) =>
  execFileSync(process.execPath, [path.join(root, 'out/main/cli.js'), ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });

const photo = (n) => ['--image', path.join(samples, `pictures/photo-${n}.jpg`)];
const clip = (frames) => ['--video', path.join(samples, 'clip.mp4'), '--frames', frames];
const media = [photo(1), photo(2), photo(3), [...photo(1), ...photo(2)], clip('4'), clip('8')];
const questions = JSON.parse(fs.readFileSync(path.join(samples, 'samples.json'), 'utf8'))
  .filter(({ id }) => ['clip', 'pictures', 'photo', 'cat'].includes(id))
  .flatMap((sample) => sample.questions.map(({ en }) => en));
const prompts = media.flatMap((medium) => questions.map((question) => [...medium, question]));

/** Logits after the prompt, and the greedy answer. */
function ask(folder, prompt) {
  const file = path.join(folder, 'logits.f32');
  const answer = zoetrope('ask', '--model', folder, '--max-new-tokens', '24', '--dump-logits', file, ...prompt).trim();
  return { logits: new Float32Array(new Uint8Array(fs.readFileSync(file)).buffer), answer };
}

/** Log probabilities. */
function logSoftmax(logits) {
  const top = logits.reduce((a, b) => Math.max(a, b));
  const sum = Math.log(logits.reduce((total, v) => total + Math.exp(v - top), 0)) + top;
  return Array.from(logits, (v) => v - sum);
}

/** Kullback-Leibler divergence of q from p, in nats. */
function divergence(p, q) {
  const [a, b] = [logSoftmax(p), logSoftmax(q)];
  return a.reduce((total, v, i) => total + Math.exp(v) * (v - b[i]), 0);
}

const best = (logits) => logits.reduce((at, v, i) => (v > logits[at] ? i : at), 0);
const folderBytes = (dir) => fs.readdirSync(dir).reduce((sum, name) => sum + fs.statSync(path.join(dir, name)).size, 0);

const home = fs.mkdtempSync(path.join(os.tmpdir(), 'precision-'));
try {
  const runs = {};
  const megabytes = {};
  for (const precision of precisions) {
    const folder = path.join(home, precision);
    zoetrope('model', 'compile', model, '--out', folder, '--precision', precision);
    megabytes[precision] = (folderBytes(path.join(folder, 'onnx')) / 1e6).toFixed(1);
    runs[precision] = prompts.map((prompt) => ask(folder, prompt));
  }
  const rows = precisions.map((precision) => {
    const pairs = runs.fp32.map((whole, i) => [whole, runs[precision][i]]);
    const divergences = pairs.map(([a, b]) => divergence(a.logits, b.logits));
    const share = (same) => `${pairs.filter(([a, b]) => same(a, b)).length} of ${pairs.length}`;
    const mean = divergences.reduce((a, b) => a + b) / divergences.length;
    return [
      precision,
      megabytes[precision],
      share((a, b) => best(a.logits) === best(b.logits)),
      share((a, b) => a.answer === b.answer),
      mean.toFixed(5),
      Math.max(...divergences).toFixed(5),
    ];
  });
  const head = ['precision', 'MB', 'same first token', 'same answer', 'mean KL, nats', 'largest KL'];
  const table = [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
  const processor = `${os.cpus()[0].model.trim()} (${process.arch})`;
  // So that a table made of other weights is known for an old one.
  const { fingerprint } = JSON.parse(zoetrope('model', 'info', path.join(home, 'fp32')));
  const text = fs.readFileSync(page, 'utf8');
  const [before, after] = [text.indexOf(start) + start.length, text.indexOf(end)];
  fs.writeFileSync(
    page,
    `${text.slice(0, before)}\n${table}\n\n${prompts.length} prompts; processor: ${processor}; fingerprint in fp32: ${fingerprint.slice(0, 12)}.\n${text.slice(after)}`,
  );
  console.log(table);
} finally {
  fs.rmSync(home, { recursive: true, force: true });
}
