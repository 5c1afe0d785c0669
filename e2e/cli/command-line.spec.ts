// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@playwright/test';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root, samples } from '../fixtures/window';

let folder: string;
test.beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'zoetrope-cli-'))));
test.afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Picture {
  kind: string;
  index?: number;
  pts?: number;
  width: number;
  height: number;
  sha256: string;
  input: { width: number; height: number; sha256: string };
  pose?: { cameraToWorld: number[] };
  file?: string;
}
interface Report {
  answer: string;
  sequence: Picture[];
  prompt: string;
  tokens: { prompt: number; image: number; generated: number };
  timings: Record<string, number>;
  peakBytes: number;
  model: { name: string };
}

function run(...args: string[]): { code: number | null; out: string; err: string } {
  const electron = process.env['ELECTRON_EXEC_PATH'] ?? '';
  const flags = JSON.parse(process.env['ZOETROPE_ELECTRON_FLAGS'] ?? '[]') as string[];
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, 'out/main/cli.js'), ...args], {
    encoding: 'utf8',
    env: { ...process.env, ZOETROPE_ELECTRON_COMMAND: JSON.stringify([electron, ...flags, root]) },
  });
  return { code: status, out: stdout, err: stderr };
}

const ask = (...args: string[]): Report => {
  const { code, out, err } = run('ask', '--json', ...args);
  expect(err).toBe('');
  expect(code).toBe(0);
  return JSON.parse(out) as Report;
};
const [first, second, third] = ['photo-1.jpg', 'photo-2.jpg', 'photo-3.jpg'].map((name) =>
  join(samples, 'pictures', name),
) as [string, string, string];
const clip = join(samples, 'clip.mp4');

test('media and placeholders keep their order, and the words stream as they are', () => {
  const report = ask(
    '--image',
    second,
    '--video',
    clip,
    '--frames',
    '3',
    '--image',
    first,
    'Is <image> after <image> or <image>?',
  );
  expect(report.sequence.map(({ kind, index }) => [kind, index])).toEqual([
    ['photo', undefined],
    ['frame', 0],
    ['frame', 99],
    ['frame', 199],
    ['photo', undefined],
  ]);
  expect(report.prompt).toContain('user\nIs <image>\n after <image>\n<image>\n<image>\n or <image>\n?<|im_end|>');
  expect(report.tokens.image).toBe(5 * 36);
  const { out } = run(
    'ask',
    '--image',
    second,
    '--video',
    clip,
    '--frames',
    '3',
    '--image',
    first,
    'Is <image> after <image> or <image>?',
  );
  expect(out.trim()).toBe(report.answer);
});

test('a sequence file says the same as the options', () => {
  const file = join(folder, 'sequence.json');
  writeFileSync(
    file,
    JSON.stringify({
      parts: [{ text: 'What changed between ' }, { image: first }, { text: ' and ' }, { image: second }, { text: '?' }],
    }),
  );
  const { timings, peakBytes, ...written } = ask('--sequence', file);
  const {
    timings: _t,
    peakBytes: _p,
    ...named
  } = ask('--image', first, '--image', second, 'What changed between <image> and <image>?');
  expect(written).toEqual(named);
  expect(timings['tokensPerSecond']).toBeGreaterThan(0);
  expect(peakBytes).toBeGreaterThan(10e6);
  expect(ask('--placement', 'front', '--sequence', file).prompt).toContain(
    'user\n<image>\n<image>\nWhat changed between image 1 and image 2?',
  );
});

test('the same seed draws the same answer, and logits are written for the last position', () => {
  const drawn = ['--image', third, '--temperature', '5', '--max-new-tokens', '12', 'Describe the picture.'];
  const { answer } = ask('--seed', '7', ...drawn);
  expect(ask('--seed', '7', ...drawn).answer).toBe(answer);
  expect(ask('--seed', '8', ...drawn).answer).not.toBe(answer);
  const file = join(folder, 'logits.f32');
  ask('--dump-logits', file, '--image', third, 'What is it?');
  const { vocab_size: vocabulary } = JSON.parse(readFileSync(join(root, 'models/starter/config.json'), 'utf8')) as {
    vocab_size: number;
  };
  expect(statSync(file).size).toBe(4 * vocabulary);
});

test('frames and views are written with the hash of their pixels', () => {
  const frames = JSON.parse(run('frames', clip, '--count', '4', '--json', '--out', join(folder, 'frames')).out) as {
    frames: Picture[];
  };
  expect(frames.frames.map(({ pts }) => pts)).toEqual([0, 2.64, 5.28, 7.96]);
  for (const { file, sha256 } of frames.frames) expect(pixelsOf(file!)).toBe(sha256);
  const views = JSON.parse(
    run(
      'views',
      join(samples, 'scene.glb'),
      '--strategy',
      'ring',
      '--count',
      '3',
      '--size',
      '128',
      '--json',
      '--out',
      join(folder, 'views'),
    ).out,
  ) as { views: Picture[] };
  expect(views.views.map(({ width, height }) => [width, height])).toEqual([
    [128, 128],
    [128, 128],
    [128, 128],
  ]);
  for (const { file, sha256, pose } of views.views) {
    expect(pixelsOf(file!)).toBe(sha256);
    expect(pose?.cameraToWorld).toHaveLength(16);
  }
});

test('what cannot be done ends with 2 and one line that says what to do', () => {
  const at = (name: string, content: string | Uint8Array): string => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
  const cases: [RegExp, ...string[]][] = [
    [/nowhere\.mp4/, 'ask', '--video', 'nowhere.mp4', 'What?'],
    [/empty/, 'ask', '--video', at('empty.mp4', ''), 'What?'],
    [/not a video|readable/, 'ask', '--video', at('letter.mp4', 'Dear all'), 'What?'],
    [/picture/, 'ask', '--image', at('letter.png', 'Dear all'), 'What?'],
    [/config\.json/, 'ask', '--model', folder, '--image', first, 'What?'],
    [/refers to 3 pictures/, 'ask', '--image', first, '--image', second, '<image> <image> <image>'],
    [/tokens/, 'ask', '--video', clip, '--frames', '150', 'What?'],
    [/There is no question/, 'ask', '--image', first],
    [/--frames takes a whole number/, 'ask', '--frames', 'many', '--video', clip, 'What?'],
    [/Unknown option/, 'ask', '--loud', 'What?'],
    [/no command "sing"/, 'sing'],
    [/scene|glTF|GLB/i, 'views', at('letter.glb', 'Dear all'), '--json'],
  ];
  for (const [words, ...args] of cases) {
    const { code, out, err } = run(...args);
    expect([code, out], args.join(' ')).toEqual([2, '']);
    expect(err, args.join(' ')).toMatch(words);
    expect(err.trim().split('\n'), args.join(' ')).toHaveLength(1);
  }
});

/** sha256 of a PNG's rgb24 pixels, decoded by ffmpeg. */
function pixelsOf(png: string): string {
  const args = ['-v', 'error', '-i', png, '-pix_fmt', 'rgb24', '-f', 'rawvideo', '-'];
  const { stdout } = spawnSync(process.env['FFMPEG_BIN'] ?? 'ffmpeg', args, { maxBuffer: 1 << 28 });
  return createHash('sha256').update(stdout).digest('hex');
}
