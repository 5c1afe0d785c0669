import { expect, test } from '@playwright/test';
import { rmSync, writeFileSync, mkdtempSync, copyFileSync, renameSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { samples, Zoetrope } from './window';

test('everything is there again after the app was killed', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'zoetrope-media-'));
  const clip = join(folder, 'my clip #1 é.mp4');
  copyFileSync(join(samples, 'clip.mp4'), clip);
  let zoetrope = await Zoetrope.start({ files: [clip] });
  await expect(zoetrope.page.getByTestId('video-pane')).toBeVisible({ timeout: 20_000 });
  await zoetrope.page.getByTestId('sample-button').click();
  await expect(zoetrope.tray).toHaveCount(16, { timeout: 30_000 });
  await zoetrope.ask('What is moving?');
  const { text } = await zoetrope.answered();
  const before = (await zoetrope.state()).project;
  await zoetrope.kill();

  zoetrope = await Zoetrope.start({ profile: zoetrope.profile });
  expect((await zoetrope.state()).project).toEqual(before);
  await expect(zoetrope.tray).toHaveCount(16);
  await expect(zoetrope.answer).toContainText(text);
  expect(await zoetrope.shownPixels(zoetrope.tray.first())).toBe(before.tray[0]?.picture.sha256);
  await zoetrope.kill();

  // The file moves away: the chat stays, and the source says so.
  renameSync(clip, join(folder, 'elsewhere.mp4'));
  zoetrope = await Zoetrope.start({ profile: zoetrope.profile });
  expect((await zoetrope.state()).project.sources[0]?.present).toBe(false);
  await expect(zoetrope.answer).toContainText(text);
  await zoetrope.screenshot('source-missing');
  await zoetrope.answerDialog([join(folder, 'elsewhere.mp4')]);
  await zoetrope.page.getByRole('button', { name: /locate/i }).first().click();
  await expect(zoetrope.page.getByTestId('video-pane')).toBeVisible();
  await zoetrope.end();
  rmSync(folder, { recursive: true });
});

test('files that cannot be opened are each named with what is wrong, and the rest is opened', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'zoetrope-media-'));
  const file = (name: string, content: string | Uint8Array): string => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  };
  const zoetrope = await Zoetrope.start();
  await zoetrope.open(
    file('empty.mp4', ''),
    file('letter.mp4', 'Dear all, this is no video.'),
    file('broken.jpg', Uint8Array.from([0xff, 0xd8, 0xff, 0xe0, 1, 2, 3])),
    join(samples, 'pictures', 'photo-3.jpg'),
  );
  await expect(zoetrope.page.getByTestId('photo-pane')).toBeVisible({ timeout: 20_000 });
  for (const name of ['empty.mp4', 'letter.mp4', 'broken.jpg']) {
    await expect(zoetrope.page.getByText(name).first()).toBeVisible();
  }
  expect((await zoetrope.state()).project.sources.map((source) => source.name)).toEqual(['photo-3.jpg']);
  await zoetrope.screenshot('refused-files');

  await zoetrope.open(file('broken.glb', 'glTF\u0002\0\0\0\u00ff\u00ff\0\0'));
  await expect(zoetrope.page.getByTestId('scene-error').or(zoetrope.page.getByTestId('notice').getByText('broken.glb')).first()).toBeVisible({ timeout: 20_000 });
  await zoetrope.end();
  rmSync(folder, { recursive: true });
});
