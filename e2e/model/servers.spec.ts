// SPDX-License-Identifier: Apache-2.0
import { expect, test, type Locator } from '@playwright/test';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LOCAL_PORTS } from '../../src/engine/server/find';
import { DIALECTS } from '../../src/engine/server/test-dialects';
import { json, ollamaAnswer, openaiError, startServer, type Respond } from '../../src/engine/server/test-server';
import type { TestServer } from '../../src/engine/server/test-server';
import { Zoetrope } from '../fixtures/window';

test.describe.configure({ mode: 'serial' }); // each test goes on with the servers of the one before

let zoetrope: Zoetrope;
let server: TestServer;
/** The key that the test server asks for; null for none. */
let wanted: string | null = null;
let more: string[] = [];

const respond: Respond = async (response, heard) => {
  if (wanted !== null && heard.headers.authorization !== `Bearer ${wanted}`)
    return openaiError(response, 401, 'Incorrect API key provided');
  if (heard.path === '/api/chat') return ollamaAnswer(response, ['Red and ', 'blue.'], { prompt_eval_count: 300 });
  if (heard.path === '/api/tags')
    return json(response, { models: ['qwen3-vl:8b', 'llama3.2:1b', ...more].map((name) => ({ name })) });
  return DIALECTS.Ollama()(response, heard);
};

test.beforeAll(async () => {
  server = await startServer(respond);
  zoetrope = await Zoetrope.start();
  await open();
});
test.afterAll(async () => {
  await zoetrope.end();
  await server.close();
});

const open = async () => {
  await expect(zoetrope.library).toBeVisible();
  await zoetrope.page.keyboard.press('ControlOrMeta+,');
  await zoetrope.page.getByRole('tab').nth(1).click();
};
const at = (id: string): Locator => zoetrope.page.getByTestId(id);
const cards = (): Locator => at('server');
const saved = async () => (await zoetrope.state()).servers;

/** Fills the form for a new server, and sends it with Enter. */
const add = async (address: string, { name = '', key = '' } = {}) => {
  if (!(await at('server-form').isVisible())) await at('server-add').click();
  await expect(at('server-address')).toBeFocused();
  await at('server-name').fill(name);
  await at('server-key').fill(key);
  await at('server-address').fill(address);
  await at('server-address').press('Enter');
};

/** Answers the next questions whether something may leave, and counts them. */
const answerLeaving = (allow: boolean) =>
  zoetrope.app.evaluate(
    ({ dialog }, response) => {
      dialog.showMessageBox = (...options: unknown[]) => {
        const asked = options.at(-1) as Electron.MessageBoxOptions;
        (globalThis as { leaving?: string[] }).leaving = [asked.message, asked.detail ?? ''];
        return Promise.resolve({ response, checkboxChecked: false });
      };
    },
    allow ? 0 : 1,
  );
const leaving = () => zoetrope.app.evaluate(() => (globalThis as { leaving?: string[] }).leaving);

/** A server on one of the ports that are looked at; another program may hold some of them. */
async function onKnownPort(): Promise<TestServer> {
  for (const port of LOCAL_PORTS) {
    const started = await startServer(DIALECTS['LM Studio'](), port).catch(() => undefined);
    if (started) return started;
  }
  throw new Error('every known port is taken');
}

test('a server of this computer is found, and added from what was found', async () => {
  await expect(at('servers-empty')).toBeVisible();
  await at('servers-find').click();
  await expect(at('servers-found').getByRole('status')).toContainText(/found on this computer/);
  // Other servers may run where the test does.
  const others = await at('server-found').count();
  await expect(at('servers-found').getByRole('table')).toHaveCount(others === 0 ? 1 : 0);
  await zoetrope.screenshot('servers-none');
  const local = await onKnownPort();
  try {
    await at('servers-find').click();
    const row = at('server-found').filter({ hasText: `127.0.0.1:${local.port}` });
    await expect(row).toContainText('LM Studio');
    await expect(row).toContainText('2 models, 1 sees pictures');
    await row.getByRole('button').click();
    await expect(row).toContainText('In the list');
    await expect(cards()).toHaveCount(1);
    await expect(at('server-toggle')).toBeFocused();
    await zoetrope.screenshot('servers-found');
  } finally {
    await local.close();
  }
  await at('servers-found').getByRole('button', { name: 'Close' }).click();
});

