// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@playwright/test';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Zoetrope } from '../fixtures/window';

let zoetrope: Zoetrope;
let folder: string;
test.beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'preview-spec-'));
  zoetrope = await Zoetrope.start();
});
test.afterAll(async () => {
  await zoetrope.end();
  rmSync(folder, { recursive: true });
});

/** Frames that differ from their neighbours by 16 grey levels, in a file whose clock starts at 100 s. */
function stairs(name: string, ...codec: string[]): string {
  const file = join(folder, name);
  const picture = ['-f', 'lavfi', '-i', "color=black:s=320x180:r=25:d=4,format=gray,geq=lum='20+mod(N*16,208)'"];
  const sound = ['-f', 'lavfi', '-i', 'sine=frequency=330:duration=4'];
  const args = [
    '-v',
    'error',
    '-y',
    ...picture,
    ...sound,
    '-pix_fmt',
    'yuv420p',
    ...codec,
    '-output_ts_offset',
    '100',
    file,
  ];
  execFileSync(process.env['FFMPEG_BIN'] ?? 'ffmpeg', args);
  return file;
}

/** The grey level on screen, in the middle of the picture, while the video is paused. */
const shownGrey = (): Promise<number> =>
  zoetrope.page
    .getByTestId('screen')
    .evaluate((screen: HTMLCanvasElement) =>
      screen.hidden ? NaN : screen.getContext('2d')!.getImageData(screen.width / 2, screen.height / 2, 1, 1).data[0]!,
    );

/** Samples single moments and returns the grey level in the middle of each frame: the reference for the preview. */
async function sampledGrey(time: number): Promise<number> {
  return zoetrope.page.evaluate(async (at) => {
    const state = await window.zoetrope['app.state'](undefined);
    const source = state.ok ? state.value.project.activeSource! : '';
    const reply = await window.zoetrope['video.sample'](
      { source, plan: { strategy: 'at', times: [at] } },
      () => undefined,
    ).result;
    if (!reply.ok) throw new Error(reply.error.message);
    const { sha256, width, height } = reply.value.items[0]!.picture;
    const bitmap = await createImageBitmap(
      await (await fetch(`zoetrope-media://picture/${sha256}-${width}x${height}`)).blob(),
    );
    const context = new OffscreenCanvas(1, 1).getContext('2d')!;
    context.drawImage(bitmap, width / 2, height / 2, 1, 1, 0, 0, 1, 1);
    return context.getImageData(0, 0, 1, 1).data[0]!;
  }, time);
}

const cases = [
  {
    name: 'h264.ts',
    codec: ['-c:v', 'libx264', '-bf', '3', '-g', '25', '-c:a', 'mp2', '-f', 'mpegts'],
    way: 'repackaged',
    words: 'Preview: repackaged',
  },
  {
    name: 'mpeg2.ts',
    codec: ['-c:v', 'mpeg2video', '-q:v', '2', '-bf', '2', '-c:a', 'mp2', '-f', 'mpegts'],
    way: 'low',
    words: 'low-resolution copy; the sampled frames are the original',
  },
  { name: 'prores.mov', codec: ['-c:v', 'prores_ks', '-c:a', 'pcm_s16le'], way: 'low', words: 'low-resolution copy' },
];

for (const { name, codec, way, words } of cases) {
  test(`${name} plays as a copy (${way}) that shows the same frames at the same times`, async () => {
    await zoetrope.open(stairs(name, ...codec));
    await expect(zoetrope.page.getByRole('region', { name })).toBeVisible({ timeout: 30_000 }); // not the previous one
    const label = zoetrope.page.getByTestId('preview-way');
    await expect(label).toHaveAttribute('data-way', way, { timeout: 30_000 });
    await expect(label).toContainText(words);
    await expect(zoetrope.page.getByRole('group', { name: 'Playback' }).getByLabel('Play')).toBeEnabled();
    // Once the duration is known, the player seeks to the playhead, whatever its position was before.
    await expect
      .poll(() => zoetrope.page.locator('video').evaluate((video: HTMLVideoElement) => video.readyState))
      .toBeGreaterThan(1);
    for (const time of [0.02, 1.02, 1.06, 2.5, 3.9]) {
      await zoetrope.page
        .locator('video')
        .evaluate((video: HTMLVideoElement, at) => void (video.currentTime = at), time);
      const wanted = await sampledGrey(time);
      // After a seek the picture is drawn slightly later than the player reports.
      await expect
        .poll(async () => Math.abs((await shownGrey()) - wanted), { timeout: 60_000, message: `at ${time} s` })
        .toBeLessThan(6);
    }
    await zoetrope.screenshot(`preview-${name}`);
  });
}

