// SPDX-License-Identifier: Apache-2.0
// Asks the bundled model the same questions twice: in a real server, transformers' own, and in our engine. Both must
// give the same answers, word for word, to prompts of the same length.
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { promisify } from 'node:util';
import { findProgram, run } from './command.mjs';
import { inRoot, root } from './paths.mjs';
import { Stop } from './report.mjs';

const runFile = promisify(execFile);

// torchvision resizes pictures in another way than Pillow, on which the model was trained and which we follow.
const tellPackages = `
from importlib.metadata import version
from importlib.util import find_spec
if all(map(find_spec, ("torch", "transformers", "fastapi", "uvicorn", "PIL"))) and not find_spec("torchvision"):
    print(version("transformers"))`;
const START_MS = 60_000;

const sample = (name) => inRoot('resources/samples', name);
const pictures = ['set-1', 'set-2', 'set-3', 'set-4'].flatMap((name) => ['--image', sample(`pictures/${name}.jpg`)]);
const clip = ['--video', sample('clip.mp4'), '--frames', '6'];
/** Questions that refer to the order of pictures, in both placements, about each kind of media. */
const QUESTIONS = [
  [...pictures, 'Which picture has the yellow heart?'],
  [...pictures, '--placement', 'front', 'Is it <image>, <image>, <image> or <image> that has the red square?'],
  [...clip, '--times', 'Which direction does the red circle move?'],
  [...clip, '--times', '--placement', 'front', 'What color is the square?'],
  ['--scene', sample('scene.glb'), '--views', '4', 'How many objects are there?'],
];

/** The Python that ZOETROPE_PYTHON names, or one on the PATH, with what the server needs; or undefined. */
async function findPython() {
  const named = process.env.ZOETROPE_PYTHON;
  for (const name of named ? [named] : ['python3', 'python']) {
    const python = findProgram(name) ?? (named && name);
    if (!python) continue;
    const { output } = await run(python, ['-c', tellPackages], { check: false }).catch(() => ({ output: '' }));
    if (/^\d+\.\d\S*$/.test(output)) return { python, version: output };
  }
  return undefined;
}

/**
 * Compares the answers of a server with those of our engine. Resolves with the number of questions and the version of
 * transformers, or with undefined if there is no such Python. @throws Stop at the first difference.
 */
export async function testRealServer(say) {
  const found = await findPython();
  if (found === undefined) return undefined;
  const ended = new AbortController();
  const port = await freePort();
  say(`starting transformers serve ${found.version}`);
  const server = startServer(found.python, port, ended.signal);
  try {
    await answers(`http://127.0.0.1:${port}/health`, server);
    for (const [k, question] of QUESTIONS.entries()) {
      say(`question ${k + 1} of ${QUESTIONS.length}`);
      const [theirs, ours] = await Promise.all([
        ask(['--server', `127.0.0.1:${port}`, ...question]),
        ask(['--precision', 'fp32', '--device', 'cpu', ...question]),
      ]);
      const [one, other] = [theirs, ours].map(({ answer, tokens }) => `"${answer}" (${tokens.prompt} tokens)`);
      if (one !== other) throw new Stop(`${question.at(-1)}\n    the server: ${one}\n    our engine: ${other}`);
    }
    return { version: found.version, count: QUESTIONS.length };
  } finally {
    ended.abort();
    await server;
  }
}

export const describeRealServer = (result) =>
  result
    ? `${result.count} answers are those of transformers ${result.version}`
    : 'skipped: no Python with torch and transformers[serving], without torchvision (ZOETROPE_PYTHON can name one)';

/** Resolves with the error that ended the server, if any. */
const startServer = (python, port, signal) =>
  run(
    python,
    [
      ...['-c', 'from transformers.cli.transformers import main; main()', 'serve', inRoot('models/starter')],
      ...['--device', 'cpu', '--dtype', 'float32', '--host', '127.0.0.1', '--port', String(port)],
    ],
    { cwd: root, env: { HF_HUB_OFFLINE: '1' }, what: 'transformers serve', signal },
  ).then(
    () => new Stop('transformers serve ended.'),
    (error) => error,
  );

async function ask(args) {
  const { stdout } = await runFile(process.execPath, [inRoot('scripts/zoetrope.mjs'), 'ask', '--json', ...args], {
    cwd: root,
  });
  return JSON.parse(stdout);
}

async function answers(url, server) {
  let failure;
  void server.then((error) => (failure = error));
  const until = Date.now() + START_MS;
  while (!(await fetch(url).catch(() => undefined))?.ok) {
    if (failure) throw failure;
    if (Date.now() > until) throw new Stop('transformers serve did not start within a minute.');
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

async function freePort() {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address();
  probe.close();
  await once(probe, 'close');
  return port;
}