test('a server is added by its address, and a wrong key is said so', async () => {
  wanted = 'right-key';
  await at('server-add').click();
  await expect(at('server-address')).toBeFocused();
  for (const [address, words] of [
    ['http://192.168.1.9:8000', /Beyond this computer.*not encrypted/],
    ['https://llm.example.org', /Beyond this computer\. You are asked before anything is sent there\.$/],
    ['localhost:8000', /On this computer/],
    ['ftp://a', /is not the address of a server/],
  ] as const) {
    await at('server-address').fill(address);
    await expect(at('server-form').getByText(words)).toBeVisible();
  }
  await add(server.url, { key: 'wrong-key' });
  await expect(at('server-form').getByTestId('error')).toContainText('does not accept the key');
  await zoetrope.screenshot('servers-wrong-key');
  expect(await saved()).toHaveLength(1);
  await at('server-key').fill('right-key');
  await at('server-key').press('Enter');
  await expect(at('server-form')).toBeHidden();
  await expect(cards()).toHaveCount(2);
  await expect(cards().nth(1).getByTestId('server-toggle')).toBeFocused();
  await expect(cards().nth(1)).toContainText('Ollama 0.14.2');
  expect((await saved())[1]).toMatchObject({ name: 'Ollama', url: server.url, loopback: true });
});

test('a server is tested with a picture, refreshed, renamed, and given another key', async () => {
  const card = cards().nth(1);
  await card.getByTestId('server-test-start').click();
  await expect(card.getByTestId('server-test-result')).toContainText('The model saw the picture.');
  await expect(card.getByTestId('server-test-result')).toContainText('Red and blue.');

  await card.getByRole('button', { name: 'Model to test' }).click();
  await zoetrope.page.getByRole('option', { name: 'llama3.2:1b' }).click();
  await card.getByTestId('server-test-start').click();
  await expect(card.getByTestId('error')).toContainText('takes no pictures');

  more = ['llava:7b', 'hf.co/unsloth/Qwen2.5-VL-72B-Instruct-GGUF:UD-Q4_K_XL'];
  await card.getByTestId('server-refresh').click();
  await expect(card.getByTestId('server-model')).toHaveCount(4);
  await expect(card.getByTestId('server-models')).toContainText('Refreshed: 4 models, 2 see pictures');

  // A model that the server runs but does not list.
  await card.getByTestId('server-name-model').fill(' org/unlisted ');
  await card.getByTestId('server-name-model').press('Enter');
  await expect(card.getByTestId('server-model')).toHaveCount(5);
  await expect.poll(async () => (await saved())[1]?.named).toEqual(['org/unlisted']);
  await card.getByRole('button', { name: 'Forget org/unlisted' }).click();
  await expect(card.getByTestId('server-model')).toHaveCount(4);

  await card.getByRole('button', { name: 'Rename Ollama' }).click();
  await zoetrope.page.keyboard.type('Workstation');
  await zoetrope.page.keyboard.press('Enter');
  await expect.poll(async () => (await saved())[1]?.name).toBe('Workstation');
  await expect(card.getByRole('button', { name: 'Rename Workstation' })).toBeFocused();

  wanted = 'another-key';
  await card.getByTestId('server-refresh').click();
  await expect(card.getByTestId('server-models').getByTestId('error')).toContainText('does not accept the key');
  await card.getByRole('button', { name: 'Give the key' }).click();
  await expect(card.getByTestId('server-key-new')).toBeFocused();
  await zoetrope.page.keyboard.type('another-key');
  await zoetrope.page.keyboard.press('Enter');
  await expect(card.getByTestId('server-key-change')).toBeFocused();
  await card.getByTestId('server-refresh').click();
  await expect(card.getByTestId('server-models')).toContainText('Refreshed');

  await card.getByRole('radio', { name: 'JPEG, smaller' }).click();
  await expect.poll(async () => (await saved())[1]?.format).toEqual({ type: 'jpeg', quality: 90 });
});

