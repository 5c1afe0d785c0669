// SPDX-License-Identifier: Apache-2.0
import { expect as soon, test } from '@playwright/test';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { brokenFiles } from '../../src/scene/validate/broken-files';
import * as written from '../../src/scene/formats/written';
import { boxesGlb } from '../fixtures/boxes';
import { HOSTILE_SCENES } from '../hard/hostile-scenes';
import { root, Zoetrope } from '../fixtures/window';

test.describe.configure({ timeout: 300_000 });
/** Longer timeout: rendered in software, and the machine may be busy. */
const expect = soon.configure({ timeout: 90_000 });

let zoetrope: Zoetrope;
let folder: string;
let server: Server;
let asked = 0;
test.beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'zoetrope-refused-'));
  server = createServer((_request, response) => {
    asked += 1;
    response.end();
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  zoetrope = await Zoetrope.start();
});
test.afterAll(async () => {
  await zoetrope.end();
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

function put(name: string, file: string | Uint8Array): string {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, file);
  return path;
}

const refusal = () => zoetrope.page.getByTestId('scene-error');
const ready = (title: string) =>
  expect(zoetrope.page.getByRole('region', { name: `3D scene ${title}`, exact: true })).toHaveAttribute(
    'data-phase',
    'ready',
  );
const pictures = async () => (await zoetrope.state()).project.tray.map(({ picture }) => picture.sha256);

test('a glTF with a fault is refused with the place of the fault, and the next one opens', async () => {
  const { page } = zoetrope;
  const bent = new Map(brokenFiles().map(({ name, glb }) => [name, glb]));
  await zoetrope.open(put('far.glb', bent.get('accessor beyond its buffer view')!));
  await expect(refusal()).toContainText('far.glb');
  await expect(refusal()).toContainText('/accessors/0');
  await zoetrope.open(put('lost.glb', bent.get('a scene with a node that is not there')!));
  await expect(refusal()).toContainText('/scenes/0/nodes/1');
  await zoetrope.open(put('sound.glb', bent.get('nothing')!));
  await ready('sound.glb');
  await expect(page.getByTestId('capture-view')).toBeEnabled();
});

test('under a kilobyte that asks for gigabytes is refused before anything is made of it', async () => {
  const json = JSON.stringify({
    asset: { version: '2.0' },
    scene: 0,
    scenes: [{ nodes: [0] }],
    nodes: [{ mesh: 0 }],
    meshes: [{ primitives: [{ attributes: { POSITION: 0 } }] }],
    accessors: [{ componentType: 5126, count: 400_000_000, type: 'VEC3', min: [0, 0, 0], max: [1, 1, 1] }],
  });
  expect(json.length).toBeLessThan(1024);
  await zoetrope.open(put('greedy.gltf', json));
  await expect(refusal()).toContainText('4.8 GB');
});

const hostile = (name: string): string => HOSTILE_SCENES.find((one) => one.name === name)!.make(folder);

test('traps of every kind are refused before they cost anything, and the next scene opens', async () => {
  const traps = [
    ['texture-gif.glb', '20,000 x 20,000'],
    ['nodes-deep.glb', '1,000 deep'],
    ['groups.obj', 'lie over each other'],
    ['element.ply', 'PLY header'],
    ['arrays.fbx', 'unpacks to more than'],
  ] as const;
  for (const [name, words] of traps) {
    await zoetrope.open(hostile(name));
    await expect(refusal(), name).toContainText(words);
  }
  await zoetrope.open(put('after.glb', boxesGlb()));
  await ready('after.glb');
});

test('a reader that hangs is ended, and the window answers meanwhile', async () => {
  const { page } = zoetrope;
  await zoetrope.open(hostile('solid.stl'));
  await page.waitForTimeout(2000);
  const asked = Date.now();
  expect(await page.evaluate(() => 1 + 1)).toBe(2);
  expect(Date.now() - asked).toBeLessThan(1500);
  await expect(refusal()).toContainText('took too long to read');
});

test('textures that cost their file nothing are shown smaller, and said to be', async () => {
  const { page } = zoetrope;
  await zoetrope.open(hostile('textures-twelve.glb'));
  await ready('textures-twelve.glb');
  await expect(page.getByText('Textures are shown at up to 2,048 pixels.')).toBeVisible();
  await zoetrope.screenshot('scene-textures-smaller');
});

test('of an opened folder the page is given what a scene can use, and nothing else', async () => {
  const { page } = zoetrope;
  const files = written.gltf();
  for (const [name, file] of Object.entries({
    ...files,
    'private.txt': 'x',
    '.env': 'x',
    id_rsa: 'x',
    'notes.json': 'x',
  }))
    put(`served/${name}`, file);
  put('outside.png', 'x');
  symlinkSync(join(folder, 'outside.png'), join(folder, 'served/link.png'));
  await zoetrope.open(join(folder, 'served'));
  const last = async () => (await zoetrope.state()).project.sources.at(-1)!;
  await expect.poll(async () => (await last()).folder).toBe(join(folder, 'served'));
  const { id, name: title } = await last();
  await ready(title);
  const status = (name: string): Promise<number> =>
    page.evaluate((url) => fetch(url).then((response) => response.status), `zoetrope-media://scene/${id}/${name}`);
  expect(await status('table.gltf')).toBe(200);
  expect(await status('parts%2Ftable.bin')).toBe(200);
  for (const name of [
    'private.txt',
    '.env',
    'id_rsa',
    'notes.json',
    'link.png',
    '..%2Foutside.png',
    'parts%2F..%2Ftable.gltf',
    'parts%5Ctable.bin',
    'table.gltf%00',
    '%E0%A4%A',
    'table.gltf::$DATA',
  ])
    expect([name, await status(name)]).toEqual([name, 404]);
});

test('addresses of the network are files that are missing: nothing is asked for', async () => {
  const { page } = zoetrope;
  const { port } = server.address() as AddressInfo;
  const { 'table.gltf': gltf, 'parts/table.bin': bin } = written.gltf();
  const text = typeof gltf === 'string' ? gltf : new TextDecoder().decode(gltf);
  const scene = JSON.parse(text) as { buffers: { uri: string }[]; images: { uri: string }[] };
  scene.images[0]!.uri = `http://127.0.0.1:${port}/check.png`;
  await zoetrope.open(put('net/table.gltf', JSON.stringify(scene)), put('net/parts/table.bin', bin));
  await ready('table.gltf');
  await expect(page.getByTestId('missing-files')).toContainText('check.png');
  scene.buffers[0]!.uri = `http://127.0.0.1:${port}/all.bin`;
  await zoetrope.open(put('far.gltf', JSON.stringify(scene)));
  await expect(refusal()).toContainText('all.bin');
  await expect(page.getByTestId('add-scene-files')).toBeVisible();
  expect(asked).toBe(0);
});

test('geometry packed with Draco and meshopt and pictures packed with Basis are what they were before', async () => {
  const { page } = zoetrope;
  const facts = () => page.evaluate(() => window.__zoetropeScene!.facts()!);
  /** Mean difference of a capture from the first one, out of 255. */
  const off = () =>
    page.evaluate(async () => {
      const { rgba } = await window.__zoetropeScene!.capture(192);
      const kept = window as unknown as { plain?: Uint8Array };
      const { plain } = ((kept.plain ??= rgba), kept);
      return rgba.reduce((sum, n, k) => sum + Math.abs(n - plain![k]!), 0) / rgba.length;
    });
  for (const name of ['plain', 'draco', 'meshopt', 'ktx2-etc1s', 'ktx2-uastc']) {
    await zoetrope.open(join(root, `e2e/fixtures/golden/bowl-${name}.glb`));
    await ready(`bowl-${name}.glb`);
    expect(await facts()).toMatchObject({ triangles: 1152, textures: 1, notes: [] });
    expect(await off(), name).toBeLessThan(1.5); // coordinates are rounded, colours differ slightly
    await zoetrope.screenshot(`format-${name}`);
  }
});

test('what unpacks pictures may make functions from text and reach nothing; all else may not', async () => {
  const assets = readdirSync(join(root, 'out/renderer/assets'));
  const scripts = assets.filter((name) => name.endsWith('.js'));
  const policies = await zoetrope.page.evaluate(
    (names) =>
      Promise.all(
        names.map(
          async (name) =>
            [name, (await fetch(`zoetrope://app/assets/${name}`)).headers.get('content-security-policy')] as const,
        ),
      ),
    scripts,
  );
  const free = policies.filter(([, policy]) => policy?.includes("'unsafe-eval'") ?? true);
  expect(free).toEqual([[expect.stringMatching(/^basis\.worker-/), "default-src 'none'; script-src 'unsafe-eval'"]]);
});

test('a view taken while the graphics card is away is the one that was asked for, and never black', async () => {
  const { page } = zoetrope;
  await zoetrope.open(put('boxes.glb', boxesGlb()));
  await ready('boxes.glb');
  await page.getByTestId('scene-canvas').focus();
  await page.keyboard.press('c');
  await expect(zoetrope.tray).toHaveCount(1);
  await page.evaluate(() => {
    const canvas = document.querySelector<HTMLCanvasElement>('[data-testid=scene-canvas] canvas')!;
    const card = canvas.getContext('webgl2')!.getExtension('WEBGL_lose_context')!;
    Object.assign(window, { card });
    card.loseContext();
  });
  await expect(page.getByText('The graphics card stopped; waiting for it to come back')).toBeVisible();
  await zoetrope.screenshot('scene-context-lost');
  await page.keyboard.press('c');
  await page.evaluate(() => (window as unknown as { card: WEBGL_lose_context }).card.restoreContext());
  await expect(zoetrope.tray).toHaveCount(2);
  const [before, after] = await pictures();
  expect(after).toBe(before);
  await page.evaluate(() => (window as unknown as { card: WEBGL_lose_context }).card.loseContext());
  await expect(page.getByText('The graphics card stopped; waiting')).toBeVisible();
  await page.keyboard.press('c');
  await expect(page.getByText('The graphics card stopped answering.')).toBeVisible();
  expect(await pictures()).toHaveLength(2);
  await page.evaluate(() => (window as unknown as { card: WEBGL_lose_context }).card.restoreContext());
  await expect(page.getByText('The graphics card stopped; waiting')).toHaveCount(0);
});

test('a view with nothing of the scene in it is not taken', async () => {
  const { page } = zoetrope;
  await page.getByTestId('scene-canvas').focus();
  await page.keyboard.press('g');
  for (let k = 0; k < 12; k++) await page.keyboard.press('Shift+ArrowUp');
  // Wait until the camera on screen looks up.
  await expect.poll(() => page.evaluate(() => -window.__zoetropeScene!.pose().cameraToWorld[6]!)).toBeGreaterThan(0.99);
  await page.keyboard.press('c');
  await expect(page.getByText('Nothing of the scene is in this view.')).toBeVisible();
  expect(await pictures()).toHaveLength(2);
});
