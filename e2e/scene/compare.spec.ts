// SPDX-License-Identifier: Apache-2.0
import { expect, test, type Locator } from '@playwright/test';
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { project, readNerfstudioFile } from '../../src/camera';
import type { ViewOrigin } from '../../src/contract';
import { command } from '../fixtures/command';
import { sampleWithout } from '../fixtures/twin';
import { samples, Zoetrope } from '../fixtures/window';

test.describe.configure({ mode: 'serial', timeout: 300_000 }); // rendered in software

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

/** An OBJ of cubes, each with its centre along x and half its edge length. */
const cubes = (...places: [x: number, half: number][]): string =>
  places
    .map(([x, half]) => {
      const corners = [0, 1, 2, 3, 4, 5, 6, 7].map((k) =>
        [x, 100, 5412000].map((n, axis) => n + (k & (1 << axis) ? half : -half)).join(' '),
      );
      const faces = ['1 3 4 2', '5 6 8 7', '1 2 6 5', '3 7 8 4', '1 5 7 3', '2 4 8 6'];
      const named = faces.map((face) => face.replace(/\d/g, (n) => String(Number(n) - 9)));
      return `${corners.map((corner) => `v ${corner}\n`).join('')}${named.map((face) => `f ${face}\n`).join('')}`;
    })
    .join('');

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
  // Everything can be done by keyboard.
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
    if (await greenAt(zoetrope.tray.nth(k), x, y)) seen++; // otherwise something hides it
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
  // Two scans in map coordinates, each of which would get an origin of its own; the cameras use the same coordinates.
  const scans = [join(folder, 'before.obj'), join(folder, 'after.obj')] as const;
  writeFileSync(scans[0], cubes([452600, 2], [452616, 2], [452700, 2]));
  writeFileSync(scans[1], cubes([452616, 2], [452600, 1]));
  const cameras = join(folder, 'cameras.json');
  const frames = [452608, 452700, 452616].map((x) => ({
    file_path: 'a.png',
    transform_matrix: [
      [1, 0, 0, x],
      [0, 1, 0, 100],
      [0, 0, 1, 5412040],
      [0, 0, 0, 1],
    ],
  }));
  writeFileSync(cameras, JSON.stringify({ camera_angle_x: 0.5, w: 64, h: 64, frames }));
  const into = join(folder, 'pairs');
  const { code, out, err } = command(
    'views',
    ...scans,
    '--strategy',
    'file',
    '--poses',
    cameras,
    '--poses',
    'nerfstudio',
    '--light',
    'even',
    '--out',
    into,
    '--json',
  );
  expect([code, err]).toEqual([0, '']);
  const taken = (JSON.parse(out) as { views: (ViewOrigin & { sha256: string })[] }).views;
  expect(taken.map(({ take }) => take)).toEqual(['A', 'B', 'A', 'B']);
  for (const k of [0, 2]) expect(taken[k + 1]!.pose).toEqual(taken[k]!.pose);
  expect(taken[1]!.sha256).not.toBe(taken[0]!.sha256);
  expect(taken[3]!.sha256).toBe(taken[2]!.sha256); // unchanged parts are equal to the pixel
  // The second camera sees nothing in the second scan, so that pair is left out completely.
  expect(readdirSync(into).sort()).toEqual([
    'transforms.json',
    ...['view-001-A.png', 'view-001-B.png', 'view-002-A.png', 'view-002-B.png'],
  ]);
  const written = readNerfstudioFile(readFileSync(join(into, 'transforms.json'), 'utf8'));
  expect(written.map(({ cameraToWorld }) => cameraToWorld[3])).toEqual([452608, 452608, 452616, 452616]);
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
