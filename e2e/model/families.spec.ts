// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { REPO, startHub, type TestHub } from '../../src/model/hub/test-hub';
import { root, Zoetrope } from '../fixtures/window';
import { long } from '../hard/amount';

/** Every family in the real window, from a hub on loopback to an answer. The models are small and random. */

let folder: string;
let hub: TestHub;
let zoetrope: Zoetrope;

async function start(golden: string): Promise<void> {
  folder = mkdtempSync(join(tmpdir(), 'zoetrope-window-family-'));
  const model = join(root, 'src/model/golden', golden);
  const names = readdirSync(model).filter((name) => name !== 'golden.json');
  hub = await startHub(Object.fromEntries(names.map((name) => [name, readFileSync(join(model, name))])));
  process.env['HF_ENDPOINT'] = hub.url;
  process.env['HF_HOME'] = folder;
  zoetrope = await Zoetrope.start();
}

test.afterEach(async () => {
  delete process.env['HF_ENDPOINT'];
  delete process.env['HF_HOME'];
  await zoetrope.end();
  await hub.close();
  rmSync(folder, { recursive: true, force: true });
});

/** `npm test` leaves out the one that goes the same way as another. */
const FAMILIES = [
  { golden: 'smolvlm', family: 'SmolVLM2', frame: 16 + 3 },
  { golden: 'onevision', family: 'LLaVA-OneVision', frame: 9 },
  { golden: 'qwen3vl', family: 'Qwen3-VL', frame: 8 },
].filter(({ golden }) => long || golden !== 'onevision');

for (const { golden, family, frame } of FAMILIES) {
  test(`${family} is downloaded, prepared, measured and asked about a clip and a picture`, async () => {
    await start(golden);
    const { page } = zoetrope;
    await zoetrope.modelReady();
    await expect(page.getByTestId('real-model')).toContainText('SmolVLM2');
    if (golden === 'smolvlm') await zoetrope.screenshot('real-model');
    await page.getByTestId('settings-button').click();
    await expect(page.getByTestId('hub-entry').first()).toContainText('Suggested for this computer');
    if (golden === 'smolvlm') {
      await page.getByTestId('hub-entry').nth(2).scrollIntoViewIfNeeded();
      await zoetrope.screenshot('hub-catalog');
    }
    expect(hub.asked).toEqual([]);
    await page.getByTestId('hub-name').fill(REPO);
    await page.getByTestId('hub-get').click();
    const model = page.getByTestId('hub-model');
    await expect(model).toContainText(REPO, { timeout: 30_000 });
    await model.getByRole('button', { name: /Use/ }).click();
    await expect(page.getByTestId('model-speed')).toContainText('after a question about 16 frames', {
      timeout: 60_000,
    });
    await expect(model).toContainText('In use');
    await expect(page.getByRole('definition').filter({ hasText: family })).toBeVisible();
    await zoetrope.screenshot(`model-${golden}`);
    await page.keyboard.press('Escape');

    await zoetrope.openSample('clip');
    await page.getByTestId('sample-button').click({ timeout: 60_000 });
    await expect(zoetrope.tray).not.toHaveCount(0, { timeout: 15_000 });
    await expect(page.getByTestId('budget')).toContainText(`${frame} a picture`);
    await zoetrope.ask('What happens?');
    const answered = await zoetrope.answered();
    expect(answered.receipt.tokens.image).toBeGreaterThan(frame);
    await zoetrope.screenshot(`asked-${golden}`);
  });
}
