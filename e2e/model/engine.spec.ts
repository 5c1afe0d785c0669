// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@playwright/test';
import { cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chooseModel, endlessModel, enginePid, killEngine } from '../fixtures/engine';
import { root, Zoetrope } from '../fixtures/window';

let zoetrope: Zoetrope;
let folder: string;
test.beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'zoetrope-models-'));
  zoetrope = await Zoetrope.start();
  await zoetrope.openSample('pictures');
  await expect(zoetrope.tray).toHaveCount(2, { timeout: 15_000 });
});
test.afterAll(async () => {
  await zoetrope.end();
  rmSync(folder, { recursive: true, force: true });
});

test('an engine that dies is started again, the chat is kept and the user is told', async () => {
  await zoetrope.ask('What changed?');
  const { text } = await zoetrope.answered();
  const before = await killEngine(zoetrope);
  await expect(zoetrope.page.getByTestId('notice').first()).toContainText(/engine/i);
  await zoetrope.screenshot('engine-restarted');
  await zoetrope.modelReady();
  await expect(zoetrope.answer).toContainText(text);
  await zoetrope.ask('What changed?');
  await zoetrope.answered();
  expect((await zoetrope.state()).project.messages).toHaveLength(4);
  expect(await enginePid(zoetrope)).not.toBe(before);
});

/** Chooses a model that decodes until it is stopped. */
async function writeWithoutEnd(): Promise<void> {
  const made = join(folder, 'endless'); // never overwritten: it may be in use
  await chooseModel(zoetrope, existsSync(made) ? made : endlessModel(folder));
  await zoetrope.modelReady();
  await zoetrope.page.evaluate(async () => {
    const state = await window.zoetrope['app.state'](undefined);
    if (!state.ok) throw new Error(state.error.message);
    await window.zoetrope['settings.set']({
      ...state.value.settings,
      sampling: { ...state.value.settings.sampling, maxNewTokens: 3500, temperature: 2 }, // at a lower temperature it repeats itself and is ended
    });
  });
}

test('an answer is stopped at once, keeps its words, and another question follows', async () => {
  await writeWithoutEnd();
  await zoetrope.ask('What changed?');
  await expect(zoetrope.writing).not.toBeEmpty({ timeout: 20_000 });
  await zoetrope.page.getByTestId('stop-button').click();
  const { text, receipt } = await zoetrope.answered('stopped');
  expect(text).not.toBe('');
  expect(receipt.finish).toBe('cancelled');
  expect(receipt.tokens.generated).toBeLessThan(3500);
  await zoetrope.screenshot('stopped');
});

test('an engine that dies while it answers costs that answer only', async () => {
  await writeWithoutEnd();
  await zoetrope.ask('And now?');
  await expect(zoetrope.writing).not.toBeEmpty({ timeout: 20_000 });
  await killEngine(zoetrope);
  const { error, text } = await zoetrope.answered('failed');
  expect(error?.code).toBe('engine-crashed');
  expect(text).not.toBe('');
  await expect(zoetrope.page.getByTestId('error').first()).toBeVisible();
  await zoetrope.modelReady();
});

test('a model folder that cannot be used is named with what is wrong, and the model in use stays', async () => {
  const broken = join(folder, 'no-decoder');
  cpSync(join(root, 'models', 'starter'), broken, { recursive: true });
  rmSync(join(broken, 'onnx', 'decoder_model_merged.onnx'));
  const other = join(folder, 'other');
  cpSync(broken, other, { recursive: true });
  writeFileSync(join(other, 'config.json'), JSON.stringify({ architectures: ['BertModel'], model_type: 'bert' }));
  for (const [path, words] of [
    [broken, /decoder_model_merged\.onnx/],
    [other, /bert/i],
    [folder, /config\.json/],
  ] as const) {
    await zoetrope.answerDialog([path]);
    const reply = await zoetrope.page.evaluate(async () => window.zoetrope['model.pick'](undefined));
    expect(reply.ok).toBe(false);
    expect(!reply.ok && `${reply.error.message} ${reply.error.advice}`).toMatch(words);
    await zoetrope.modelReady();
  }
  const reply = await zoetrope.page.evaluate(async () => window.zoetrope['model.useBundled'](undefined));
  expect(reply.ok).toBe(true);
});
