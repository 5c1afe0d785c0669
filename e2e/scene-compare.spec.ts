import { expect, test, type Locator } from '@playwright/test';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { project } from '../src/capture';
import type { ViewOrigin } from '../src/contract';
import { command } from './command';
import { sampleWithout } from './twin';
import { samples, Zoetrope } from './window';

test.describe.configure({ mode: 'serial', timeout: 300_000 }); // drawn by the processor

const patient = { timeout: 120_000 };
const gone = sampleWithout('green cylinder');
let zoetrope: Zoetrope;
let folder: string;
let scenes: [before: string, after: string];
test.beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'zoetrope-twins-'));
  scenes = [join(folder, 'before.glb'), join(folder, 'after.glb')];
  copyFileSync(join(samples, 'scene.glb'), scenes[0]);
  writeFileSync(scenes[1], gone.glb);
  zoetrope = await Zoetrope.start({ files: scenes });
});
test.afterAll(async () => {
  await zoetrope.end();
  rmSync(folder, { recursive: true, force: true });
});

const views = async (): Promise<ViewOrigin[]> =>
  (await zoetrope.state()).project.tray.flatMap(({ origin }) => (origin.kind === 'view' ? [origin] : []));
const sides = async (): Promise<string> =>
  (await views()).map(({ take, source }) => `${take ?? '-'}${source.name[0]}`).join(' ');

/** Whether a place of the picture is green. */
const greenAt = (item: Locator, x: number, y: number): Promise<boolean> =>
  item.locator('img').evaluate(
    async (img: HTMLImageElement, [u, v]) => {
      const bitmap = await createImageBitmap(await (await fetch(img.src)).blob());
      const context = new OffscreenCanvas(1, 1).getContext('2d')!;
      context.drawImage(
        bitmap,
        Math.floor(((u! + 1) / 2) * bitmap.width),
        Math.floor(((1 - v!) / 2) * bitmap.height),
        1,
        1,
        0,
        0,
        1,
        1,
      );
      const [r, g, b] = context.getImageData(0, 0, 1, 1).data;
      return g! > 1.5 * Math.max(r!, b!);
    },
    [x, y],
  );

test('a scene and its changed twin are seen side by side and captured in pairs from the same places', async () => {
  const { page } = zoetrope;
  await page.getByTestId('library').getByText('before.glb').click(patient);
  await expect(page.getByRole('region', { name: /before\.glb/ })).toHaveAttribute('data-phase', 'ready', patient);
  // By keyboard, as everything can be.
  await page.getByRole('button', { name: 'Compare with…' }).press('Enter', patient);
  await page.getByRole('menuitem', { name: 'after.glb' }).press('Enter', patient);
  await expect(page.getByTestId('second-scene')).toHaveAttribute('data-phase', 'ready', patient);
  await expect(page.getByRole('menu')).toHaveCount(0, patient);
  const count = page.getByRole('textbox', { name: 'Number of views' });
  await count.fill('4');
  await count.press('Tab');
  await page.getByTestId('capture-ring').click(patient);
  await expect(zoetrope.tray).toHaveCount(8, patient);
  expect(await sides()).toBe('Ab Ba Ab Ba Ab Ba Ab Ba');
  await zoetrope.screenshot('scene-compare');

  const taken = await views();
  let seen = 0;
  for (let k = 0; k < 8; k += 2) {
    const [a, b] = [taken[k]!, taken[k + 1]!];
    expect(b.pose).toEqual(a.pose);
    expect([b.intrinsics.fovY, b.intrinsics.width, b.index]).toEqual([a.intrinsics.fovY, a.intrinsics.width, a.index]);
    expect(b.sceneHash).not.toBe(a.sceneHash);
    const { x, y } = project(a.pose, a.intrinsics, gone.middle);
    if (await greenAt(zoetrope.tray.nth(k), x, y)) seen++; // else something stands before it
    expect(await greenAt(zoetrope.tray.nth(k + 1), x, y)).toBe(false);
  }
  expect(seen).toBeGreaterThan(1);
});

test('a camera that is moved takes its pair with it, and one undo brings both back', async () => {
  const { page } = zoetrope;
  const before = await views();
  const canvas = page.getByTestId('scene-canvas');
  await canvas.press(']');
  await expect(page.getByTestId('camera-bar')).toContainText('View 1');
  await canvas.press('Shift+ArrowUp');
  await canvas.press('u');
  await expect.poll(async () => (await views())[0]!.strategy, patient).toBe('placed');
  const [a, b, ...others] = await views();
  expect(a!.pose).not.toEqual(before[0]!.pose);
  expect([b!.strategy, b!.take, b!.pose]).toEqual(['placed', 'B', a!.pose]);
  expect(others).toEqual(before.slice(2));
  await page.keyboard.press('ControlOrMeta+z');
  await expect.poll(views, patient).toEqual(before);
});

test('grouped, the model is told which take is which; undo brings the order before it back', async () => {
  const { page } = zoetrope;
  await page.getByRole('radio', { name: 'A, then B' }).press('Enter', patient);
  const grouped = 'Ab Ab Ab Ab Ba Ba Ba Ba';
  await expect.poll(sides, patient).toBe(grouped);
  await page.keyboard.press('ControlOrMeta+z');
  await expect.poll(sides, patient).not.toBe(grouped);
  await page.keyboard.press('ControlOrMeta+Shift+z');
  await expect.poll(sides, patient).toBe(grouped);
  await zoetrope.ask('What changed?');
  const { prompt } = (await zoetrope.answered()).receipt;
  expect(prompt).toContain(`Take A: ${'<image>\n'.repeat(4)}Take B: <image>`);
  await page.emulateMedia({ colorScheme: 'dark' });
  await zoetrope.screenshot('scene-compare-dark');
  await page.getByRole('button', { name: 'Stop comparing' }).press('Enter', patient);
  await expect(page.getByTestId('second-scene')).toHaveCount(0, patient);
});

test('the command line takes the same pairs', () => {
  const { code, out, err } = command('views', ...scenes, '--count', '2', '--size', '64', '--json');
  expect([code, err]).toEqual([0, '']);
  const taken = (JSON.parse(out) as { views: (ViewOrigin & { sha256: string })[] }).views;
  expect(taken.map(({ take }) => take)).toEqual(['A', 'B', 'A', 'B']);
  for (const k of [0, 2]) expect(taken[k + 1]!.pose).toEqual(taken[k]!.pose);
  expect(taken[1]!.sha256).not.toBe(taken[0]!.sha256);
  const asked = command(
    'ask',
    '--scene',
    scenes[0],
    '--scene',
    scenes[1],
    '--views',
    '1',
    '--compare',
    'grouped',
    '--json',
    'What changed?',
  );
  expect([asked.code, asked.err]).toEqual([0, '']);
  expect((JSON.parse(asked.out) as { prompt: string }).prompt).toContain('Take A: <image>\nTake B: <image>');
  expect(command('views', scenes[0], '--compare', 'grouped').err).toMatch(/two scenes/);
});
