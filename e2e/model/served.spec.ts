// SPDX-License-Identifier: Apache-2.0
import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ServerResponse } from 'node:http';
import type { Message, ServerReceipt } from '../../src/contract';
import { DIALECTS } from '../../src/engine/server/test-dialects';
import {
  answerWith,
  chunk,
  json,
  openaiError,
  startServer,
  streaming,
  words,
  type Heard,
  type TestServer,
} from '../../src/engine/server/test-server';
import { expect, test } from '@playwright/test';
import { Zoetrope } from '../fixtures/window';

/** Questions to models of a server, in the real window. The server is on loopback and answers as the test tells it. */

const KEY = 'sk-very-secret-in-the-window';
const MODEL = 'Qwen/Qwen3-VL-8B-Instruct';

test.describe.configure({ mode: 'serial' });
let zoetrope: Zoetrope;
let server: TestServer;
/** How the server answers the next question. */
let respond: (response: ServerResponse, heard: Heard) => void;
const asked = () => server.heard.filter(({ path }) => path.endsWith('/chat/completions'));
const usual = (response: ServerResponse) => answerWith(response, ['A red ', 'ball.'], [900, 4]);

test.beforeAll(async () => {
  const dialect = DIALECTS.vLLM();
  server = await startServer((response, heard) => {
    if (heard.headers.authorization !== `Bearer ${KEY}`) return json(response, { detail: 'Unauthorized' }, 401);
    return heard.path.endsWith('/chat/completions') ? respond(response, heard) : dialect(response, heard);
  });
  respond = usual;
  zoetrope = await Zoetrope.start();
  await zoetrope.modelReady();
});
test.afterAll(async () => {
  await zoetrope.end();
  await server.close();
});

type Answer = Extract<Message, { role: 'assistant' }>;
const lastAnswer = async (): Promise<Answer> => (await zoetrope.state()).project.messages.at(-1) as Answer;
const receiptOf = async (): Promise<ServerReceipt> => (await lastAnswer()).receipt as ServerReceipt;

/** Adds the server by a call. `host` 0.0.0.0 reaches this machine but is not a loopback address. */
const add = (host: string, name: string, key = KEY) =>
  zoetrope.page.evaluate(
    async (wanted) => {
      const { result } = window.zoetrope['server.add'](wanted, () => undefined);
      return result;
    },
    { url: `http://${host}:${server.port}`, name, key },
  );
const answerBox = (button: number) =>
  zoetrope.app.evaluate(({ dialog }, response) => {
    const shown: unknown[] = ((globalThis as { shownBoxes?: unknown[] }).shownBoxes ??= []);
    dialog.showMessageBox = ((_parent: unknown, options: unknown) => {
      shown.push(options);
      return Promise.resolve({ response, checkboxChecked: false });
    }) as never;
  }, button);
const choose = async (name: RegExp | string): Promise<void> => {
  await zoetrope.page.getByTestId('model-chip').click();
  await zoetrope.page.getByRole('menuitem', { name }).first().click();
};

test('a model of a server is chosen, answers with everything that was sent on the receipt, and thinks folded away', async () => {
  expect(await add('127.0.0.1', 'Cluster', 'wrong')).toMatchObject({ ok: false, error: { code: 'server-denied' } });
  expect(await add('127.0.0.1', 'Cluster')).toMatchObject({ ok: true });
  await zoetrope.page.reload();
  await zoetrope.openSample('pictures');
  await expect(zoetrope.tray).toHaveCount(2, { timeout: 15_000 });
  expect(asked()).toHaveLength(0);
  await choose(MODEL);
  await expect(zoetrope.page.getByTestId('model-chip')).toContainText('Cluster');
  await expect(zoetrope.page.getByTestId('budget')).toContainText('about');

  respond = (response) => answerWith(response, ['<think>Two pictures.', '</think>', 'The **ball** moved.'], [900, 8]);
  await zoetrope.ask('What changed?');
  await zoetrope.answered();
  const { tray } = (await zoetrope.state()).project;
  const receipt = await receiptOf();
  expect(receipt).toMatchObject({
    model: { name: MODEL },
    server: { kind: 'vLLM', loopback: true },
    tokens: { prompt: 900, generated: 8 },
    reasoning: 'Two pictures.',
    finish: 'stop',
  });
  expect(receipt.pictures.map(({ picture }) => picture)).toEqual(tray.map(({ picture }) => picture));
  await expect(zoetrope.page.getByTestId('served-here')).toContainText(MODEL);
  await expect(zoetrope.page.getByTestId('reasoning')).not.toHaveAttribute('open');
  await expect(zoetrope.answer.locator('strong')).toHaveText('ball');
  await zoetrope.screenshot('served-answer');
  await zoetrope.page.getByTestId('receipt-button').click();
  await zoetrope.screenshot('served-receipt');
  await zoetrope.page.keyboard.press('Escape');
});

test('the model is switched in the middle of a conversation, and the same question is asked of another, beside it', async () => {
  const { page } = zoetrope;
  await choose(/Starter/);
  await zoetrope.ask('And now?');
  const local = await zoetrope.answered();
  expect(local.receipt.model.name).not.toBe(MODEL);
  const before = asked().length;

  respond = usual;
  await page.getByTestId('compare-models').last().click();
  await page.getByRole('menuitem', { name: MODEL }).click();
  await expect(page.getByTestId('beside-text')).toHaveText('A red ball.');
  expect(asked()).toHaveLength(before + 1);
  const sent = asked().at(-1)!.body.messages as { role: string }[];
  expect(sent.map(({ role }) => role)).toEqual(['user', 'assistant', 'user']);
  await expect(page.getByTestId('beside').getByTestId('served-here')).toBeVisible();
  await zoetrope.screenshot('compared-models');

  await page.getByTestId('prefer-button').click();
  await expect(zoetrope.answer.getByTestId('answer-text')).toHaveText('A red ball.');
  expect((await lastAnswer()).beside?.text).toBe(local.text);
  await page.getByTestId('drop-beside').click();
  await expect(page.getByTestId('beside')).toHaveCount(0);
  await page.getByTestId('put-back').click();
  await expect(page.getByTestId('beside-text')).toHaveText(local.text);
});

