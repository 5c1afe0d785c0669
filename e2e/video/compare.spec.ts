// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@playwright/test';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Item } from '../../src/contract';
import { Zoetrope } from '../fixtures/window';

test.describe.configure({ mode: 'serial', timeout: 300_000 });

const patient = { timeout: 60_000 };
let zoetrope: Zoetrope;
let folder: string;
test.beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'compare-spec-'));
  zoetrope = await Zoetrope.start({ files: [take('first.mp4', 0), take('second.mp4', 10)] });
});
test.afterAll(async () => {
  await zoetrope.end();
  rmSync(folder, { recursive: true });
});

/** Frames that differ from their neighbours by 2 grey levels, after `late` black frames. */
function take(name: string, late: number): string {
  const file = join(folder, name);
  const picture = `color=black:s=320x180:r=25:d=${4 + late / 25},format=gray,geq=lum='if(lt(N,${late}),0,30+2*(N-${late}))'`;
  execFileSync(process.env['FFMPEG_BIN'] ?? 'ffmpeg', [
    '-v',
    'error',
    '-y',
    '-f',
    'lavfi',
    '-i',
    picture,
    '-c:v',
    'libx264',
    '-qp',
    '4',
    '-g',
    '25',
    '-bf',
    '2',
    '-pix_fmt',
    'yuv420p',
    file,
  ]);
  return file;
}

const tray = async (): Promise<Item[]> => (await zoetrope.state()).project.tray;
const sides = async (): Promise<string> =>
  (await tray()).map(({ origin }) => (origin.kind === 'frame' ? origin.take : '-')).join('');
const numbers = async (side: 'A' | 'B'): Promise<number[]> =>
  (await tray()).flatMap(({ origin }) => (origin.kind === 'frame' && origin.take === side ? [origin.index] : []));

test('two takes of the same thing, one begun ten frames later, are lined up and taken in pairs', async () => {
  const { page } = zoetrope;
  await expect(page.getByTestId('sample-button')).toBeEnabled(patient);
  // Everything can be done by keyboard.
  await page.getByRole('button', { name: 'Compare with…' }).press('Enter', patient);
  await page.getByRole('menuitem', { name: 'second.mp4' }).press('Enter', patient);
  await expect(page.getByRole('menu')).toHaveCount(0, patient); // the menu takes all keys until it is gone
  const bar = page.getByTestId('compare-bar');
  await expect(bar).toBeVisible(patient);
  await expect(page.getByTestId('sample-pairs')).toBeEnabled(patient);
  for (let k = 0; k < 9; k++) await page.keyboard.press(']');
  await bar.getByRole('button', { name: 'B one frame later' }).press('Enter', patient);
  await expect
    .poll(async () => Object.values((await zoetrope.state()).project.videoSetups)[0]?.compare?.offset, patient)
    .toBeCloseTo(0.4, 6);

  await page.getByTestId('sample-pairs').press('Enter', patient);
  await expect(zoetrope.tray).toHaveCount(16, patient);
  expect(await sides()).toBe('AB'.repeat(8));
  const a = await numbers('A');
  expect([a[0], a[7]]).toEqual([0, 99]);
  expect(await numbers('B')).toEqual(a.map((number) => number + 10));
});

test('a run of moves, the order and the comparison itself are undone and done again', async () => {
  const { page } = zoetrope;
  const compare = async () => Object.values((await zoetrope.state()).project.videoSetups)[0]?.compare;
  const undo = () => page.keyboard.press('ControlOrMeta+z');
  const redo = () => page.keyboard.press('ControlOrMeta+Shift+z');
  await page.getByRole('radio', { name: 'A, then B' }).press('Enter', patient);
  await expect.poll(sides, patient).toBe('A'.repeat(8) + 'B'.repeat(8));
  await undo();
  await expect
    .poll(async () => [(await compare())?.arrange, await sides()], patient)
    .toEqual(['alternate', 'AB'.repeat(8)]);
  await expect(page.getByRole('radio', { name: 'Alternating' })).toHaveAttribute('aria-checked', 'true', patient);
  await undo(); // the sampled frames
  await expect(zoetrope.tray).toHaveCount(0, patient);
  await undo(); // ten changes of the offset
  await expect.poll(async () => (await compare())?.offset, patient).toBe(0);
  await undo();
  await expect(page.getByTestId('compare-bar')).toBeHidden(patient);
  await expect.poll(compare, patient).toBeNull();
  for (let k = 0; k < 3; k++) await redo();
  await expect(zoetrope.tray).toHaveCount(16, patient);
  await expect.poll(async () => (await compare())?.offset, patient).toBeCloseTo(0.4, 6);
  await expect.poll(sides, patient).toBe('AB'.repeat(8));
  await expect(page.getByTestId('compare-bar')).toBeVisible(patient);
});

test('both players stand at the same picture', async () => {
  const { page } = zoetrope;
  const slider = page.getByRole('slider', { name: 'Position' });
  await slider.press('Home', patient);
  for (let k = 0; k < 2; k++) await slider.press('ArrowRight', patient);
  const grey = (which: string): Promise<number> =>
    page.locator(which).evaluate((video: HTMLVideoElement) => {
      const context = new OffscreenCanvas(1, 1).getContext('2d')!;
      context.drawImage(video, 160, 90, 1, 1, 0, 0, 1, 1);
      return context.getImageData(0, 0, 1, 1).data[0]!;
    });
  await expect.poll(() => grey('video:not([data-testid])'), patient).toBeGreaterThan(120); // frame 50 has been drawn
  await expect
    .poll(
      async () => Math.abs((await grey('video:not([data-testid])')) - (await grey('[data-testid=second-take]'))),
      patient,
    )
    .toBeLessThan(2);
  await zoetrope.screenshot('compare');
});

test('grouped, the model is told which take is which, and all of it is kept', async () => {
  const { page } = zoetrope;
  await page.getByRole('radio', { name: 'A, then B' }).press('Enter', patient);
  await expect.poll(sides, patient).toBe('A'.repeat(8) + 'B'.repeat(8));
  await page.reload();
  await expect(page.getByTestId('compare-bar')).toBeVisible(patient);
  await zoetrope.ask('What is different between these two takes?');
  const { prompt } = (await zoetrope.answered()).receipt;
  expect(prompt).toContain(`Take A: ${'<image>\n'.repeat(8)}Take B: <image>`);
  await page.getByRole('button', { name: 'Stop comparing' }).press('Enter', patient);
  await expect(page.getByTestId('compare-bar')).toBeHidden(patient);
});
