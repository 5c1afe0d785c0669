// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@playwright/test';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { command } from '../fixtures/command';
import { endlessModel, enginePid } from '../fixtures/engine';
import { root, Zoetrope } from '../fixtures/window';

let zoetrope: Zoetrope;
let folder: string;
test.beforeAll(async () => {
  test.setTimeout(180_000);
  folder = mkdtempSync(join(tmpdir(), 'zoetrope-memory-'));
  zoetrope = await Zoetrope.start();
  await zoetrope.settings({ frameCount: 32 });
  await zoetrope.page.reload();
  await zoetrope.openSample('clip');
  await expect(zoetrope.page.getByTestId('sample-button')).toBeEnabled({ timeout: 60_000 });
  await zoetrope.page.getByTestId('sample-button').click();
  await expect(zoetrope.tray).toHaveCount(32, { timeout: 60_000 });
  await zoetrope.modelReady();
});
test.afterAll(async () => {
  await zoetrope.end();
  rmSync(folder, { recursive: true, force: true });
});

const use = () =>
  zoetrope.page.evaluate(async () => {
    const reply = await window.zoetrope['memory.use'](undefined);
    if (!reply.ok) throw new Error(reply.error.message);
    return reply.value;
  });

const needs = () =>
  zoetrope.page.evaluate(async () => {
    const reply = await window.zoetrope['conversation.measure']({ text: 'Which way?', placement: 'interleaved' });
    return reply.ok ? reply.value?.memory : undefined;
  });

/** Limits the engine's memory to `all` bytes, or to the machine's; the window gets the same limit. */
async function limit(all: number | null): Promise<void> {
  await zoetrope.settings({ memory: { all, caches: null } });
  await zoetrope.page.reload();
  await zoetrope.modelReady();
}

const choose = async (path: string) => {
  await zoetrope.answerDialog([path]);
  return zoetrope.page.evaluate(async () => window.zoetrope['model.pick'](undefined));
};

test('what is in use is shown, and what was made of pictures can be forgotten', async () => {
  const { page } = zoetrope;
  await zoetrope.ask('Which direction does the red circle move?');
  await zoetrope.answered();
  const before = await use();
  expect(before.engine).toBeGreaterThan(before.model);
  expect(before.caches).toBeGreaterThan(0);
  expect(before.disk).toBeGreaterThan(32 * 36 * 256 * 4);
  expect(before.free).toBeLessThanOrEqual(before.total);
  for (const [theme, language] of [
    ['light', 'zh'],
    ['dark', 'en'],
  ] as const) {
    await zoetrope.settings({ theme, language });
    await page.reload();
    await page.getByTestId('model-chip').click();
    await page.getByRole('tab').nth(3).click();
    await expect(page.getByTestId('memory-use')).toBeVisible();
    await zoetrope.screenshot(`memory-${theme}-${language}`);
    if (language === 'en') await page.getByTestId('forget-features').click();
    else await page.keyboard.press('Escape');
  }
  await expect(page.getByTestId('forget-features')).toBeDisabled();
  await page.keyboard.press('Escape');
  expect(await use()).toMatchObject({ disk: 0, features: 0 });
});

test('a question that does not fit is refused before it runs: fewer pictures, or all the same', async () => {
  const { page } = zoetrope;
  // The engine's own memory varies slightly: search for a limit that leaves room for some of the pictures.
  let room = 20e6;
  await expect(async () => {
    await limit((await use()).engine + room);
    const memory = (await needs())!;
    room += memory.pictures >= 30 ? -4e6 : memory.pictures < 2 ? 4e6 : 0;
    expect(memory.pictures).toBeGreaterThanOrEqual(2);
    expect(memory.pictures).toBeLessThan(30);
  }).toPass({ timeout: 90_000 });
  const asked = (await zoetrope.state()).project.messages.length;
  await zoetrope.composer.fill('Which way?');
  await expect(page.getByTestId('budget')).toHaveAttribute('data-over', 'true');
  await zoetrope.composer.press('Enter');
  await expect(page.getByTestId('ask-anyway')).toBeVisible();
  await expect(page.getByTestId('error')).toContainText(/needs about .* of memory, and .* is free/);
  await expect(zoetrope.composer).toHaveValue('Which way?');
  expect((await zoetrope.state()).project.messages).toHaveLength(asked);
  await zoetrope.screenshot('memory-refused');

  await page.getByTestId('ask-anyway').click();
  const { receipt } = await zoetrope.answeredAfter(asked);
  expect(receipt.tokens.image).toBe(32 * 36);

  await zoetrope.composer.fill('And now?');
  await zoetrope.composer.press('Enter');
  const fewer = page.getByTestId('ask-fewer');
  await expect(fewer).toBeVisible();
  const offered = Number(/\d+/.exec((await fewer.textContent()) ?? '')?.[0]);
  await fewer.click();
  await expect(zoetrope.tray).toHaveCount(offered);
  await expect(page.getByTestId('ask-anyway')).toHaveCount(0);
  await limit(null);
});