test('the copy is found again, and its address gives nothing for what was never opened', async () => {
  const { page } = zoetrope;
  await page.reload();
  await expect(page.getByTestId('preview-way')).toHaveAttribute('data-way', 'low', { timeout: 10_000 });
  const statuses = await page.evaluate(() =>
    Promise.all(
      ['preview/nothing', 'preview/..%2f..%2fetc%2fpasswd'].map(
        async (at) => (await fetch(`zoetrope-media://${at}`)).status,
      ),
    ),
  );
  expect(statuses).toEqual([404, 404]);
  await page.evaluate(async () => {
    const state = await window.zoetrope['app.state'](undefined);
    if (state.ok) await window.zoetrope['settings.set']({ ...state.value.settings, theme: 'light' });
  });
  await page.reload();
  await expect(page.getByTestId('preview-way')).toBeVisible();
  await zoetrope.screenshot('preview-light');
});

const containers = [
  { name: 'h264.mkv', codec: ['-c:v', 'libx264', '-bf', '3', '-g', '25', '-c:a', 'aac'] },
  {
    name: 'hevc.mkv',
    codec: ['-c:v', 'libx265', '-preset', 'ultrafast', '-x265-params', 'log-level=none', '-c:a', 'aac'],
  },
  { name: 'h264.mp4', codec: ['-c:v', 'libx264', '-bf', '3', '-g', '25', '-c:a', 'aac'] },
  {
    name: 'hevc.mp4',
    codec: [
      '-c:v',
      'libx265',
      '-preset',
      'ultrafast',
      '-x265-params',
      'log-level=none',
      '-tag:v',
      'hvc1',
      '-c:a',
      'aac',
    ],
  },
];

for (const { name, codec } of containers) {
  test(`${name} shows the sampled frame, whether this machine plays it as it is or as a copy`, async () => {
    test.setTimeout(180_000);
    const { page } = zoetrope;
    const patient = { timeout: 60_000 };
    await zoetrope.open(stairs(name, ...codec));
    await expect(page.getByRole('region', { name })).toBeVisible(patient); // not the previous one
    await expect(page.getByTestId('sample-button')).toBeEnabled(patient);
    await expect(page.getByRole('group', { name: 'Playback' }).getByLabel('Play')).toBeEnabled(patient);
    const slider = page.getByRole('slider', { name: 'Position' });
    await slider.press('Home', patient);
    for (const k of [1, 2, 3]) {
      await slider.press('ArrowRight', patient);
      await page.getByLabel('One frame forward').click(patient); // into the middle of a frame
      const time = Number(await slider.getAttribute('aria-valuenow'));
      expect(time).toBeGreaterThan(k);
      const wanted = await sampledGrey(time);
      await expect
        .poll(async () => Math.abs((await shownGrey()) - wanted), { ...patient, message: `at ${time} s` })
        .toBeLessThan(6);
    }
  });
}

test('a picture that the player gets wrong, or a seek that it misses, is made good', async () => {
  const { page } = zoetrope;
  const patient = { timeout: 60_000 };
  // Pictures before a keyframe that reference earlier ones: a player that starts at the keyframe does not have those.
  await zoetrope.open(
    stairs(
      'open.ts',
      '-c:v',
      'libx264',
      '-bf',
      '3',
      '-g',
      '25',
      '-x264-params',
      'open-gop=1:scenecut=0',
      '-c:a',
      'mp2',
      '-f',
      'mpegts',
    ),
  );
  await expect(page.getByRole('region', { name: 'open.ts' })).toBeVisible(patient);
  await expect(page.getByTestId('preview-way')).toHaveAttribute('data-way', 'repackaged', patient);
  await expect(page.getByRole('group', { name: 'Playback' }).getByLabel('Play')).toBeEnabled(patient);
  const held = async (time: number) => {
    const wanted = await sampledGrey(time);
    await expect
      .poll(async () => Math.abs((await shownGrey()) - wanted), { ...patient, message: `at ${time} s` })
      .toBeLessThan(6);
  };
  for (const frame of [10, 23, 24, 25, 26, 49]) {
    const time = (frame + 0.4) / 25;
    await page.locator('video').evaluate((video: HTMLVideoElement, at) => void (video.currentTime = at), time);
    await held(time);
  }
  await page
    .locator('video')
    .evaluate((video: HTMLVideoElement) =>
      Object.defineProperty(video, 'currentTime', { get: () => 1.976, set: () => undefined }),
    );
  const slider = page.getByRole('slider', { name: 'Position' });
  await slider.press('Home', patient);
  await held(0);
  await slider.press('ArrowRight', patient);
  await held(1);
});
