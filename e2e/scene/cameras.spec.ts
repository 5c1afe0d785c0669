// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@playwright/test';
import { posePosition, project } from '../../src/camera';
import type { ViewOrigin } from '../../src/contract';
import { Zoetrope } from '../fixtures/window';

test.describe.configure({ mode: 'serial' });
test.setTimeout(400_000); // rendered in software

let zoetrope: Zoetrope;
test.beforeAll(async () => void (zoetrope = await Zoetrope.start()));
test.afterAll(() => zoetrope.end());

const views = async (): Promise<(ViewOrigin & { sha256: string })[]> =>
  (await zoetrope.state()).project.tray.flatMap(({ origin, picture }) =>
    origin.kind === 'view' ? [{ ...origin, sha256: picture.sha256 }] : [],
  );
const hashes = async (): Promise<string[]> => (await views()).map(({ sha256 }) => sha256);
const pose = () => zoetrope.page.evaluate(() => window.__zoetropeScene!.pose());
const press = async (key: string, times = 1): Promise<void> => {
  for (let k = 0; k < times; k++) await zoetrope.page.getByTestId('scene-canvas').press(key);
};

test('a camera is chosen by key and moved by its handle; its view is taken anew in its place', async () => {
  const { page } = zoetrope;
  await zoetrope.openSample('scene');
  await expect(page.getByTestId('scene-pane')).toHaveAttribute('data-phase', 'ready', { timeout: 120_000 });
  for (const count of [1, 2]) {
    await press('c');
    await expect(zoetrope.tray).toHaveCount(count, { timeout: 120_000 });
    await press('Shift+ArrowRight', 3);
    await zoetrope.sceneStill();
  }
  const before = await views();
  await page.getByTestId('scene-panel-toggle').click();
  await expect(page.getByTestId('camera-list').getByRole('row')).toHaveCount(2);
  await press(']');
  await expect(page.getByTestId('camera-bar')).toContainText('View 1');
  await expect(zoetrope.tray.first()).toHaveAttribute('aria-selected', 'true');

  await press('-', 6); // zoom out until the cameras are on screen
  await zoetrope.sceneStill();
  const box = (await page.getByTestId('scene-canvas').boundingBox())!;
  const lens = { fovY: 45, width: box.width, height: box.height };
  const at = project(await pose(), lens, posePosition(before[0]!.pose));
  expect(Math.max(Math.abs(at.x), Math.abs(at.y))).toBeLessThan(0.8);
  const [x, y] = [box.x + (box.width * (1 + at.x)) / 2, box.y + (box.height * (1 - at.y)) / 2];
  await zoetrope.screenshot('scene-camera-selected');
  await page.mouse.move(x - 3, y);
  await page.mouse.move(x, y, { steps: 3 });
  await page.mouse.down();
  await page.mouse.move(x + 20, y - 30, { steps: 4 });
  await page.mouse.up();
  await expect.poll(async () => (await views())[0]?.strategy, { timeout: 120_000 }).toBe('placed');
  const [moved, other] = await views();
  expect(moved!.sha256).not.toBe(before[0]!.sha256);
  expect(moved!.pose.cameraToWorld).not.toEqual(before[0]!.pose.cameraToWorld);
  expect(moved!.intrinsics.fovY).toBe(before[0]!.intrinsics.fovY);
  expect(other).toEqual(before[1]);
  expect(await zoetrope.shownPixels(zoetrope.tray.first())).toBe(moved!.sha256);
  await expect(page.getByTestId('camera-bar')).toContainText('View 1');

  await page.keyboard.press('ControlOrMeta+z');
  await expect.poll(hashes).toEqual(before.map(({ sha256 }) => sha256));
  await page.keyboard.press('ControlOrMeta+Shift+z');
  await expect.poll(hashes).toEqual([moved!.sha256, other!.sha256]);
});

test('it takes the view on screen, goes away, and comes back', async () => {
  const { page } = zoetrope;
  const before = await views();
  await page.getByTestId('camera-list').getByRole('row').nth(1).click();
  await expect(page.getByTestId('camera-bar')).toContainText('View 2');
  await press('Shift+ArrowUp', 2);
  await zoetrope.sceneStill();
  const here = await pose();
  await press('u');
  await expect.poll(async () => (await views())[1]?.pose, { timeout: 120_000 }).toEqual(here);
  expect((await views())[0]).toEqual(before[0]);
  await press('Delete');
  await expect(zoetrope.tray).toHaveCount(1);
  await expect(page.getByTestId('camera-bar')).toHaveCount(0);
  await page.keyboard.press('ControlOrMeta+z');
  await expect(zoetrope.tray).toHaveCount(2);
});

test('places with a name are kept with the project and are a way to take views', async () => {
  const { page } = zoetrope;
  for (const name of ['the door', 'from above']) {
    await page.getByTestId('bookmark-add').click();
    const field = page.getByRole('textbox', { name: /rename/i });
    await field.fill('half written');
    for (const key of ['Enter', 'Escape']) await zoetrope.composing(field, key);
    await field.fill(name);
    await page.keyboard.press('Enter');
    await expect(page.getByRole('button', { name, exact: true })).toBeVisible();
    await press('Shift+ArrowLeft', 2);
    await zoetrope.sceneStill();
  }
  await page.getByRole('button', { name: 'the door', exact: true }).click();
  await zoetrope.sceneStill();
  await zoetrope.screenshot('scene-bookmarks');
  await page.emulateMedia({ colorScheme: 'dark' });
  await zoetrope.screenshot('scene-bookmarks-dark');
  await page.getByRole('button', { name: /where the views are taken from/i }).click();
  await page.getByRole('option', { name: 'Bookmarks' }).click();
  await page.getByTestId('capture-ring').click();
  await expect
    .poll(async () => (await views()).map(({ strategy }) => strategy), { timeout: 120_000 })
    .toEqual(['bookmarks', 'bookmarks']);

  const kept = Object.values((await zoetrope.state()).project.setups)[0]!.bookmarks;
  expect(kept.map(({ name }) => name)).toEqual(['the door', 'from above']);
  expect((await views()).map((view) => view.pose)).toEqual(kept.map((bookmark) => bookmark.pose));
  await page.getByRole('button', { name: 'Remove from above' }).click();
  await expect(page.getByRole('button', { name: 'from above', exact: true })).toHaveCount(0);
  await page.keyboard.press('ControlOrMeta+z');
  await expect(page.getByRole('button', { name: 'from above', exact: true })).toBeVisible();

  await zoetrope.app.close();
  zoetrope = await Zoetrope.start({ profile: zoetrope.profile });
  await expect(zoetrope.page.getByTestId('scene-pane')).toHaveAttribute('data-phase', 'ready', { timeout: 120_000 });
  expect(Object.values((await zoetrope.state()).project.setups)[0]!.bookmarks).toEqual(kept);
  await expect(zoetrope.page.getByRole('button', { name: 'the door', exact: true })).toBeVisible();
});
