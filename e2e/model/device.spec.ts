// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@playwright/test';
import { command } from '../fixtures/command';
import { Zoetrope } from '../fixtures/window';

let zoetrope: Zoetrope;
test.beforeAll(async () => void (zoetrope = await Zoetrope.start()));
test.afterAll(() => zoetrope.end());

const settings = (change: object) =>
  zoetrope.page.evaluate(async (wanted) => {
    const state = await window.zoetrope['app.state'](undefined);
    if (state.ok) await window.zoetrope['settings.set']({ ...state.value.settings, ...wanted });
  }, change);

const use = async () => {
  const { engine } = await zoetrope.state();
  return engine.state === 'ready' ? engine.model.device : undefined;
};

test('the device in use is shown with the reason, and every other one with what came of trying it', async () => {
  await zoetrope.modelReady();
  await expect.poll(async () => (await use())?.reason, { timeout: 120_000 }).not.toBe('untried');
  const found = (await use())!;
  expect(found.asked).toBe('auto');
  expect(found.trials.length).toBeGreaterThan(0);
  for (const [theme, language] of [
    ['dark', 'en'],
    ['light', 'zh'],
  ] as const) {
    await settings({ theme, language });
    await zoetrope.page.reload();
    await zoetrope.modelReady();
    await zoetrope.page.getByTestId('model-chip').click();
    await zoetrope.page.getByRole('tab').nth(2).click();
    await expect(zoetrope.page.getByTestId('device-facts')).toContainText('WebGPU');
    await zoetrope.screenshot(`device-${theme}-${language}`);
    await zoetrope.page.keyboard.press('Escape');
  }
});

test('a device that is not there leaves the model on the processor, says so, and the answer still comes', async () => {
  await settings({ device: 'cuda', language: 'en' });
  await expect.poll(async () => (await use())?.reason, { timeout: 60_000 }).toBe('failed');
  expect(await use()).toMatchObject({
    asked: 'cuda',
    used: 'cpu',
    trials: expect.arrayContaining([expect.objectContaining({ device: 'cuda', outcome: 'absent' })]),
  });
  await expect(zoetrope.page.getByTestId('model-chip')).toContainText('CPU');
  await zoetrope.openSample('pictures');
  await expect(zoetrope.tray).toHaveCount(2, { timeout: 15_000 });
  await zoetrope.ask('What changed?');
  const { receipt } = await zoetrope.answered();
  expect(receipt.model.provider).toBe('cpu');
});

test('the command line names the devices and falls back in one sentence', () => {
  const listed = command('devices');
  expect(listed.out).toMatch(/^\* cpu +always works$/m);
  expect(listed.out).toMatch(/^ {2}cuda +is not there/m);
  const asked = command('ask', '--device', 'cuda', '--max-new-tokens', '2', 'Hello?');
  expect(asked.code).toBe(0);
  expect(asked.err.trim()).toBe(
    'CUDA: is not there: no card, no driver, or its files are not installed. The processor answers.',
  );
});
