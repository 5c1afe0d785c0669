// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@playwright/test';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { project } from '../../src/camera';
import type { ViewOrigin } from '../../src/contract';
import { hit, rayThrough, roomGlb } from '../fixtures/room';
import { Zoetrope } from '../fixtures/window';

test.setTimeout(300_000); // rendered in software

test('a view under the pointer lights exactly what it sees: what stands behind something stays dark', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'zoetrope-light-'));
  writeFileSync(join(folder, 'room.glb'), roomGlb());
  const zoetrope = await Zoetrope.start({ files: [join(folder, 'room.glb')] });
  const { page } = zoetrope;
  await expect(page.getByTestId('scene-pane')).toHaveAttribute('data-phase', 'ready', { timeout: 120_000 });
  await page.getByRole('button', { name: /where the views are taken from/i }).click();
  await page.getByRole('option', { name: /six ways from inside/i }).click();
  await page.getByTestId('capture-ring').click();
  await expect(zoetrope.tray).toHaveCount(6, { timeout: 120_000 });

  await page.getByTestId('scene-canvas').press('Shift+ArrowUp');
  await page.getByTestId('scene-canvas').press('Shift+ArrowUp');
  await zoetrope.tray.nth(3).hover();
  await expect(zoetrope.tray.nth(3)).toHaveClass(/lit/);
  /** 1 where there is shadow. */
  const shaded = () =>
    page.evaluate(() => {
      const probe = window.__zoetropeScene!;
      const [dark, lit] = [probe.readScreen()!, probe.readScreen({ light: true })!];
      let mask = '';
      for (let i = 0; i < dark.rgba.length; i += 4) {
        const away = [0, 1, 2].reduce((sum, c) => sum + Math.abs(dark.rgba[i + c]! - lit.rgba[i + c]!), 0);
        mask += away > 12 ? '1' : '0';
      }
      return { width: dark.width, height: dark.height, mask, pose: probe.pose() };
    });
  await zoetrope.screenshot('scene-light');

  const { width, height, mask, pose } = await shaded();
  const { origin } = (await zoetrope.state()).project.tray[3]!;
  const view = origin as ViewOrigin;
  let [right, wrong, lit, hidden] = [0, 0, 0, 0];
  for (let y = 2; y < height; y += 5) {
    for (let x = 2; x < width; x += 5) {
      const { from, direction } = rayThrough(
        pose.cameraToWorld,
        45,
        width / height,
        (2 * (x + 0.5)) / width - 1,
        1 - (2 * (y + 0.5)) / height,
      );
      const met = hit(from, direction);
      const point = met && (from.map((n, k) => n + met.at * direction[k]!) as [number, number, number]);
      const there = point && project(view.pose, view.intrinsics, point);
      const inPicture = there && there.depth > 0 && Math.max(Math.abs(there.x), Math.abs(there.y)) <= 1;
      const back = inPicture && rayThrough(view.pose.cameraToWorld, view.intrinsics.fovY, 1, there.x, there.y);
      const first = back && hit(back.from, back.direction);
      const sees = Boolean(first && Math.abs(first.at - there.depth) < 1e-4 * there.depth && first.box === met.box);
      if (inPicture && !sees) hidden++;
      if (sees) lit++;
      if ((met !== null && !sees) === (mask[y * width + x] === '1')) right++;
      else wrong++;
    }
  }
  expect(lit).toBeGreaterThan(500);
  expect(hidden).toBeGreaterThan(100); // something does block the light
  expect(wrong / (right + wrong)).toBeLessThan(0.01); // edges

  // The light's marker is never in a picture, and disappears with the pointer.
  await page.getByTestId('composer').hover();
  await expect(zoetrope.tray.nth(3)).not.toHaveClass(/lit/);
  expect((await shaded()).mask).not.toContain('1');
  await zoetrope.end();
  rmSync(folder, { recursive: true });
});
