// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@playwright/test';
import { noticeChannel } from '../../src/contract';
import { Zoetrope } from '../fixtures/window';

test('"view 3" in an answer flies the camera there and lights the view in the tray', async () => {
  test.slow(); // rendered in software
  const zoetrope = await Zoetrope.start();
  const { page } = zoetrope;
  await zoetrope.openSample('scene');
  await expect(page.getByTestId('scene-pane')).toHaveAttribute('data-phase', 'ready', { timeout: 30_000 });
  await page.getByTestId('capture-ring').click();
  await expect(zoetrope.tray).toHaveCount(8, { timeout: 90_000 });
  await zoetrope.ask('How many objects are there?');
  await zoetrope.answered();

  // The bundled model cites no views: the same answer with citations, as a larger model would write it.
  const { project } = await zoetrope.state();
  const messages = project.messages.map((message) =>
    message.role === 'assistant'
      ? {
          ...message,
          text: 'There are **five**: best seen in view 3 and picture 7. View 12 shows `view 3`. 见第三个视图。',
        }
      : message,
  );
  await zoetrope.app.evaluate(
    ({ BrowserWindow }, [channel, changed]) => BrowserWindow.getAllWindows()[0]?.webContents.send(channel, changed),
    [noticeChannel('project.changed'), { ...project, messages }] as const,
  );
  const cited = page.getByTestId('citation');
  await expect(cited).toHaveText(['view 3', 'picture 7', '第三个视图']);

  // Hovering over a citation highlights its view in the tray, and in the scene what that view sees.
  const lit = () =>
    page.evaluate(() => {
      const probe = window.__zoetropeScene!;
      const [dark, light] = [probe.readScreen()!.rgba, probe.readScreen({ light: true })!.rgba];
      return dark.reduce((sum, n, k) => sum + (n === light[k] ? 0 : 1), 0);
    });
  expect(await lit()).toBe(0);
  await cited.nth(2).hover();
  await expect(zoetrope.tray.nth(2)).toHaveClass(/lit/);
  await expect.poll(lit, { timeout: 30_000 }).toBeGreaterThan(2000);

  await cited.first().click();
  await expect(zoetrope.tray.nth(2)).toHaveAttribute('aria-selected', 'true');
  const origin = project.tray[2]!.origin;
  if (origin.kind !== 'view') throw new Error('not a view');
  await expect
    .poll(
      async () => {
        const pose = await page.evaluate(() => window.__zoetropeScene!.pose());
        return Math.max(...pose.cameraToWorld.map((n, k) => Math.abs(n - origin.pose.cameraToWorld[k]!)));
      },
      { timeout: 20_000 },
    )
    .toBeLessThan(0.05);
  await zoetrope.screenshot('citation');
  await page.emulateMedia({ colorScheme: 'dark' });
  await zoetrope.screenshot('citation-dark');
  await zoetrope.end();
});
