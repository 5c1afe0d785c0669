// SPDX-License-Identifier: Apache-2.0
import { execFileSync } from 'node:child_process';
import { chmod, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { makeCorpus } from './golden/corpus';
import { md5, oracle } from './golden/truth';
import { decodePng, ffmpegCommand, findFfmpeg, openVideo, quoted } from './index';

vi.setConfig({ testTimeout: 120_000 });

/** One file of each kind that is sought, started, counted or named differently. */
const FILES = [
  ...[
    'bframes.mp4',
    'open.mkv',
    'refresh.mp4',
    'ten.mp4',
    'vfr.mkv',
    'late.ts',
    'negative.mov',
    'edit.mp4',
    'turned90.mp4',
    'sar.mp4',
  ],
  ...[
    'b.avi',
    'vp8.webm',
    'hevc.mp4',
    'anim.gif',
    'joined.ts',
    '-x.mp4',
    'pq.mp4',
    'a:b.mp4',
    '%03d #1 [2]?.mp4',
    '录像 é 🎞 .mkv',
  ],
];
const corpus = await makeCorpus(undefined, FILES);
const temp = await mkdtemp(join(tmpdir(), 'zoetrope-command-'));
afterAll(() => rm(temp, { recursive: true, force: true }));
const posix = process.platform !== 'win32';
// Makes "ffmpeg" in a shell the one that the app uses.
await symlink(findFfmpeg().path, join(temp, 'ffmpeg'));

describe.runIf(posix)('the ffmpeg command, run by a shell', () => {
  it.each(corpus.map(({ file, path, look: rendering }) => [file, path, rendering] as const))(
    'makes exactly the frames of %s',
    async (_file, path, rendering) => {
      const index = await openVideo(path);
      const n = index.frameCount;
      const truth = await oracle(path, rendering);
      // Also frames from the middle on, which needs a seek.
      for (const places of [
        [...new Set([0, Math.floor(n / 3), n - 1])],
        [...new Set([Math.floor(n / 2), Math.floor((n * 3) / 4)])],
      ]) {
        const folder = await mkdtemp(join(temp, 'run-'));
        const words = await ffmpegCommand(path, index, places, "-it's %03d.png");
        const script = join(folder, 'run.sh');
        await writeFile(script, words.map((word) => quoted(word)).join(' '));
        await chmod(script, 0o700);
        execFileSync('sh', [script], {
          cwd: folder,
          stdio: 'pipe',
          env: { ...process.env, PATH: `${temp}${delimiter}${process.env['PATH']}` },
        });
        const files = (await readdir(folder)).filter((name) => name.endsWith('.png')).sort();
        const made = await Promise.all(
          files.map(async (name) => md5(await decodePng(await readFile(join(folder, name))))),
        );
        expect(made).toEqual(places.map((place) => truth[place]?.md5));
      }
    },
  );
});

it('gives no command where nothing tells a frame', async () => {
  const [clip] = await makeCorpus(undefined, ['sizesjoined.ts']);
  await expect(ffmpegCommand(clip!.path, await openVideo(clip!.path), [100], 'x-%03d.png')).rejects.toMatchObject({
    code: 'bad-request',
  });
});

it('quotes what a shell would read', () => {
  expect(quoted('plain/name-1.mp4', 'linux')).toBe('plain/name-1.mp4');
  expect(quoted("it's $HOME `x`", 'linux')).toBe(`'it'\\''s $HOME \`x\`'`);
  expect(quoted(`it's $(calc) \`x\` %PATH% "y"`, 'win32')).toBe(`'it''s $(calc) \`x\` %PATH% "y"'`);
  expect(quoted('it\u2019s', 'win32')).toBe(`'it\u2019\u2019s'`);
});