test('a server is removed, and comes back by its notice, by the keyboard, and with its key', async () => {
  const card = cards().nth(1);
  const named = cards().filter({ hasText: 'Workstation' });
  await card.getByTestId('server-remove').click();
  await expect(cards()).toHaveCount(1);
  await at('put-back').click();
  await expect(named.getByTestId('server-toggle')).toBeFocused();
  await card.getByTestId('server-remove').click();
  await expect(cards()).toHaveCount(1);
  await expect(cards().getByTestId('server-toggle')).toBeFocused(); // not its Remove, so that a second Enter does no harm
  await zoetrope.page.keyboard.press('ControlOrMeta+z');
  await expect(named.getByTestId('server-toggle')).toBeFocused();
  await zoetrope.page.keyboard.press('ControlOrMeta+Shift+z');
  await expect(cards()).toHaveCount(1);
  await zoetrope.page.keyboard.press('ControlOrMeta+z');
  await card.getByTestId('server-refresh').click();
  await expect(card.getByTestId('server-models')).toContainText('Refreshed');
});

test('a server beyond this computer is contacted only if the user allows it', async () => {
  await answerLeaving(false);
  await add('http://llm.invalid:8000', { name: 'Elsewhere' });
  await expect(at('server-form')).toContainText('The server was not added.');
  expect(await leaving()).toEqual([
    'May questions leave this computer for llm.invalid:8000?',
    expect.stringContaining('not encrypted'),
  ]);
  await answerLeaving(true);
  await at('server-address').press('Enter');
  await expect(at('server-form').getByTestId('error')).toContainText('No server answers at llm.invalid:8000.');
  await expect(cards()).toHaveCount(2);
  await at('server-form').getByRole('button', { name: 'Cancel' }).click();
  await expect(at('server-add')).toBeFocused();
});

test('the section is the same in both themes and languages, with long names', async () => {
  await cards()
    .nth(1)
    .getByRole('button', { name: /Rename/ })
    .click();
  await zoetrope.page.keyboard.insertText('The workstation under the desk, '.repeat(4).slice(0, 100));
  await zoetrope.page.keyboard.press('Enter');
  const file = join(zoetrope.profile, 'servers.json');
  const { servers } = JSON.parse(readFileSync(file, 'utf8')) as { servers: object[] };
  const far = { id: 'far', name: 'Far away', url: `https://models.${'department.'.repeat(9)}example.org/openai` };
  writeFileSync(file, JSON.stringify({ servers: [...servers, far] }));
  for (const [theme, language] of [
    ['light', 'zh'],
    ['dark', 'en'],
  ] as const) {
    await zoetrope.settings({ theme, language });
    await zoetrope.page.reload();
    await open();
    await expect(cards()).toHaveCount(3);
    await at('server-toggle').nth(1).click();
    if (language === 'en') {
      await cards().nth(1).getByRole('button', { name: 'Model to test' }).click();
      await zoetrope.page.getByRole('option', { name: more[1]! }).click();
    }
    await at('server-add').click();
    expect(await zoetrope.violations('[data-testid=settings-dialog]')).toEqual([]);
    await zoetrope.screenshot(`servers-form-${theme}-${language}`);
    await at('server-add').click();
    await cards().nth(1).getByTestId('server-test-start').click();
    await expect(at('server-test-result')).toBeVisible();
    await cards().nth(1).scrollIntoViewIfNeeded();
    await zoetrope.screenshot(`servers-${theme}-${language}`);
    await cards().nth(2).scrollIntoViewIfNeeded();
    await zoetrope.screenshot(`servers-end-${theme}-${language}`);
    expect(await zoetrope.sideways(1000)).toEqual([]);
    await zoetrope.page.setViewportSize({ width: 1440, height: 900 });
  }
});
