// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@playwright/test';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { samples, Zoetrope } from '../fixtures/window';

test.describe.configure({ mode: 'serial' });

let zoetrope: Zoetrope;
test.beforeAll(async () => void (zoetrope = await Zoetrope.start()));
test.afterAll(() => zoetrope.end());

test('an empty project shows the way in', async () => {
  await expect(zoetrope.page.getByTestId('sample-clip')).toBeVisible();
  await zoetrope.modelReady();
  await zoetrope.screenshot('empty');
});

test('sixteen exact frames of the sample clip, an answer in streamed words', async () => {
  const { page } = zoetrope;
  await zoetrope.openSample('clip');
  await expect(page.getByTestId('video-pane')).toBeVisible();
  await page.getByTestId('sample-button').click();
  await expect(zoetrope.tray).toHaveCount(16, { timeout: 30_000 });
  await expect(page.getByTestId('timeline-mark')).toHaveCount(16);
  await expect(page.getByTestId('strip')).not.toHaveAttribute('data-pictures', '0');

  await zoetrope.ask('Which direction does the red circle move?');
  const { text, receipt } = await zoetrope.answered();
  expect(text).not.toBe('');
  await expect(zoetrope.answer).toContainText(text);
  expect(receipt.pictures).toHaveLength(16);
  expect(receipt.tokens.image).toBe(16 * 36);
  expect(receipt.finish).toBe('stop');
  await zoetrope.screenshot('video');
});

test('the pictures in the tray are the pictures sent, and are the frames ffmpeg counts out', async () => {
  const { project } = await zoetrope.state();
  const answer = project.messages.at(-1);
  const sent = answer?.role === 'assistant' ? (answer.receipt?.pictures ?? []) : [];
  const shown = [];
  for (const item of await zoetrope.tray.all()) shown.push(await zoetrope.shownPixels(item));
  expect(shown).toEqual(sent.map(({ picture }) => picture.sha256));

  // linspace(0, 199, 16) of the clip's 200 frames, decoded in one plain pass.
  const places = sent.map(({ origin }) => (origin.kind === 'frame' ? origin.index : -1));
  expect(places).toEqual([0, 13, 26, 39, 53, 66, 79, 92, 106, 119, 132, 145, 159, 172, 185, 199]);
  expect(shown).toEqual(framesOf(join(samples, 'clip.mp4'), places, 640 * 360 * 3));
});

test('removing, undoing and clearing frames', async () => {
  const { page } = zoetrope;
  await zoetrope.tray.nth(3).hover();
  await zoetrope.tray.nth(3).getByTestId('tray-remove').click();
  await expect(zoetrope.tray).toHaveCount(15);
  await page.keyboard.press('ControlOrMeta+z');
  await expect(zoetrope.tray).toHaveCount(16);
  await expect.poll(async () => (await zoetrope.state()).project.tray.length).toBe(16);
});

test('a frame moves by keyboard, and its place is kept', async () => {
  const [first, second] = (await zoetrope.state()).project.tray;
  await zoetrope.tray.first().focus();
  await zoetrope.page.keyboard.press('Alt+ArrowRight');
  await expect
    .poll(async () => (await zoetrope.state()).project.tray.slice(0, 2).map((i) => i.id))
    .toEqual([second?.id, first?.id]);
  await zoetrope.page.keyboard.press('ControlOrMeta+z');
  await expect.poll(async () => (await zoetrope.state()).project.tray[0]?.id).toBe(first?.id);
});

test('a follow-up keeps the frames of the first question', async () => {
  await zoetrope.ask('How many shapes are there?');
  const { receipt } = await zoetrope.answered();
  expect(receipt.pictures).toHaveLength(16);
  expect(receipt.prompt.split('<|im_start|>user')).toHaveLength(3);
});

test('more frames than the model can hold are refused before they are sent, with one click to what fits', async () => {
  const { page } = zoetrope;
  await page.evaluate(async () => {
    await window.zoetrope['conversation.create'](undefined);
    const state = await window.zoetrope['app.state'](undefined);
    if (state.ok) await window.zoetrope['settings.set']({ ...state.value.settings, frameCount: 128 });
  });
  await page.reload();
  await page.getByTestId('sample-button').click();
  await expect(zoetrope.tray).toHaveCount(128, { timeout: 60_000 });
  await zoetrope.ask('What is moving?');
  await expect(page.getByText(/4,?096/).first()).toBeVisible();
  expect((await zoetrope.state()).project.messages).toEqual([]);
  await zoetrope.screenshot('too-long');
  await page.getByTestId('use-fewer').click();
  await expect.poll(() => zoetrope.tray.count()).toBeLessThan(114);
  await zoetrope.ask('What is moving?');
  await zoetrope.answered();
});

test('the video plays in the window', async () => {
  const { page } = zoetrope;
  const time = () => page.locator('video').evaluate((video: HTMLVideoElement) => video.currentTime);
  await page.getByTestId('timeline').click({ position: { x: 60, y: 20 } });
  await expect.poll(time).toBeGreaterThan(0);
  const before = await time();
  await page.keyboard.press('Space');
  await expect.poll(time).toBeGreaterThan(before);
});

/** sha256 of the rgb24 pixels of frames by their number, from one decode of the whole file. */
function framesOf(file: string, places: number[], frameBytes: number): string[] {
  const select = places.map((n) => `eq(n\\,${n})`).join('+');
  const args = [
    '-v',
    'error',
    '-i',
    file,
    '-vf',
    `select='${select}'`,
    '-fps_mode',
    'passthrough',
    '-pix_fmt',
    'rgb24',
    '-f',
    'rawvideo',
    '-',
  ];
  const raw = execFileSync(process.env['FFMPEG_BIN'] ?? 'ffmpeg', args, { maxBuffer: 1 << 30 });
  return places.map((_, k) =>
    createHash('sha256')
      .update(raw.subarray(k * frameBytes, (k + 1) * frameBytes))
      .digest('hex'),
  );
}
