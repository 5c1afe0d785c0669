// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@playwright/test';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, delimiter, join } from 'node:path';
import { Zoetrope } from '../fixtures/window';

const ffmpeg = process.env['FFMPEG_BIN'] ?? 'ffmpeg';
let zoetrope: Zoetrope;
let folder: string;
let file: string;
test.beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'export-spec-'));
  file = join(folder, "it's a clip.mp4");
  const picture = ['-f', 'lavfi', '-i', 'testsrc2=size=320x180:rate=25:duration=12'];
  execFileSync(ffmpeg, [
    '-v',
    'error',
    '-y',
    ...picture,
    '-c:v',
    'libx264',
    '-preset',
    'ultrafast',
    '-g',
    '50',
    '-pix_fmt',
    'yuv420p',
    file,
  ]);
  zoetrope = await Zoetrope.start();
  await zoetrope.settings({ frameCount: 5 });
  await zoetrope.page.reload();
  await zoetrope.open(file);
  await zoetrope.page.getByTestId('sample-button').click({ timeout: 60_000 });
  await expect(zoetrope.tray).toHaveCount(5, { timeout: 60_000 });
});
test.afterAll(async () => {
  await zoetrope.end();
  rmSync(folder, { recursive: true });
});

/** sha256 of the rgb24 pixels of a picture file, decoded by ffmpeg. */
const pixels = (path: string): string =>
  createHash('sha256')
    .update(
      execFileSync(ffmpeg, ['-v', 'error', '-i', path, '-pix_fmt', 'rgb24', '-f', 'rawvideo', '-'], {
        maxBuffer: 1 << 28,
      }),
    )
    .digest('hex');
/** Hashes of the tray's pictures, which ffmpeg must find in the files. */
const hashes = async () => (await zoetrope.state()).project.tray.map(({ picture }) => picture.sha256);
const choose = async (item: RegExp) => {
  await zoetrope.page.getByTestId('tray').getByRole('button', { name: 'Export' }).click();
  await zoetrope.page.getByRole('menuitem', { name: item }).click();
};
const exported = () => zoetrope.page.getByTestId('exported');
const here = (name: string): string => {
  const path = join(folder, name);
  mkdirSync(path, { recursive: true });
  return path;
};
const pictures = (path: string) => readdirSync(path).sort();

test('PNG files hold exactly the pixels, and are named by number, frame and time', async () => {
  const path = here('png');
  await zoetrope.page.getByTestId('tray').getByRole('button', { name: 'Export' }).click();
  await expect(zoetrope.page.getByRole('menuitem', { name: /PNG, exact/ })).toBeVisible();
  await zoetrope.screenshot('export-menu');
  await zoetrope.page.keyboard.press('Escape');
  await zoetrope.answerDialog([path]);
  await choose(/PNG, exact/);
  await expect(exported()).toContainText('5 pictures saved in png', { timeout: 60_000 });
  expect(pictures(path)).toEqual([
    'it_s a clip-001-f000000-0.000s.png',
    'it_s a clip-002-f000074-2.960s.png',
    'it_s a clip-003-f000149-5.960s.png',
    'it_s a clip-004-f000224-8.960s.png',
    'it_s a clip-005-f000299-11.960s.png',
  ]);
  expect(pictures(path).map((name) => pixels(join(path, name)))).toEqual(await hashes());
});

test('nothing is replaced without asking', async () => {
  const path = here('png');
  const first = join(path, 'it_s a clip-001-f000000-0.000s.png');
  writeFileSync(first, 'mine');
  const answer = (response: number) =>
    zoetrope.app.evaluate(
      ({ dialog }, chosen) =>
        void (dialog.showMessageBox = () => Promise.resolve({ response: chosen, checkboxChecked: false })),
      response,
    );
  await zoetrope.answerDialog([path]);
  await answer(2); // cancel
  await choose(/PNG, exact/);
  await expect(zoetrope.page.getByTestId('export-progress')).toHaveCount(0);
  await expect.poll(() => readFileSync(first, 'utf8')).toBe('mine');
  expect(pictures(path)).toHaveLength(5);
  await answer(0); // keep both
  await choose(/PNG, exact/);
  await expect.poll(() => pictures(path).length, { timeout: 60_000 }).toBe(10);
  expect(readFileSync(first, 'utf8')).toBe('mine');
  const [all] = [await hashes()];
  expect(pixels(join(path, 'it_s a clip-001-f000000-0.000s (2).png'))).toBe(all[0]);
  await answer(1); // replace
  await choose(/PNG, exact/);
  await expect.poll(() => readFileSync(first).subarray(1, 4).toString(), { timeout: 60_000 }).toBe('PNG');
  expect(pixels(first)).toBe(all[0]);
  expect(pictures(path)).toHaveLength(10);
});

