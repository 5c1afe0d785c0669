// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@playwright/test';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ViewOrigin } from '../../src/contract';
import { command } from '../fixtures/command';
import { roomGlb } from '../fixtures/room';
import { samples, Zoetrope } from '../fixtures/window';

test.describe.configure({ timeout: 600_000 }); // rendered in software, many times

let folder: string;
let room: string;
let zoetrope: Zoetrope;
test.beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'zoetrope-room-'));
  room = join(folder, 'room.glb');
  writeFileSync(room, roomGlb());
  zoetrope = await Zoetrope.start({ files: [room] });
});
test.afterAll(async () => {
  await zoetrope.end();
  rmSync(folder, { recursive: true, force: true });
});

const origins = async (): Promise<ViewOrigin[]> =>
  (await zoetrope.state()).project.tray.map(({ origin }) => origin).filter((origin) => origin.kind === 'view');

async function choose(words: RegExp): Promise<void> {
  await zoetrope.page.getByRole('button', { name: /where the views are taken from/i }).click();
  await zoetrope.page.getByRole('option', { name: words }).click();
}

async function capture(count: number): Promise<void> {
  await zoetrope.page.getByTestId('capture-ring').click();
  await expect(zoetrope.page.getByTestId('capture-cancel')).toHaveCount(0, { timeout: 300_000 });
  await expect(zoetrope.tray).toHaveCount(count, { timeout: 300_000 });
}

test('a room is known as one, and other ways to look at it are in the menu', async () => {
  await expect(zoetrope.page.getByTestId('scene-pane')).toHaveAttribute('data-phase', 'ready', { timeout: 120_000 });
  await expect(zoetrope.page.getByRole('button', { name: /where the views are taken from/i })).toContainText(
    'Best coverage',
  );
  await zoetrope.page.getByTestId('capture-ring').click();
  await expect(zoetrope.page.getByTestId('coverage')).toBeVisible({ timeout: 300_000 });
  const [first, ...others] = await origins();
  expect(first).toMatchObject({ strategy: 'coverage', seed: 0 });
  expect(first!.coverage).toBeGreaterThan(0.8);
  expect(others.every(({ coverage }) => coverage === first!.coverage)).toBe(true);
  await expect(zoetrope.page.getByTestId('coverage')).toContainText(`${Math.round(first!.coverage! * 100)} %`);
  await zoetrope.screenshot('scene-coverage');
  await zoetrope.page.emulateMedia({ colorScheme: 'dark' });
  await zoetrope.screenshot('scene-coverage-dark');
  await choose(/room, from inside/i);
  await capture(8);
  expect((await origins()).map(({ strategy, seed, culled }) => [strategy, seed, culled ?? false])).toEqual(
    [true, true, false, false, false, false, false, false].map((culled) => ['room', 0, culled]),
  );
  await zoetrope.screenshot('scene-room');
  await choose(/six ways from inside/i);
  await capture(6);
  expect(new Set((await origins()).map(({ strategy, intrinsics }) => `${strategy} ${intrinsics.fovY}`))).toEqual(
    new Set(['cube 90']),
  );
  await zoetrope.page.getByRole('button', { name: /where the views are taken from/i }).click();
  await zoetrope.screenshot('scene-strategies');
  await zoetrope.page.keyboard.press('Escape');
});

test('looking for the best views can be stopped, and the window answers meanwhile', async () => {
  const { page } = zoetrope;
  await choose(/best coverage/i);
  const before = (await origins()).length;
  await page.getByTestId('capture-ring').click();
  await page.getByTestId('capture-cancel').click({ timeout: 120_000 });
  await expect(page.getByTestId('capture-cancel')).toHaveCount(0, { timeout: 60_000 });
  expect(await origins()).toHaveLength(before);
});

interface Views {
  strategy: string;
  views: { strategy: string; seed?: number; sha256: string }[];
}
const views = (...args: string[]): Views => {
  const { code, out, err } = command('views', ...args, '--size', '96', '--json');
  expect([code, err]).toEqual([0, '']);
  return JSON.parse(out) as Views;
};

test('the command line takes the same ways, and the seed decides the views of a room', () => {
  const hashes = (seed: string) =>
    views(room, '--strategy', 'room', '--count', '4', '--seed', seed).views.map(({ sha256 }) => sha256);
  expect(hashes('3')).toEqual(hashes('3'));
  expect(hashes('3')).not.toEqual(hashes('4'));
  expect(views(join(samples, 'scene.glb'), '--count', '2').strategy).toBe('ring');
  expect(
    new Set(
      views(join(samples, 'scene.glb'), '--strategy', 'hemisphere', '--count', '5').views.map(({ sha256 }) => sha256),
    ).size,
  ).toBe(5);
});
