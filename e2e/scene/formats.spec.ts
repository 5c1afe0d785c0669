// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@playwright/test';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { NodeIO } from '@gltf-transform/core';
import { strToU8, zipSync } from 'fflate';
import sharp from 'sharp';
import type { SceneFacts } from '../../src/scene';
import * as written from '../../src/scene/formats/written';
import { command } from '../fixtures/command';
import { root, samples, Zoetrope } from '../fixtures/window';

test.describe.configure({ timeout: 180_000 });

let folder: string;
let zoetrope: Zoetrope;
test.beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'zoetrope-formats-'));
  zoetrope = await Zoetrope.start();
});
test.afterAll(async () => {
  await zoetrope.end();
  rmSync(folder, { recursive: true, force: true });
});

function put(name: string, file: string | Uint8Array): string {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, file);
  return path;
}

/** Puts the table as a glTF with its buffer and its texture into a folder of its own. */
function putGltf(name: string): { folder: string; main: string; buffer: string; picture: string } {
  const { 'table.gltf': gltf, 'parts/table.bin': bin } = written.gltf();
  return {
    folder: join(folder, name),
    main: put(`${name}/table.gltf`, gltf),
    buffer: put(`${name}/parts/table.bin`, bin),
    picture: put(`${name}/textures/check one.png`, written.CHECK_PNG),
  };
}

const OBJ = { 'table.obj': written.obj(), 'table.mtl': written.mtl(), 'check.png': written.CHECK_PNG };
const zippedObj = (): Uint8Array =>
  zipSync(
    Object.fromEntries(
      Object.entries(OBJ).map(([name, file]) => [`inside/${name}`, typeof file === 'string' ? strToU8(file) : file]),
    ),
  );

/** Opens these paths and waits for the scene called `title`. */
async function open(title: string, ...paths: string[]): Promise<SceneFacts> {
  await zoetrope.open(...paths);
  return shown(title);
}

async function shown(title: string): Promise<SceneFacts> {
  const pane = zoetrope.page.getByRole('region', { name: `3D scene ${title}`, exact: true });
  await expect(pane).toHaveAttribute('data-phase', 'ready', { timeout: 100_000 });
  // It is drawn in more than one colour: a view of it would not be blank.
  await expect.poll(colours, { timeout: 90_000 }).toBeGreaterThan(20);
  return (await zoetrope.page.evaluate(() => window.__zoetropeScene!.facts()))!;
}

const colours = (): Promise<number> =>
  zoetrope.page.evaluate(() => {
    const screen = window.__zoetropeScene?.readScreen();
    return new Set(screen ? new Uint32Array(screen.rgba.buffer) : []).size;
  });

const meshes: [string, string | Uint8Array][] = [
  ['table.stl', written.stl()],
  ['table-mesh.ply', written.plyMesh()],
  ['table.fbx', written.fbx()],
  ['table.usda', written.usda()],
  ['table.usdz', written.usdz()],
];
for (const [name, file] of meshes) {
  test(`${name} is shown`, async () => {
    expect(await open(name, put(name, file))).toMatchObject({
      triangles: written.TRIANGLES,
      points: 0,
      missing: [],
      notes: [],
    });
    await zoetrope.screenshot(`format-${name}`);
  });
}

const clouds: [string, string | Uint8Array][] = [
  ['points.ply', written.plyPoints()],
  ['points.pcd', written.pcd()],
  ['points.xyz', written.xyz()],
  ['points.las', written.las()],
];
for (const [name, file] of clouds) {
  test(`${name} is shown`, async () => {
    expect(await open(name, put(name, file))).toMatchObject({ triangles: 0, points: written.POINTS.length, splats: 0 });
    await zoetrope.screenshot(`format-${name}`);
  });
}

for (const name of ['bowl.laz', 'bowl14.laz']) {
  test(`${name}, packed by another program, is shown`, async () => {
    expect(await open(name, join(root, 'e2e/fixtures/golden', name))).toMatchObject({
      points: 3600,
      pointsInFile: 3600,
      up: 'z',
    });
    await zoetrope.screenshot(`format-${name}`);
  });
}

