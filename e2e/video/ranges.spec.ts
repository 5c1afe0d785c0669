// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@playwright/test';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { command } from '../fixtures/command';
import { Zoetrope } from '../fixtures/window';

test.describe.configure({ mode: 'serial' });

let zoetrope: Zoetrope;
let folder: string;
let file: string;
test.beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ranges-spec-'));
  file = join(folder, 'match.mp4');
  const picture = ['-f', 'lavfi', '-i', 'testsrc2=size=320x180:rate=25:duration=40'];
  execFileSync(process.env['FFMPEG_BIN'] ?? 'ffmpeg', [
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
  await zoetrope.settings({ frameCount: 4 });
  await zoetrope.page.reload();
  await zoetrope.open(file);
  await expect(zoetrope.page.getByTestId('sample-button')).toBeEnabled({ timeout: 60_000 });
});
test.afterAll(async () => {
  await zoetrope.end();
  rmSync(folder, { recursive: true });
});

/** The ranges in the main process's state. */
const parts = async () => Object.values((await zoetrope.state()).project.segments).flat();
const ends = async () => (await parts()).map(({ start, end }) => [start, end]);
const frames = async () =>
  (await zoetrope.state()).project.tray.map(({ origin }) => (origin.kind === 'frame' ? origin.index : -1));
const track = () => zoetrope.page.getByRole('slider', { name: 'Position' });
const end = (name: string) => zoetrope.page.getByRole('slider', { name: `End of ${name}` });
const press = async (...keys: string[]) => {
  for (const key of keys) await zoetrope.page.keyboard.press(key);
};

test('I and O mark parts, and frames are taken from their union', async () => {
  await track().focus();
  await press('Home', 'PageUp', 'i', 'PageUp', 'o', 'PageUp', 'i');
  await expect.poll(ends).toEqual([
    [10, 20],
    [30, 40],
  ]);
  await expect(zoetrope.page.getByTestId('range')).toHaveCount(2);
  await zoetrope.page.getByTestId('sample-button').click();
  // 251 frames from 250 on and 250 from 750 on: the 0th, 166th, 333rd and 500th of them.
  await expect.poll(frames, { timeout: 60_000 }).toEqual([250, 416, 832, 999]);
  const { out } = command('frames', file, '--range', '30-40', '--range', '10-20', '--count', '4', '--json');
  expect((JSON.parse(out) as { frames: { index: number }[] }).frames.map(({ index }) => index)).toEqual(await frames());
});

test('ends move by keyboard and by hand, stop at the neighbour, and undo brings them back', async () => {
  const { page } = zoetrope;
  await end('Range 1').focus();
  await press('ArrowRight');
  await expect.poll(ends).toEqual([
    [10, 20.04],
    [30, 40],
  ]);
  await press('ControlOrMeta+z');
  await expect.poll(ends).toEqual([
    [10, 20],
    [30, 40],
  ]);
  const line = (await track().boundingBox())!;
  const grip = (await end('Range 1').boundingBox())!;
  await page.mouse.move(grip.x + grip.width / 2, grip.y + 6);
  await page.mouse.down();
  await page.mouse.move(line.x + line.width * 0.6, grip.y + 8, { steps: 4 });
  await page.mouse.move(line.x + line.width * 0.9, grip.y + 8, { steps: 4 });
  await page.mouse.up();
  await expect.poll(ends).toEqual([
    [10, 30],
    [30, 40],
  ]);
  await press('ControlOrMeta+z');
  await expect.poll(ends).toEqual([
    [10, 20],
    [30, 40],
  ]);
});

