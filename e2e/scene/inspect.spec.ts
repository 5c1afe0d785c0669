// SPDX-License-Identifier: Apache-2.0
import { expect as soon, test } from '@playwright/test';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { poseElevation, posePosition, project } from '../../src/camera';
import type { SceneSetup, Vec3, ViewOrigin } from '../../src/contract';
import { boxesGlb } from '../fixtures/boxes';
import { command } from '../fixtures/command';
import { Zoetrope } from '../fixtures/window';

test.describe.configure({ mode: 'serial', timeout: 300_000 });
/** Longer timeout: rendered in software, and the machine may be busy. */
const expect = soon.configure({ timeout: 90_000 });

let zoetrope: Zoetrope;
test.beforeAll(async () => {
  zoetrope = await Zoetrope.start();
  const path = join(zoetrope.profile, 'boxes.glb');
  writeFileSync(path, boxesGlb());
  await zoetrope.open(path);
  await expect(zoetrope.page.getByTestId('scene-pane')).toHaveAttribute('data-phase', 'ready');
});
test.afterAll(() => zoetrope.end());

const canvas = () => zoetrope.page.getByTestId('scene-canvas');
const pose = () => zoetrope.page.evaluate(() => window.__zoetropeScene!.pose());
const setup = async (): Promise<SceneSetup> => Object.values((await zoetrope.state()).project.setups)[0]!;
const lastView = async (): Promise<ViewOrigin> => (await zoetrope.state()).project.tray.at(-1)!.origin as ViewOrigin;
const tab = (name: string) => zoetrope.page.getByRole('tab', { name }).click();
const undo = () => zoetrope.page.keyboard.press('ControlOrMeta+z');

/** sha256 of the picture on screen. */
const screen = (): Promise<string> =>
  zoetrope.page.evaluate(async () => {
    const digest = await crypto.subtle.digest('SHA-256', window.__zoetropeScene!.readScreen()!.rgba);
    return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  });

/** The share of channels, in the middle square on screen, that differ from a capture of the same size. */
const difference = (): Promise<number> =>
  zoetrope.page.evaluate(async () => {
    const probe = window.__zoetropeScene!;
    const shown = probe.readScreen()!;
    const size = Math.min(shown.width, shown.height);
    const { rgba } = await probe.capture(size);
    const [left, top] = [Math.floor((shown.width - size) / 2), Math.floor((shown.height - size) / 2)];
    let off = 0;
    for (let y = 0; y < size; y++) {
      for (let x = 0; x < size; x++) {
        for (let c = 0; c < 3; c++) {
          if (Math.abs(rgba[(y * size + x) * 4 + c]! - shown.rgba[((y + top) * shown.width + x + left) * 4 + c]!) > 1)
            off++;
        }
      }
    }
    return off / (size * size * 3);
  });

/** The position on the page of a point in the scene. */
async function onPage(place: Vec3): Promise<{ x: number; y: number }> {
  const box = (await canvas().boundingBox())!;
  const at = project(await pose(), { fovY: 45, width: box.width, height: box.height }, place);
  return { x: box.x + (box.width * (1 + at.x)) / 2, y: box.y + (box.height * (1 - at.y)) / 2 };
}

async function clickAt(place: Vec3): Promise<void> {
  const { x, y } = await onPage(place);
  await zoetrope.page.mouse.click(x, y);
}

test('one flies through it by keyboard alone', async () => {
  const { page } = zoetrope;
  await canvas().focus();
  await page.keyboard.press('g');
  await expect(page.getByTestId('fly-note')).toContainText('m/s');
  const before = await pose();
  await page.keyboard.down('w');
  const ahead = before.target.map((n, k) => n - posePosition(before)[k]!) as Vec3;
  const way = Math.hypot(...ahead);
  const flown = async (): Promise<number> =>
    posePosition(await pose()).reduce((sum, n, k) => sum + ((n - posePosition(before)[k]!) * ahead[k]!) / way, 0);
  await expect.poll(flown).toBeGreaterThan(0.05);
  await page.keyboard.up('w');
  await zoetrope.sceneStill();
  const there = posePosition(await pose());
  // Straight ahead only.
  const along = await flown();
  there.forEach((n, k) => expect(n).toBeCloseTo(posePosition(before)[k]! + (along * ahead[k]!) / way, 5));
  await page.keyboard.press('e');
  await zoetrope.sceneStill();
  expect(posePosition(await pose())[1]).toBeGreaterThan(there[1]);
  const here = posePosition(await pose());
  await page.keyboard.press('ArrowLeft');
  await zoetrope.sceneStill();
  posePosition(await pose()).forEach((n, k) => expect(n).toBeCloseTo(here[k]!, 9)); // turning the camera does not move it
  await page.keyboard.press('s'); // moves back, and takes no views
  await zoetrope.sceneStill();
  expect(await zoetrope.tray.count()).toBe(0);
  const speed = await page.getByTestId('fly-note').innerText();
  await canvas().hover();
  await page.mouse.wheel(0, -100);
  await expect(page.getByTestId('fly-note')).not.toHaveText(speed);
  await zoetrope.screenshot('scene-fly');
  await page.keyboard.press('Escape');
  await expect(page.getByTestId('fly-note')).toHaveCount(0);
  await page.keyboard.press('f');
  await zoetrope.sceneStill();
});