const splats: [string, Uint8Array][] = [
  ['splats.ply', written.splatPly()],
  ['bands.ply', written.splatPly(true)],
  ['table.splat', written.splat()],
  ['table.ksplat', written.ksplat()],
  ['table.spz', written.spz()],
];
for (const [name, file] of splats) {
  test(`${name} is shown`, async () => {
    expect(await open(name, put(name, file))).toMatchObject({ triangles: 0, points: 0, splats: written.POINTS.length });
    await zoetrope.screenshot(`format-${name}`);
  });
}

// The same ball of Gaussians, compressed by another program.
for (const name of ['splats.sog', 'splats.compressed.ply', 'splats.glb']) {
  test(`${name} is shown`, async () => {
    const facts = await open(name, join(root, 'e2e/fixtures/golden', name));
    expect(facts).toMatchObject({ triangles: 0, points: 0, splats: 260, up: name.endsWith('.glb') ? 'y' : '-y' });
    facts.bounds.min.forEach((n, axis) => {
      expect(n).toBeCloseTo(-1.5, 1);
      expect(facts.bounds.max[axis]).toBeCloseTo(1.5, 1);
    });
    await zoetrope.screenshot(`format-${name}`);
  });
}

test('the window reads the pixels of a SOG to the byte, whatever their alpha', async () => {
  const rgba = Uint8Array.from({ length: 4 * 64 * 64 }, (_, k) => (k * 2654435761) >>> (k % 17));
  const webp = await sharp(rgba, { raw: { width: 64, height: 64, channels: 4 } })
    .webp({ lossless: true, exact: true })
    .toBuffer();
  const read = await zoetrope.page.evaluate(
    async (bytes) => [...(await window.__zoetropeScene!.decodePicture(Uint8Array.from(bytes))).rgba],
    [...webp],
  );
  expect(Buffer.from(read).equals(rgba)).toBe(true);
});

test('a view of splats is the splats on screen, sorted for the camera that looks', async () => {
  const { page } = zoetrope;
  const worst = await page.evaluate(async () => {
    const probe = window.__zoetropeScene!;
    const first = probe.readScreen()!;
    const size = Math.min(first.width, first.height);
    const { rgba } = await probe.capture(size);
    const again = probe.readScreen()!;
    const left = Math.floor((first.width - size) / 2);
    const top = Math.floor((first.height - size) / 2);
    let off = 0;
    let changed = 0;
    for (let y = 0; y < size; y++) {
      for (let x = 0; x < size; x++) {
        for (let c = 0; c < 3; c++) {
          const there = ((y + top) * first.width + x + left) * 4 + c;
          if (Math.abs(rgba[(y * size + x) * 4 + c]! - first.rgba[there]!) > 3) off++;
          if (first.rgba[there] !== again.rgba[there]) changed++;
        }
      }
    }
    return { off: off / (size * size * 3), changed };
  });
  expect(worst.changed).toBe(0);
  expect(worst.off).toBeLessThan(0.002);
  await page.getByTestId('scene-canvas').focus();
  await page.keyboard.press('c');
  await expect(zoetrope.tray).toHaveCount(1, { timeout: 90_000 });
});

test('an OBJ opened with its .mtl and picture, and zipped, is the same scene', async () => {
  const paths = Object.entries(OBJ).map(([name, file]) => put(`together/${name}`, file));
  const together = await open('table.obj', ...paths);
  expect(together).toMatchObject({ triangles: written.TRIANGLES, materials: 4, textures: 1, missing: [] });
  await zoetrope.screenshot('format-obj');
  const zip = put('table.zip', zippedObj());
  expect(await open('table.zip', zip)).toEqual(together);
  const { project } = await zoetrope.state();
  expect(project.sources.filter(({ kind }) => kind === 'photo')).toEqual([]);
});