test('denser here: shown before it is done, four times, taken with Enter', async () => {
  const { page } = zoetrope;
  await track().focus();
  await press('Home', 'PageUp', 'ArrowRight', 'd'); // in the first range, which holds frames 250 and 416
  const proposal = page.getByTestId('proposal');
  await expect(proposal).toContainText('2 more between 0:10.0 and 0:20.0');
  await expect(proposal).toContainText('6 pictures in all');
  await expect(page.getByTestId('proposed-mark')).toHaveCount(2);
  expect(await frames()).toHaveLength(4);
  await press('d');
  await expect(page.getByTestId('proposed-mark')).toHaveCount(6);
  await zoetrope.screenshot('denser');
  await press('Escape');
  await expect(proposal).toHaveCount(0);
  await press('d');
  await expect(page.getByTestId('proposed-mark')).toHaveCount(2);
  await page.getByTestId('proposal-accept').click();
  await expect.poll(frames, { timeout: 60_000 }).toEqual([250, 333, 416, 500, 832, 999]);
  const { out } = command(
    'frames',
    file,
    '--range',
    '10-20',
    '--range',
    '30-40',
    '--count',
    '4',
    '--denser',
    '10-20',
    '--json',
  );
  expect((JSON.parse(out) as { frames: { index: number }[] }).frames.map(({ index }) => index)).toEqual(await frames());
  await press('ControlOrMeta+z');
  await expect.poll(frames).toEqual([250, 416, 832, 999]);
});

test('a part drawn with Shift; left out with Space; removed with Delete', async () => {
  const { page } = zoetrope;
  const line = (await track().boundingBox())!;
  await page.keyboard.down('Shift');
  await page.mouse.move(line.x + line.width * 0.05, line.y + 20);
  await page.mouse.down();
  await page.mouse.move(line.x + line.width * 0.15, line.y + 20, { steps: 4 });
  await page.mouse.up();
  await page.keyboard.up('Shift');
  await expect.poll(async () => (await ends()).length).toBe(3);
  const [first] = await parts();
  expect(first!.start).toBeCloseTo(2, 0);
  expect(first!.end).toBeCloseTo(6, 0);
  const bar = page.getByRole('group', { name: 'Ranges to sample' }).getByRole('button', { name: /^Range 1/ });
  await bar.focus();
  await press('Space');
  await expect(bar).toHaveAttribute('aria-pressed', 'false');
  await page.getByTestId('sample-button').click();
  await expect.poll(frames, { timeout: 60_000 }).toEqual([250, 416, 832, 999]);
  await bar.focus();
  await press('Delete');
  await expect.poll(ends).toEqual([
    [10, 20],
    [30, 40],
  ]);
});

test('a name, and the name before the pictures of its part', async () => {
  const { page } = zoetrope;
  await page
    .getByRole('group', { name: 'Ranges to sample' })
    .getByRole('button', { name: /^Range 1/ })
    .focus();
  await press('Enter');
  const name = page.getByRole('textbox', { name: 'Name of range 1' });
  await expect(name).toBeFocused();
  await name.fill('Kick-off');
  await zoetrope.composing(name, 'Enter'); // confirms a character, so the list stays open
  await page.getByText('Tell the model the names').click();
  await zoetrope.screenshot('ranges-list');
  await name.press('Enter');
  await expect.poll(async () => (await parts())[0]?.label).toBe('Kick-off');
  await zoetrope.ask('What is it?');
  const { receipt } = await zoetrope.answered();
  expect(receipt.prompt).toContain('user\nKick-off: <image>\n<image>\n<image>\n<image>\nWhat is it?');
  expect(receipt.pictures.map(({ origin }) => (origin.kind === 'frame' ? origin.label : null))).toEqual([
    'Kick-off',
    'Kick-off',
    undefined,
    undefined,
  ]);
});

test('ranges stay over a restart of the page, in Chinese and light, named for screen readers', async () => {
  const { page } = zoetrope;
  await zoetrope.settings({ theme: 'light', language: 'zh' });
  await page.reload();
  await expect(page.getByTestId('range')).toHaveCount(2);
  await expect(page.getByTestId('range').first()).toContainText('Kick-off');
  await zoetrope.screenshot('ranges-light-zh');
  await page.getByTestId('ranges-button').click();
  await expect(page.getByTestId('ranges')).toBeVisible();
  await zoetrope.screenshot('ranges-list-light-zh');
  expect(await zoetrope.violations('[data-testid=ranges]')).toEqual([]);
  await press('Escape');
  expect(await zoetrope.violations('[data-testid=video-pane]')).toEqual([]);
});
