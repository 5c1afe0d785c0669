// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@playwright/test';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Zoetrope } from '../fixtures/window';

test.describe.configure({ mode: 'serial' });

let zoetrope: Zoetrope;
let folder: string;
test.beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'timeline-spec-'));
  const picture = ['-f', 'lavfi', '-i', 'testsrc2=size=320x180:rate=25:duration=40'];
  const sound = ['-f', 'lavfi', '-i', "aevalsrc='sin(1500*t)*abs(sin(t/2))*exp(-mod(t,3))':d=40:s=44100"];
  const args = [
    '-v',
    'error',
    '-y',
    ...picture,
    ...sound,
    '-c:v',
    'libx264',
    '-preset',
    'ultrafast',
    '-g',
    '50',
    '-pix_fmt',
    'yuv420p',
    '-c:a',
    'aac',
    join(folder, 'tune.mp4'),
  ];
  execFileSync(process.env['FFMPEG_BIN'] ?? 'ffmpeg', args);
  zoetrope = await Zoetrope.start();
});
test.afterAll(async () => {
  await zoetrope.end();
  rmSync(folder, { recursive: true });
});

const marks = () => zoetrope.page.getByTestId('timeline-mark');
/** The ordinals of the tray's frames, from the main process's state. */
const frames = async () =>
  (await zoetrope.state()).project.tray.map(({ origin }) => (origin.kind === 'frame' ? origin.index : -1));
const track = () => zoetrope.page.getByRole('slider', { name: 'Position' });

test('the sound is drawn, and the wheel zooms about the pointer', async () => {
  const { page } = zoetrope;
  await zoetrope.open(join(folder, 'tune.mp4'));
  const wave = page.getByTestId('waveform');
  await expect(wave).toHaveAttribute('data-peaks', /^(19|20)\d\d$/, { timeout: 20_000 });
  const drawn = await wave.evaluate((canvas: HTMLCanvasElement) =>
    canvas
      .getContext('2d')!
      .getImageData(0, 0, canvas.width, canvas.height)
      .data.some((value) => value > 0),
  );
  expect(drawn).toBe(true);
  await zoetrope.screenshot('timeline-whole');

  const box = (await track().boundingBox())!;
  await page.mouse.move(box.x + box.width * 0.75, box.y + 10);
  await page.mouse.wheel(0, -480); // zooms in four times
  const minimap = page.getByTestId('timeline-minimap');
  await expect(minimap).toBeVisible();
  // The time under the pointer, 30 s, stays there: 10 s are visible, three quarters of them before it.
  expect(Number(await minimap.getAttribute('aria-valuenow'))).toBeCloseTo(22.5, 0);
  await expect(page.getByTestId('timeline').getByText('0:25', { exact: true })).toBeVisible();
  await expect(page.getByTestId('timeline').getByText('0:10', { exact: true })).toHaveCount(0);
  await page.mouse.wheel(300, 0);
  expect(Number(await minimap.getAttribute('aria-valuenow'))).toBeGreaterThan(24);
  await minimap.focus();
  await page.keyboard.press('Home');
  expect(Number(await minimap.getAttribute('aria-valuenow'))).toBe(0);
  await track().focus();
  await page.keyboard.press('0');
  await expect(minimap).toHaveCount(0);
  await page.keyboard.press('+');
  await expect(minimap).toBeVisible();
  await page.keyboard.press('0');
});

test('a mark dragged takes the frame it is let go at, and undo brings the old one back', async () => {
  const { page } = zoetrope;
  await page.evaluate(async () => {
    const state = await window.zoetrope['app.state'](undefined);
    if (state.ok) await window.zoetrope['settings.set']({ ...state.value.settings, frameCount: 4, theme: 'dark' });
  });
  await page.reload();
  await page.getByTestId('sample-button').click();
  await expect(marks()).toHaveCount(4, { timeout: 30_000 });
  expect(await frames()).toEqual([0, 333, 666, 999]);

  const line = (await track().boundingBox())!;
  const mark = (await marks().nth(1).boundingBox())!;
  await page.mouse.move(mark.x + mark.width / 2, mark.y + 5);
  await page.mouse.down();
  await page.mouse.move(line.x + line.width * 0.3, mark.y + 5, { steps: 4 });
  await page.mouse.move(line.x + line.width * 0.5, mark.y + 5, { steps: 4 });
  await zoetrope.screenshot('timeline-drag');
  await page.mouse.up();
  await expect.poll(async () => (await frames())[1]).toBeGreaterThan(490);
  expect((await frames())[1]).toBeLessThan(510);
  await page.keyboard.press('ControlOrMeta+z');
  await expect.poll(frames).toEqual([0, 333, 666, 999]);

  // Dragged off the line, it is removed.
  await page.mouse.move(mark.x + mark.width / 2, mark.y + 5);
  await page.mouse.down();
  await page.mouse.move(mark.x + 30, mark.y + 90, { steps: 5 });
  await expect(page.getByText('Let go to remove')).toBeVisible();
  await page.mouse.up();
  await expect.poll(frames).toEqual([0, 666, 999]);
  await page.keyboard.press('ControlOrMeta+z');
  await expect.poll(frames).toEqual([0, 333, 666, 999]);
});

test('marks by keyboard: the next frame, another mark, removed, added', async () => {
  const { page } = zoetrope;
  await marks().first().focus();
  await page.keyboard.press('ArrowDown');
  await expect(marks().nth(1)).toBeFocused();
  await page.keyboard.press('ArrowRight');
  await expect.poll(frames).toEqual([0, 334, 666, 999]);
  await marks().nth(2).focus();
  await page.keyboard.press('Delete');
  await expect.poll(frames).toEqual([0, 334, 999]);
  await track().dblclick({ position: { x: ((await track().boundingBox())!.width * 3) / 4, y: 20 } });
  await expect.poll(async () => (await frames()).length).toBe(4);
  const [, , added] = await frames();
  expect(added).toBeGreaterThan(740); // between 334 and 999, where the pointer was
  expect(added).toBeLessThan(760);
  await track().focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('PageUp');
  await page.keyboard.press('Enter');
  await expect.poll(frames).toEqual([0, 250, 334, added, 999]);
});

test('zoomed, in light: named for screen readers, and looked at', async () => {
  const { page } = zoetrope;
  await page.evaluate(async () => {
    const state = await window.zoetrope['app.state'](undefined);
    if (state.ok) await window.zoetrope['settings.set']({ ...state.value.settings, theme: 'light' });
  });
  await page.reload();
  await expect(marks()).toHaveCount(5);
  await track().focus();
  for (let k = 0; k < 4; k++) await page.keyboard.press('+');
  await expect(page.getByTestId('timeline-minimap')).toBeVisible();
  await expect(page.getByTestId('waveform')).toHaveAttribute('data-peaks', /\d{4}/);
  await page.waitForTimeout(1500); // thumbnails of the visible range
  await zoetrope.screenshot('timeline-zoomed-light');
  expect(await zoetrope.violations('[data-testid=video-pane]')).toEqual([]);
});