test('a refusal becomes an offer, a stop and a lost connection keep the words', async () => {
  const { page } = zoetrope;
  await choose(MODEL);
  respond = (response) => openaiError(response, 400, 'At most 1 image(s) may be provided in one prompt.');
  await zoetrope.ask('How many?');
  await zoetrope.answered('failed');
  await expect(zoetrope.answer).toContainText('takes one picture');
  await zoetrope.screenshot('served-refusal');
  respond = usual;
  await page.getByTestId('again-fewer').click();
  await zoetrope.answered();
  await expect(zoetrope.tray).toHaveCount(1);
  expect((await receiptOf()).pictures).toHaveLength(1);

  let held: ServerResponse | undefined;
  respond = (response) => void streaming((held = response)).write(chunk({ role: 'assistant' }) + words('Half of it'));
  await zoetrope.ask('Tell me more.');
  await expect(zoetrope.writing).toContainText('Half of it');
  await page.keyboard.press('Escape');
  await zoetrope.answered('stopped');
  expect((await lastAnswer()).text).toBe('Half of it');
  await expect.poll(() => server.abandoned()).toBeGreaterThan(0);

  await zoetrope.ask('Once more.');
  await expect(zoetrope.writing).toContainText('Half of it');
  held!.destroy();
  await zoetrope.answered('failed');
  await expect(zoetrope.answer).toContainText('ended half way');
  expect((await lastAnswer()).text).toBe('Half of it');
});

test('a host beyond this machine is allowed by name once, and every answer from it says that it left', async () => {
  const { page } = zoetrope;
  respond = usual;
  const before = server.heard.length;
  await answerBox(1);
  expect(await add('0.0.0.0', 'Lab')).toMatchObject({ ok: false, error: { code: 'cancelled' } });
  expect(server.heard).toHaveLength(before);
  await answerBox(0);
  expect(await add('0.0.0.0', 'Lab')).toMatchObject({ ok: true });
  const boxes = await zoetrope.app.evaluate(
    () => (globalThis as { shownBoxes?: { message: string; detail: string }[] }).shownBoxes,
  );
  expect(boxes).toHaveLength(2);
  expect(boxes![0]!.message).toContain(`0.0.0.0:${server.port}`);
  expect(boxes![0]!.detail).toContain('not encrypted');

  await page.reload();
  await page.getByTestId('model-chip').click();
  await zoetrope.screenshot('model-menu');
  await page.getByRole('menuitem', { name: MODEL }).last().click();
  await expect(page.getByTestId('leaves-note')).toContainText(`0.0.0.0:${server.port}`);
  await zoetrope.ask('What is it?');
  await zoetrope.answered();
  expect((await receiptOf()).server.loopback).toBe(false);
  await expect(zoetrope.answer.getByTestId('left-badge')).toBeVisible();
  for (const [theme, language] of [
    ['light', 'en'],
    ['dark', 'zh'],
  ] as const) {
    await zoetrope.settings({ theme, language });
    await page.reload();
    await expect(zoetrope.answer.getByTestId('left-badge')).toBeVisible();
    await zoetrope.screenshot(`left-${theme}-${language}`);
  }
});

test('a key is in no file that Zoetrope writes, exports and failures included', async () => {
  const { app, page, profile } = zoetrope;
  for (const format of ['json', 'markdown'] as const) {
    const file = join(profile, `exported.${format}`);
    await app.evaluate(({ dialog }, filePath) => {
      dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath });
    }, file);
    const reply = await page.evaluate(
      (how) => window.zoetrope['export.conversation']({ format: how }, () => undefined).result,
      format,
    );
    expect(reply.ok).toBe(true);
  }
  // A server that repeats the key in its error, and an engine that dies while it waits for one.
  respond = (response) => openaiError(response, 500, `Failure for Bearer ${KEY}`);
  await zoetrope.ask('And this?');
  await zoetrope.answered('failed');
  respond = () => undefined;
  await zoetrope.ask('And that?');
  await expect.poll(() => asked().length).toBeGreaterThan(0);
  const engine = await app.evaluate(
    ({ app }) => app.getAppMetrics().find(({ name }) => name === 'Zoetrope engine')!.pid,
  );
  process.kill(engine, 'SIGSEGV');
  await zoetrope.answered('failed');
  await page.evaluate(() => window.zoetrope['happened.copy'](undefined));
  expect(await app.evaluate(({ clipboard }) => clipboard.readText())).not.toContain(KEY);

  const files = readdirSync(profile, { recursive: true, encoding: 'utf8' }).map((name) => join(profile, name));
  const holding = files.filter((file) => lstatSync(file).isFile() && readFileSync(file).includes(KEY));
  expect(holding).toEqual([]);
  for (const name of ['servers.json', 'exported.json', 'library.sqlite', 'zoetrope.log'])
    expect(files.some((file) => file.endsWith(name))).toBe(true);
});