test('its six sides are looked at from the compass, by pointer and by keyboard', async () => {
  const { page } = zoetrope;
  await page.getByTestId('side-top').click();
  await expect.poll(async () => poseElevation(await pose())).toBeGreaterThan(89);
  await page.getByTestId('side-front').focus();
  await page.keyboard.press('Enter');
  await expect.poll(async () => Math.abs(poseElevation(await pose()))).toBeLessThan(0.5);
  await zoetrope.sceneStill();
  const front = posePosition(await pose());
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Enter');
  await zoetrope.sceneStill();
  const right = posePosition(await pose());
  expect(front[2]).toBeGreaterThan(Math.abs(front[0]) + 1);
  expect(right[0]).toBeGreaterThan(Math.abs(right[2]) + 1);
});

test('parts are found, hidden, shown alone; views leave out the same and say so; undo', async () => {
  const { page } = zoetrope;
  await page.keyboard.press('n');
  await tab('Objects');
  const tree = page.getByRole('tree');
  await expect(tree.getByRole('treeitem')).toHaveText([/^Floor/, /^Table/, /^Lamp/]);
  await tree.focus();
  const whole = await screen();
  for (const key of ['End', 'Home', 'ArrowDown', 'ArrowRight', 'ArrowRight']) await page.keyboard.press(key);
  await expect(tree.getByRole('treeitem', { name: 'Top' })).toHaveAttribute('aria-selected', 'true');
  await expect(tree.getByRole('treeitem', { name: 'Top' })).toHaveAttribute('aria-level', '2');
  await page.keyboard.press('Space');
  await expect.poll(screen).not.toBe(whole);
  await expect(tree.getByRole('treeitem', { name: /^Top.*hidden/ })).toBeVisible();
  await expect(page.getByTestId('hidden-note')).toContainText('1 object is hidden');
  expect(await difference()).toBeLessThan(0.001);
  await page.getByTestId('capture-view').click();
  await expect(zoetrope.tray).toHaveCount(1);
  expect((await lastView()).parts).toMatchObject({ hidden: [{ name: 'Top' }], only: null });
  await zoetrope.screenshot('scene-parts');
  await undo(); // the view
  await undo(); // the hiding
  await expect.poll(screen).toBe(whole);
  expect((await setup()).parts).toBeUndefined();

  await page.getByRole('searchbox').fill('leg');
  await expect(tree.getByRole('treeitem')).toHaveText([/^Table/, /^Left leg/, /^Right leg/]);
  await page.getByRole('searchbox').press('Escape');
  await tree.getByRole('treeitem', { name: 'Lamp' }).click();
  await page.keyboard.press('/');
  await expect(page.getByTestId('hidden-note')).toContainText('Only Lamp is shown');
  await page.getByTestId('capture-ring').click();
  await expect(zoetrope.tray).toHaveCount(8);
  const { parts, pose: lamp } = await lastView();
  expect(parts!.only).toMatchObject({ name: 'Lamp' });
  expect(Math.hypot(lamp.target[0] - 1.8, lamp.target[2] - 1)).toBeLessThan(0.1); // orbits the lamp, not the room
  await page.getByTestId('show-all').click();
  await expect.poll(screen).toBe(whole);
  await undo();
  await undo();
  await undo();
  await expect.poll(async () => (await setup()).parts).toBeUndefined();
  await expect(zoetrope.tray).toHaveCount(0);
});

test('a click in the scene chooses a part, Esc lets it go', async () => {
  const { page } = zoetrope;
  await page.keyboard.press('f');
  await page.getByTestId('side-front').click();
  await zoetrope.sceneStill();
  await clickAt([1.8, 0.25, 1.25]);
  await expect(page.getByTestId('object-bar')).toContainText('Shade');
  await expect(page.getByRole('treeitem', { name: 'Shade' })).toHaveAttribute('aria-selected', 'true');
  await zoetrope.screenshot('scene-part-chosen');
  await canvas().press('Shift+F');
  await zoetrope.sceneStill();
  expect(Math.hypot(...(await pose()).target.map((n, k) => n - [1.8, 0.25, 1][k]!))).toBeLessThan(0.05);
  await canvas().press('Escape');
  await expect(page.getByTestId('object-bar')).toHaveCount(0);
  await canvas().press('f');
  await zoetrope.sceneStill();
});