test('a model that does not fit is not loaded unasked, neither by hand nor at the start', async () => {
  const { page } = zoetrope;
  const other = join(folder, 'other');
  cpSync(join(root, 'models', 'starter'), other, { recursive: true });
  await limit(1e6);
  const reply = await choose(other);
  expect(reply.ok).toBe(false);
  expect(!reply.ok && reply.error).toMatchObject({
    code: 'wont-fit',
    message: expect.stringMatching(/"other" needs about .* of memory/),
  });

  await page.getByTestId('model-chip').click();
  await page.getByRole('tab').nth(0).click();
  await zoetrope.answerDialog([other]);
  await page.getByTestId('model-pick').click();
  await expect(page.getByTestId('load-anyway')).toBeVisible();
  await zoetrope.screenshot('memory-model-refused');
  await page.getByTestId('load-anyway').click();
  await expect.poll(async () => (await loaded())?.name, { timeout: 30_000 }).toBe('other');
  await expect(page.getByTestId('load-anyway')).toHaveCount(0);
  await page.keyboard.press('Escape');

  await zoetrope.app.close();
  zoetrope = await Zoetrope.start({ profile: zoetrope.profile });
  await expect.poll(async () => (await zoetrope.state()).engine.state, { timeout: 30_000 }).toBe('failed');
  await zoetrope.page.getByTestId('model-chip').click();
  await zoetrope.page.getByTestId('load-anyway').click();
  await expect.poll(async () => (await loaded())?.name, { timeout: 30_000 }).toBe('other');
  await zoetrope.page.keyboard.press('Escape');
  await limit(null);
});

const loaded = async () => {
  const { engine } = await zoetrope.state();
  return engine.state === 'ready' ? engine.model : undefined;
};

test('memory that ends in the middle of an answer costs that answer, and the next one is given', async () => {
  test.skip(process.platform !== 'linux', 'limits a process with prlimit and reads /proc, which only Linux has');
  test.setTimeout(180_000);
  expect((await choose(endlessModel(folder))).ok).toBe(true);
  await zoetrope.settings({
    sampling: { temperature: 2, topP: 1, topK: 0, repetitionPenalty: 1, seed: 0, maxNewTokens: 3000 },
  });
  await zoetrope.page.getByRole('button', { name: 'Empty the tray' }).click(); // its words come sooner
  await zoetrope.ask('Describe all of it.');
  await expect(zoetrope.writing).not.toBeEmpty({ timeout: 60_000 });
  // The system gives this process no more memory than it has now.
  const pid = (await enginePid(zoetrope))!;
  const data = 1024 * Number(/^VmData:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]);
  execFileSync('prlimit', [`--pid=${pid}`, `--data=${data}:`]);
  const { error, text } = await zoetrope.answered('failed');
  expect(text).not.toBe('');
  expect(['out-of-memory', 'engine-crashed']).toContain(error?.code);
  expect(error?.message).toMatch(/memory/);
  await expect(zoetrope.page.getByTestId('error').first()).toBeVisible();
  await zoetrope.screenshot('memory-ended');
  await zoetrope.modelReady();
  await zoetrope.settings({
    sampling: { temperature: 0, topP: 1, topK: 0, repetitionPenalty: 1, seed: 0, maxNewTokens: 8 },
  });
  await zoetrope.ask('And now?');
  await zoetrope.answered();
  expect((await zoetrope.state()).project.messages.length).toBeGreaterThanOrEqual(4);
});

test('the command line says what a model takes, and refuses what does not fit', () => {
  const { memory } = JSON.parse(command('model', 'info', join(root, 'models', 'starter')).out) as {
    memory: Record<string, number>;
  };
  expect(memory['model']).toBeGreaterThan(0);
  expect(memory['context']).toBeGreaterThan(0);
});