test('JPEG of two chosen pictures; a contact sheet', async () => {
  const path = here('jpeg');
  await zoetrope.tray.nth(1).click();
  await zoetrope.tray.nth(3).click({ modifiers: ['ControlOrMeta'] });
  await zoetrope.answerDialog([path]);
  await choose(/JPEG, best/);
  await expect
    .poll(() => pictures(path), { timeout: 60_000 })
    .toEqual(['it_s a clip-002-f000074-2.960s.jpg', 'it_s a clip-004-f000224-8.960s.jpg']);
  expect(
    readFileSync(join(path, pictures(path)[0]!))
      .subarray(0, 3)
      .toString('hex'),
  ).toBe('ffd8ff');

  await zoetrope.page.keyboard.press('Escape');
  const sheet = join(folder, 'sheet.png');
  await zoetrope.app.evaluate(
    ({ dialog }, filePath) => void (dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath })),
    sheet,
  );
  await choose(/Contact sheet/);
  await expect(exported()).toContainText(`Saved as ${basename(sheet)}`, { timeout: 60_000 });
  await zoetrope.screenshot('exported');
  // Two pictures are still selected: 320 x 180 each, captions under them.
  const raw = execFileSync(
    ffmpeg,
    ['-v', 'error', '-i', sheet, '-vf', 'crop=320:180:12:12', '-pix_fmt', 'gray', '-f', 'rawvideo', '-'],
    { maxBuffer: 1 << 26 },
  );
  const frame = execFileSync(
    ffmpeg,
    [
      '-v',
      'error',
      '-i',
      join(here('png'), 'it_s a clip-002-f000074-2.960s.png'),
      '-pix_fmt',
      'gray',
      '-f',
      'rawvideo',
      '-',
    ],
    { maxBuffer: 1 << 26 },
  );
  expect(raw.length).toBe(frame.length);
  let apart = 0;
  raw.forEach((value, i) => (apart += Math.abs(value - frame[i]!)));
  expect(apart / raw.length).toBeLessThan(1);
});

test('the ffmpeg command makes the same frames', async () => {
  const { page } = zoetrope;
  await page.getByRole('button', { name: 'Other ways to sample' }).click();
  await page.getByRole('menuitem', { name: /Copy the ffmpeg command/ }).click();
  await expect(exported()).toContainText('Command copied');
  const command = await zoetrope.app.evaluate(({ clipboard }) => clipboard.readText());
  const path = here('command');
  const bin = here('bin');
  symlinkSync(
    ffmpeg.includes('/') ? ffmpeg : execFileSync('which', [ffmpeg], { encoding: 'utf8' }).trim(),
    join(bin, 'ffmpeg'),
  );
  execFileSync('sh', ['-c', command], {
    cwd: path,
    stdio: 'pipe',
    env: { ...process.env, PATH: `${bin}${delimiter}${process.env['PATH']}` },
  });
  expect(pictures(path).map((name) => pixels(join(path, name)))).toEqual(await hashes());
});

test('an export that is stopped in the middle leaves nothing, and the next one works', async () => {
  const { page } = zoetrope;
  const path = here('stopped');
  writeFileSync(join(path, 'mine.txt'), 'mine');
  const large = join(folder, 'large.mp4');
  execFileSync(ffmpeg, [
    '-v',
    'error',
    '-y',
    '-f',
    'lavfi',
    '-i',
    'testsrc2=size=960x540:rate=25:duration=2',
    '-c:v',
    'libx264',
    '-preset',
    'ultrafast',
    '-pix_fmt',
    'yuv420p',
    large,
  ]);
  await zoetrope.settings({ frameCount: 24 });
  await page.reload();
  await page.getByRole('button', { name: 'Empty the tray' }).click();
  await zoetrope.open(large);
  await expect(page.getByRole('region', { name: 'large.mp4' })).toBeVisible({ timeout: 60_000 });
  await page.getByTestId('sample-button').click({ timeout: 60_000 });
  await expect(zoetrope.tray).toHaveCount(24, { timeout: 120_000 });
  await zoetrope.answerDialog([path]);
  // Cancels when the first picture is reported as written, faster than a user could.
  const stopped = page.evaluate(
    () =>
      new Promise<string>((resolve) => {
        const watch = new MutationObserver(() => {
          const job = document.querySelector('[data-testid=export-progress]');
          const words = job?.textContent ?? '';
          if (!/^([1-9]|1\d) of 24/.test(words)) return;
          watch.disconnect();
          job!.querySelector('button')!.click();
          resolve(words);
        });
        watch.observe(document.body, { subtree: true, childList: true, characterData: true });
      }),
  );
  await choose(/JPEG, best/);
  expect(await stopped).toMatch(/of 24 written/);
  await expect(page.getByTestId('export-progress')).toHaveCount(0, { timeout: 60_000 });
  await expect(exported()).toHaveText('');
  expect(pictures(path)).toEqual(['mine.txt']);
  await zoetrope.answerDialog([path]);
  await choose(/JPEG, small/);
  await expect(exported()).toContainText('24 pictures saved in stopped', { timeout: 120_000 });
  expect(pictures(path)).toHaveLength(25);
});
