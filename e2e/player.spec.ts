import AxeBuilder from '@axe-core/playwright';
import { expect, test } from '@playwright/test';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Zoetrope } from './window';

test.describe.configure({ mode: 'serial' });

let zoetrope: Zoetrope;
let folder: string;
test.beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'player-spec-'));
  // Frames come in threes, 40 ms apart, with 120 ms after each three.
  const picture = ['-f', 'lavfi', '-i', 'testsrc2=size=320x180:rate=25:duration=6'];
  const sound = ['-f', 'lavfi', '-i', 'sine=frequency=300:duration=9'];
  const uneven = ['-vf', "setpts='(N+floor(N/3)*2)/25/TB'", '-fps_mode', 'passthrough', '-video_track_timescale', '25'];
  const args = [...picture, ...sound, ...uneven, '-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-c:a', 'aac', join(folder, 'uneven.mp4')];
  execFileSync(process.env['FFMPEG_BIN'] ?? 'ffmpeg', ['-v', 'error', '-y', ...args]);
  zoetrope = await Zoetrope.start();
  await zoetrope.settings({ theme: 'dark' });
  await zoetrope.page.reload();
  await zoetrope.open(join(folder, 'uneven.mp4'));
  await expect(zoetrope.page.getByTestId('sample-button')).toBeEnabled({ timeout: 80_000 });
});
test.afterAll(async () => {
  await zoetrope.end();
  rmSync(folder, { recursive: true });
});

/** The video element as it is. */
const video = () =>
  zoetrope.page.locator('video').evaluate(({ currentTime, paused, playbackRate, volume, muted }: HTMLVideoElement) => ({ currentTime, paused, playbackRate, volume, muted }));
const press = async (...keys: string[]) => {
  for (const key of keys) await zoetrope.page.keyboard.press(key);
};
const shownAt = (n: number): number => (n + Math.floor(n / 3) * 2) / 25;
const onTray = () => zoetrope.page.getByRole('region', { name: 'Tray' }).click({ position: { x: 200, y: 15 } });

test('steps go from one real frame to the next, however long it stands', async () => {
  await expect.poll(async () => (await zoetrope.page.locator('video').evaluate((v: HTMLVideoElement) => v.readyState)) > 1, { timeout: 80_000 }).toBe(true);
  await onTray();
  for (const n of [1, 2, 3, 4]) {
    await press('ArrowRight');
    await expect.poll(async () => (await video()).currentTime, `frame ${n}`).toBeGreaterThan(shownAt(n));
    expect((await video()).currentTime).toBeLessThan(shownAt(n + 1));
  }
  await press('Shift+ArrowRight', 'ArrowLeft'); // one picture is sought after another: the 14th may still be there
  const frame13 = ({ currentTime }: { currentTime: number }): boolean => currentTime > shownAt(13) && currentTime < shownAt(14);
  await expect.poll(async () => frame13(await video())).toBe(true);
});

test('J, K and L; speed, sound and the whole screen by keyboard', async () => {
  const { page } = zoetrope;
  await onTray();
  await press('l', 'l');
  await expect.poll(video).toMatchObject({ paused: false, playbackRate: 2 });
  await press('k');
  await expect.poll(video).toMatchObject({ paused: true });
  const before = (await video()).currentTime;
  await press('j');
  await expect.poll(async () => (await video()).currentTime).toBeLessThan(before);
  await press('k', '>');
  await expect(page.getByRole('button', { name: 'Speed: 1.5×' })).toBeVisible();
  await press('Space');
  await expect.poll(video).toMatchObject({ paused: false, playbackRate: 1.5 });
  await press('k', '<', 'Shift+M');
  await expect.poll(video).toMatchObject({ paused: true, muted: true });
  await expect(page.getByRole('button', { name: 'Volume: 0%' })).toBeVisible();
  await press('Shift+M', 'f');
  await expect.poll(() => page.evaluate(() => document.fullscreenElement !== null)).toBe(true);
  await press('f');
  await expect.poll(() => page.evaluate(() => document.fullscreenElement !== null)).toBe(false);
});

test('the volume by its slider, named for screen readers', async () => {
  const { page } = zoetrope;
  await page.getByTestId('volume').click();
  const slider = page.getByRole('slider', { name: 'Volume' });
  await slider.focus();
  for (let k = 0; k < 4; k++) await press('ArrowLeft');
  await expect.poll(async () => (await video()).volume).toBeCloseTo(0.8);
  await zoetrope.screenshot('player-volume');
  await press('Escape');
  const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).include('[data-testid=video-pane]').analyze();
  expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
  await zoetrope.settings({ theme: 'light', language: 'zh' });
  await page.reload();
  await expect(page.getByTestId('sample-button')).toBeEnabled({ timeout: 80_000 });
  await zoetrope.screenshot('player-light-zh');
});
