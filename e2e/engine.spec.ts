import { expect, test } from '@playwright/test';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root, Zoetrope } from './window';

test.describe.configure({ mode: 'serial' });

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

const chooseModel = async (path: string): Promise<void> => {
  await zoetrope.modelReady();
  await zoetrope.answerDialog([path]);
  await zoetrope.page.evaluate(async () => window.zoetrope['model.pick'](undefined));
};

test('an engine that dies is started again, the chat is kept and the user is told', async () => {
  await zoetrope.ask('What changed?');
  const { text } = await zoetrope.answered();
  const before = await killEngine();
  await expect(zoetrope.page.getByTestId('notice').first()).toContainText(/engine/i);
  await zoetrope.screenshot('engine-restarted');
  await zoetrope.modelReady();
  await expect(zoetrope.answer).toContainText(text);
  await zoetrope.ask('What changed?');
  await zoetrope.answered();
  expect((await zoetrope.state()).project.messages).toHaveLength(4);
  expect(await enginePid()).not.toBe(before);
});

test('an answer is stopped at once, keeps its words, and another question follows', async () => {
  await chooseModel(endlessModel());
  await zoetrope.modelReady();
  await zoetrope.page.evaluate(async () => {
    const state = await window.zoetrope['app.state'](undefined);
    if (!state.ok) throw new Error(state.error.message);
    await window.zoetrope['settings.set']({ ...state.value.settings, sampling: { ...state.value.settings.sampling, maxNewTokens: 3500 } });
  });
  await zoetrope.ask('What changed?');
  await expect(zoetrope.writing).not.toBeEmpty({ timeout: 20_000 });
  const pressed = Date.now();
  await zoetrope.page.getByTestId('stop-button').click();
  const { text, receipt } = await zoetrope.answered('stopped');
  expect(Date.now() - pressed).toBeLessThan(5000);
  expect(text).not.toBe('');
  expect(receipt.finish).toBe('cancelled');
  expect(receipt.tokens.generated).toBeLessThan(3500);
  await zoetrope.screenshot('stopped');
});

test('an engine that dies while it answers costs that answer only', async () => {
  await zoetrope.ask('And now?');
  await expect(zoetrope.writing).not.toBeEmpty({ timeout: 20_000 });
  await killEngine();
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
  for (const [path, words] of [[broken, /decoder_model_merged\.onnx/], [other, /bert/i], [folder, /config\.json/]] as const) {
    await zoetrope.answerDialog([path]);
    const reply = await zoetrope.page.evaluate(async () => window.zoetrope['model.pick'](undefined));
    expect(reply.ok).toBe(false);
    expect(!reply.ok && `${reply.error.message} ${reply.error.advice}`).toMatch(words);
    await zoetrope.modelReady();
  }
  const reply = await zoetrope.page.evaluate(async () => window.zoetrope['model.useBundled'](undefined));
  expect(reply.ok).toBe(true);
});

interface TokenizerFile {
  added_tokens: { content: string; id: number }[];
  model: { vocab: Record<string, number> };
}

/** The bundled model with another end token: the byte 0xff, which no text holds and so no answer ever ends with. */
function endlessModel(): string {
  const path = join(folder, 'endless');
  cpSync(join(root, 'models', 'starter'), path, { recursive: true });
  const file = join(path, 'tokenizer.json');
  const tokenizer = JSON.parse(readFileSync(file, 'utf8')) as TokenizerFile;
  const { vocab } = tokenizer.model;
  const end = vocab['ÿ'];
  const added = tokenizer.added_tokens.find(({ content }) => content === '<|im_end|>');
  if (end === undefined || !added) throw new Error('the tokenizer is not as expected');
  vocab['ÿ'] = added.id;
  vocab['<|im_end|>'] = added.id = end;
  writeFileSync(file, JSON.stringify(tokenizer));
  for (const name of ['config.json', 'generation_config.json']) {
    const text = readFileSync(join(path, name), 'utf8').replace(/"eos_token_id": *(\d+|\[[^\]]*\])/g, `"eos_token_id": ${end}`);
    writeFileSync(join(path, name), text);
  }
  return path;
}

function enginePid(): Promise<number | undefined> {
  return zoetrope.app.evaluate(({ app }) => app.getAppMetrics().find((m) => m.type === 'Utility' && m.name === 'Zoetrope engine')?.pid);
}

/** Ends the engine's process as a crash in native code would. */
async function killEngine(): Promise<number> {
  const pid = await enginePid();
  if (pid === undefined) throw new Error('the engine is not running');
  process.kill(pid, 'SIGKILL');
  return pid;
}
