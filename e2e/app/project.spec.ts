// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@playwright/test';
import { rmSync, writeFileSync, mkdtempSync, copyFileSync, renameSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { samples, Zoetrope } from '../fixtures/window';

test('everything is there again after the app was killed', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'zoetrope-media-'));
  const clip = join(folder, 'my clip #1 é.mp4');
  copyFileSync(join(samples, 'clip.mp4'), clip);
  let zoetrope = await Zoetrope.start({ files: [clip] });
  await expect(zoetrope.page.getByTestId('video-pane')).toBeVisible({ timeout: 20_000 });
  await expect(zoetrope.page.getByTestId('sample-button')).toBeEnabled({ timeout: 80_000 });
  await zoetrope.page.getByTestId('sample-button').click();
  await expect(zoetrope.tray).toHaveCount(16, { timeout: 30_000 });
  await zoetrope.ask('What is moving?');
  const { text } = await zoetrope.answered();
  const before = (await zoetrope.state()).project;
  await zoetrope.composer.fill('half a thought');
  await expect
    .poll(() =>
      zoetrope.page.evaluate((id) => window.zoetrope['draft.read']({ conversation: id }), before.conversation),
    )
    .toMatchObject({ value: { text: 'half a thought' } });
  await zoetrope.kill();

  zoetrope = await Zoetrope.start({ profile: zoetrope.profile });
  expect((await zoetrope.state()).project).toEqual(before);
  await expect(zoetrope.tray).toHaveCount(16);
  await expect(zoetrope.answer).toContainText(text);
  await expect(zoetrope.composer).toHaveValue('half a thought');
  expect(await zoetrope.shownPixels(zoetrope.tray.first())).toBe(before.tray[0]?.picture.sha256);
  await zoetrope.kill();

  // The file is moved away: the chat stays, and the source shows that it is missing.
  renameSync(clip, join(folder, 'elsewhere.mp4'));
  zoetrope = await Zoetrope.start({ profile: zoetrope.profile });
  expect((await zoetrope.state()).project.sources[0]?.present).toBe(false);
  await expect(zoetrope.answer).toContainText(text);
  await zoetrope.screenshot('source-missing');
  await zoetrope.answerDialog([join(folder, 'elsewhere.mp4')]);
  await zoetrope.page
    .getByRole('button', { name: /locate/i })
    .first()
    .click();
  await expect(zoetrope.page.getByTestId('video-pane')).toBeVisible();
  await zoetrope.end();
  rmSync(folder, { recursive: true });
});

test('files that cannot be opened are each named with what is wrong, and the rest is opened; in the language of the window', async () => {
  test.setTimeout(180_000);
  const folder = mkdtempSync(join(tmpdir(), 'zoetrope-media-'));
  const file = (name: string, content: string | Uint8Array): string => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  };
  const zoetrope = await Zoetrope.start();
  const { page } = zoetrope;
  const notices = page.getByTestId('notice');
  await zoetrope.open(
    file('empty.mp4', ''),
    file('letter.mp4', 'Dear all, this is no video.'),
    file('broken.jpg', Uint8Array.from([0xff, 0xd8, 0xff, 0xe0, 1, 2, 3])),
    join(samples, 'pictures', 'photo-3.jpg'),
  );
  await expect(page.getByTestId('photo-pane')).toBeVisible({ timeout: 60_000 });
  await expect(notices).toContainText([
    '"empty.mp4" is empty.',
    '"letter.mp4" is not a video',
    '"broken.jpg" is not a picture',
  ]);
  expect((await zoetrope.state()).project.sources.map((source) => source.name)).toEqual(['photo-3.jpg']);
  const name = page.getByRole('textbox', { name: 'Project name' });
  await name.fill('Harbour');
  for (const key of ['Enter', 'Escape']) {
    await zoetrope.composing(name, key);
    await expect(name).toBeFocused();
    await expect(name).toHaveValue('Harbour');
  }
  await name.press('Enter');
  await expect.poll(async () => (await zoetrope.state()).project.name).toBe('Harbour');
  await expect(zoetrope.tray).toHaveCount(1);
  await zoetrope.screenshot('refused-files');

  // Texts that are already on screen change language too.
  await page.getByTestId('settings-button').click();
  await page.getByRole('tab', { name: 'Appearance' }).click();
  await page.getByRole('radio', { name: '简体中文' }).click();
  // The notice is above the dialog, and screen readers can reach it beside it.
  await page.getByRole('button', { name: '知道了' }).first().click({ trial: true });
  await page.keyboard.press('Escape');
  await expect(notices).toHaveText([
    '“empty.mp4”是空文件。请重新复制或录制。',
    '“letter.mp4”不是可以读取的视频。请选择 MP4、MOV、MKV、WebM 或 AVI 等视频文件。',
    '“broken.jpg”不是可以读取的图片。请选择 JPEG、PNG、WebP、GIF、TIFF、AVIF 或 BMP 图片。',
  ]);
  for (let left = 3; left > 0; left--) {
    await page.getByRole('button', { name: '知道了' }).first().press('Enter');
    await expect(notices).toHaveCount(left - 1);
  }
  await zoetrope.open(
    file(
      'phone.heic',
      Uint8Array.from([0, 0, 0, 24, ...Buffer.from('ftypheic'), 0, 0, 0, 0, ...Buffer.from('mif1heic')]),
    ),
    file('letter.txt', 'Dear all, this is neither.'),
    file('stone.mtl', 'newmtl stone'),
    file('words.srt', 'no times at all'),
  );
  await expect(notices).toContainText([
    '“stone.mtl”只是三维场景的一部分，单独打开看不到内容。',
    '“phone.heic”是 HEIC 照片，这里无法读取。',
    '“letter.txt”不是 Zoetrope 认识的视频、图片或三维场景。',
    '“words.srt”是字幕，但现在没有打开的视频。',
  ]);
  await zoetrope.screenshot('refused-files-zh');
  await zoetrope.open(file('broken.glb', 'glTF\u0002\0\0\0\u00ff\u00ff\0\0'));
  await expect(page.getByTestId('scene-pane').getByTestId('error')).toContainText(
    'broken.glb 不是 glTF 文件。请在制作它的程序中重新导出',
    { timeout: 60_000 },
  );

  // The notice of missing memory, in both themes.
  await zoetrope.modelReady();
  await zoetrope.settings({ memory: { all: 1e6, caches: null } });
  await zoetrope.composer.fill('这是什么？');
  await zoetrope.composer.press('Enter');
  await expect(page.getByTestId('conversation').getByTestId('error')).toContainText(
    /^这个问题大约需要 .+ 内存，目前可用 .+。问题和图片盘都已保留。请关闭其他程序。如果仍然提问，.+但不会丢失任何内容。/,
  );
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme });
    await expect(page.locator('html')).toHaveAttribute('data-theme', colorScheme);
    await zoetrope.screenshot(`refused-zh-${colorScheme}`);
  }
  await zoetrope.end();
  rmSync(folder, { recursive: true });
});
