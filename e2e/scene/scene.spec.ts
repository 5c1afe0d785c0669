// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@playwright/test';
import { Zoetrope } from '../fixtures/window';

test.describe.configure({ mode: 'serial', timeout: 400_000 }); // rendered in software

let zoetrope: Zoetrope;
test.beforeAll(async () => void (zoetrope = await Zoetrope.start()));
test.afterAll(() => zoetrope.end());

test('a ring of eight views of the sample scene, and an answer', async () => {
  const { page } = zoetrope;
  await zoetrope.openSample('scene');
  await expect(page.getByTestId('scene-pane')).toHaveAttribute('data-phase', 'ready', { timeout: 120_000 });
  await page.getByTestId('capture-ring').click();
  await expect(zoetrope.tray).toHaveCount(8, { timeout: 200_000 });
  await zoetrope.ask('How many objects are there?');
  const { text, receipt } = await zoetrope.answered();
  expect(text).not.toBe('');
  expect(receipt.pictures).toHaveLength(8);
  for (const { origin, picture } of receipt.pictures) {
    expect(origin).toMatchObject({ kind: 'view', strategy: 'ring', count: 8 });
    expect([picture.width, picture.height]).toEqual([768, 768]);
  }
  expect(new Set(receipt.pictures.map(({ picture }) => picture.sha256)).size).toBe(8);
  expect(await zoetrope.shownPixels(zoetrope.tray.first())).toBe(receipt.pictures[0]?.picture.sha256);
  await zoetrope.screenshot('scene');
});

test('a captured picture is the picture on screen', async () => {
  const difference = await zoetrope.page.evaluate(async () => {
    const probe = window.__zoetropeScene;
    if (!probe) throw new Error('no probe');
    const screen = probe.readScreen();
    if (!screen) throw new Error('no picture');
    const size = Math.min(screen.width, screen.height);
    const { rgba } = await probe.capture(size);
    const left = Math.floor((screen.width - size) / 2);
    const top = Math.floor((screen.height - size) / 2);
    let worst = 0;
    let off = 0;
    let drawn = 0;
    for (let y = 0; y < size; y++) {
      for (let x = 0; x < size; x++) {
        const here = (y * size + x) * 4;
        const there = ((y + top) * screen.width + x + left) * 4;
        for (let c = 0; c < 3; c++) {
          const difference = Math.abs(rgba[here + c]! - screen.rgba[there + c]!);
          worst = Math.max(worst, difference);
          if (difference > 1) off++;
        }
        if (Math.abs(rgba[here]! - rgba[here + 2]!) > 60) drawn++; // a saturated colour: an object, not the ground
      }
    }
    return { worst, off: off / (size * size * 3), drawn };
  });
  expect(difference.drawn).toBeGreaterThan(500);
  // The pane is wider than the picture, so edges are sampled at other positions within a pixel; nothing else differs.
  expect(difference.off).toBeLessThan(0.001);
  expect(difference.worst).toBeLessThanOrEqual(8);
});

test('the current view joins by key', async () => {
  await zoetrope.page.getByTestId('scene-canvas').focus();
  await zoetrope.page.keyboard.press('c');
  await expect(zoetrope.tray).toHaveCount(9, { timeout: 120_000 });
});

test('it joins by a changed key with Ctrl, and from the menu whatever the key', async () => {
  const { app, page } = zoetrope;
  await page.keyboard.press('?');
  const key = page.getByTestId('key-take').getByRole('button').last();
  await key.click();
  await page.keyboard.press('Control+e');
  await expect(key).toHaveText('Ctrl+E');
  await page.keyboard.press('Escape');
  await expect(page.getByTestId('keys-dialog')).toHaveCount(0);
  await page.getByTestId('scene-canvas').focus();
  await page.keyboard.press('Control+e');
  await expect(zoetrope.tray).toHaveCount(10, { timeout: 120_000 });
  await app.evaluate(({ Menu }) => {
    const all = Menu.getApplicationMenu()?.items.flatMap(({ submenu }) => submenu?.items ?? []) ?? [];
    all.find(({ label }) => label === 'Add this frame or view')?.click();
  });
  await expect(zoetrope.tray).toHaveCount(11, { timeout: 120_000 });
});