test('files that are missing are named, and can be added', async () => {
  const { page } = zoetrope;
  const { main, buffer, picture } = putGltf('gltf');
  await zoetrope.open(main);
  await expect(page.getByTestId('scene-error')).toContainText('parts/table.bin, textures/check one.png', {
    timeout: 90_000,
  });
  await zoetrope.screenshot('format-missing-buffer');
  await zoetrope.answerDialog([buffer]);
  await page.getByTestId('add-scene-files').click();
  expect(await shown('table.gltf')).toMatchObject({
    triangles: written.TRIANGLES,
    textures: 0,
    missing: ['textures/check%20one.png'],
  });
  await expect(page.getByTestId('missing-files')).toContainText('textures/check one.png');
  await zoetrope.screenshot('format-missing-picture');
  await zoetrope.answerDialog([picture]);
  await page.getByTestId('add-scene-files').click();
  await expect(page.getByTestId('missing-files')).toHaveCount(0, { timeout: 90_000 });
  expect(await shown('table.gltf')).toMatchObject({ textures: 1, missing: [] });
  await zoetrope.screenshot('format-gltf');
});

test('which way is up can be changed, is kept and can be undone', async () => {
  const { page } = zoetrope;
  const box = async () => (await open('table.stl', put('table.stl', written.stl()))).up;
  expect(await box()).toBe('z');
  await page.getByRole('button', { name: /which way is up/i }).click();
  await page.getByRole('option', { name: 'Up: Y' }).click();
  const up = () => page.evaluate(() => window.__zoetropeScene?.facts()?.up);
  await expect.poll(up, { timeout: 60_000 }).toBe('y');
  const { project } = await zoetrope.state();
  expect(project.setups[project.activeSource!]?.up).toBe('y');
  await zoetrope.screenshot('format-up');
  await page.getByRole('button', { name: 'Undo', exact: true }).click();
  await expect.poll(up, { timeout: 60_000 }).toBe('z');
});

test('counts are those of glTF-Transform', async () => {
  const path = join(samples, 'scene.glb');
  const facts = await open('scene.glb', path);
  const root = (await new NodeIO().read(path)).getRoot();
  const primitives = root.listMeshes().flatMap((mesh) => mesh.listPrimitives());
  const drawn = root.listNodes().flatMap((node) => node.getMesh()?.listPrimitives() ?? []);
  const sum = (numbers: number[]): number => numbers.reduce((a, b) => a + b, 0);
  expect(facts).toMatchObject({
    triangles: sum(
      drawn.map((primitive) => (primitive.getIndices() ?? primitive.getAttribute('POSITION')!).getCount() / 3),
    ),
    vertices: sum(primitives.map((primitive) => primitive.getAttribute('POSITION')!.getCount())),
    objects: drawn.length,
    materials: root.listMaterials().length,
    textures: root.listTextures().length,
  });
});

test('a folder is one scene', async () => {
  expect(await open('table.gltf', putGltf('one-folder').folder)).toMatchObject({ textures: 1, missing: [] });
});

test('the command line takes views of any of them', () => {
  const gltf = putGltf('for-the-command-line');
  for (const path of [
    gltf.main,
    gltf.folder,
    put('views.zip', zippedObj()),
    put('views.splat', written.splat()),
    put('views.las', written.las()),
  ]) {
    const { code, out, err } = command('views', path, '--count', '1', '--size', '64', '--json');
    expect([path, code, err]).toEqual([path, 0, '']);
    expect((JSON.parse(out) as { views: unknown[] }).views).toHaveLength(1);
  }
});

test('what cannot be shown says so', async () => {
  const cases: [string, string | Uint8Array, RegExp][] = [
    ['cut.ply', written.plyPoints().slice(0, -99), /stops short/],
    ['bomb.zip', zipSync({ 'a.glb': new Uint8Array(140 * 2 ** 20) }), /unpacks to more/],
    ['letter.obj', 'Dear all', /not an OBJ/],
  ];
  for (const [name, file, message] of cases) {
    await zoetrope.open(put(name, file));
    await expect(zoetrope.page.getByTestId('scene-error')).toContainText(message, { timeout: 90_000 });
    await expect(zoetrope.page.getByTestId('scene-error')).toContainText(name);
  }
  await zoetrope.screenshot('format-refused');
});