test('light, tone curve and exposure are kept, undone, on every view and on its receipt', async () => {
  const { page } = zoetrope;
  await tab('Scene');
  const plain = await screen();
  const seen = new Set([plain]);
  for (const light of ['Even, no shadow', 'From the camera', 'Colours only', "The file's lights"]) {
    await page.getByRole('button', { name: /Light$/ }).click();
    await page.getByRole('option', { name: light }).click();
    await expect.poll(async () => seen.has(await screen())).toBe(false);
    seen.add(await screen());
    expect(await difference()).toBeLessThan(0.001);
  }
  for (const tone of ['ACES', 'AgX', 'Linear']) {
    await page.getByRole('button', { name: /Tone curve$/ }).click();
    await page.getByRole('option', { name: tone }).click();
    await expect.poll(async () => seen.has(await screen())).toBe(false);
    seen.add(await screen());
  }
  await page.getByTestId('exposure').getByRole('slider').focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  await expect
    .poll(async () => (await setup()).look)
    .toEqual({ lighting: 'file', toneMapping: 'linear', exposure: 0.2 });
  expect(await difference()).toBeLessThan(0.001);
  await zoetrope.screenshot('scene-light');
  await page.getByTestId('capture-view').click();
  await expect(zoetrope.tray).toHaveCount(1);
  expect((await lastView()).look).toEqual((await setup()).look);
  await undo();
  for (let k = 0; k < 9; k++) await undo();
  await expect.poll(async () => (await setup()).look).toBeUndefined();
  await expect.poll(screen).toBe(plain);
});

test('distances snap to corners, are shown in any unit, and can be undone', async () => {
  const { page } = zoetrope;
  await page.getByTestId('side-front').click();
  await zoetrope.sceneStill();
  await page.getByTestId('measure').click();
  const ends: [Vec3, Vec3] = [
    [-1, 0.8, 0.5],
    [1, 0.8, 0.5],
  ]; // the table's front edge, slightly inside
  await clickAt([ends[0][0] + 0.02, 0.78, 0.5]);
  await clickAt([ends[1][0] - 0.02, 0.78, 0.5]);
  await expect.poll(async () => (await setup()).measures.length).toBe(1);
  const [measure] = (await setup()).measures;
  for (const [k, end] of [measure!.from, measure!.to].entries())
    end.forEach((n, axis) => expect(n).toBeCloseTo(ends[k]![axis]!, 5));
  await expect(page.getByTestId('measures')).toContainText('2 m');
  await page.getByRole('button', { name: /Lengths in$/ }).click();
  await page.getByRole('option', { name: 'feet' }).click();
  await expect(page.getByTestId('measures')).toContainText('6.562 ft');
  await expect(page.getByTestId('measure-overlay')).toContainText('6.562 ft');
  await expect(page.getByTestId('scene-facts')).toContainText('19.7 × ');
  await zoetrope.screenshot('scene-measure');
  await undo();
  await expect(page.getByTestId('measures')).toContainText('2 m');
  await clickAt([0.98, 0.78, 0.5]);
  await canvas().press('Escape'); // cancels the first end point
  await canvas().press('Escape'); // leaves the tool
  await expect(page.getByTestId('measure')).toHaveAttribute('aria-pressed', 'false');
  await undo();
  await expect(page.getByTestId('measures')).toHaveCount(0);
});

test('the command line turns and lights a scene the same way, and its receipts say so', () => {
  const path = join(zoetrope.profile, 'boxes.glb');
  const take = (...more: string[]): { sceneHash: string; look: unknown; sha256: string }[] => {
    const { code, out, err } = command('views', path, '--count', '1', '--size', '64', '--json', ...more);
    expect([code, err]).toEqual([0, '']);
    return (JSON.parse(out) as { views: { sceneHash: string; look: unknown; sha256: string }[] }).views;
  };
  const [plain] = take();
  const [turned] = take('--up=-z', '--light', 'unlit', '--tone', 'linear', '--exposure', '0.5');
  expect(plain!.look).toEqual({ lighting: 'studio', toneMapping: 'neutral', exposure: 0 });
  expect(turned!.look).toEqual({ lighting: 'unlit', toneMapping: 'linear', exposure: 0.5 });
  expect(turned!.sceneHash).not.toBe(plain!.sceneHash);
  expect(turned!.sha256).not.toBe(plain!.sha256);
});

for (const [theme, language] of [
  ['dark', 'en'],
  ['light', 'zh'],
] as const) {
  test(`all of it can be read, ${theme}, ${language}`, async () => {
    const { page } = zoetrope;
    await zoetrope.settings({ theme, language });
    await page.reload();
    await expect(page.getByTestId('scene-pane')).toHaveAttribute('data-phase', 'ready');
    const panel = page.getByTestId('scene-panel-toggle');
    if ((await panel.getAttribute('aria-pressed')) === 'false') await panel.click();
    await canvas().press('g');
    await canvas().press('r');
    for (const name of language === 'en' ? ['Views', 'Objects', 'Scene'] : ['视图', '物体', '场景']) {
      await page.getByRole('tab', { name, exact: true }).click();
      if (name === 'Objects' || name === '物体') await page.getByRole('treeitem').nth(1).click();
      await zoetrope.screenshot(
        `scene-panel-${theme}-${language}-${name === '视图' ? 'Views' : name === '物体' ? 'Objects' : name === '场景' ? 'Scene' : name}`,
      );
      expect(await zoetrope.violations()).toEqual([]);
    }
  });
}
