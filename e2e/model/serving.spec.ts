// SPDX-License-Identifier: Apache-2.0
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { Zoetrope } from '../fixtures/window';

/** Zoetrope as a server for other programs, switched on in the window. */

test.describe.configure({ mode: 'serial' });
let zoetrope: Zoetrope;
const samples = join(import.meta.dirname, '../../resources/samples');
const serving = () =>
  zoetrope.page.evaluate(async () => {
    const reply = await window.zoetrope['serving.read'](undefined);
    if (!reply.ok) throw new Error(reply.error.message);
    return reply.value;
  });
const sample = (pattern: RegExp): string => {
  const found = readdirSync(samples, { recursive: true, encoding: 'utf8' }).find((name) => pattern.test(name));
  return join(samples, found!);
};

/** Asks over HTTP. */
async function ask(content: object[], token?: string): Promise<{ status: number; body: Record<string, never> }> {
  const { url, token: right } = await serving();
  const { model } = (await zoetrope.state()).engine as { model: { name: string } };
  const reply = await fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token ?? right}` },
    body: JSON.stringify({ model: model.name, temperature: 0, messages: [{ role: 'user', content }] }),
  });
  return { status: reply.status, body: (await reply.json()) as Record<string, never> };
}

test.beforeAll(async () => {
  zoetrope = await Zoetrope.start();
  await zoetrope.modelReady();
});
test.afterAll(() => zoetrope.end());

test('it is switched on in Settings, and answers programs that know the token about allowed folders', async () => {
  const { page } = zoetrope;
  expect((await serving()).state).toBe('off');
  await page.getByTestId('settings-button').click();
  await page.getByTestId('tab-serving').click();
  await zoetrope.screenshot('serving-off');
  await page.evaluate(() => window.zoetrope['serving.set']({ port: 18_177 })); // another program may hold the usual one
  await page.getByRole('radio', { name: 'On', exact: true }).click();
  await expect(page.getByTestId('serving-addresses')).toContainText(':18177/v1');

  const video = { type: 'video_url', video_url: { url: sample(/\.mp4$/), frames: 8 } };
  const question = { type: 'text', text: 'Which direction does the red circle move?' };
  const refused = await ask([video, question]);
  expect(refused.status).toBe(403);
  expect(JSON.stringify(refused.body)).toContain('Add the folder that holds it in Settings');
  expect((await ask([question], 'x'.repeat(32))).status).toBe(401);
  await zoetrope.answerDialog([samples]);
  await page.getByTestId('allow-folder').click();
  await expect(page.getByRole('tabpanel')).toContainText(samples);
  await expect.poll(async () => (await serving()).state).toBe('on');
  const answer = await ask([video, question]);
  expect(answer.status).toBe(200);
  expect(JSON.stringify(answer.body)).toContain('"index"');
  await expect(page.getByTestId('serving-sign')).toBeVisible();
  await zoetrope.screenshot('serving-on');
  for (const [theme, language] of [['dark', 'zh']] as const) {
    await zoetrope.settings({ theme, language });
    await page.reload();
    await page.getByTestId('settings-button').click();
    await page.getByTestId('tab-serving').click();
    await expect(page.getByTestId('serving-addresses')).toBeVisible();
    await zoetrope.screenshot(`serving-${theme}-${language}`);
    await page.keyboard.press('Escape');
  }
  // What other programs asked is in no project, and their pictures are not among the user's.
  expect((await zoetrope.state()).project.messages).toEqual([]);
  expect(readdirSync(join(zoetrope.profile, 'pictures'))).toEqual([]);
});

test('views of a scene are drawn in a hidden window, for a program that asks about one', async () => {
  const scene = { type: 'scene_url', scene_url: { url: sample(/\.glb$/), views: 3 } };
  const { status, body } = await ask([scene, { type: 'text', text: 'What is this?' }]);
  expect(JSON.stringify(body)).not.toContain('"error"');
  expect(status).toBe(200);
  expect(JSON.stringify(body)).toContain('"pose"');
});

test('it starts again with the engine, with the same token, and stops when it is switched off', async () => {
  const { token, url } = await serving();
  const engine = await zoetrope.app.evaluate(
    ({ app }) => app.getAppMetrics().find(({ name }) => name === 'Zoetrope engine')!.pid,
  );
  process.kill(engine, 'SIGKILL');
  await expect
    .poll(
      async () =>
        fetch(`${url}/health`).then(
          ({ status }) => status,
          () => 0,
        ),
      { timeout: 30_000 },
    )
    .toBe(200);
  await zoetrope.modelReady();
  await expect.poll(async () => (await serving()).state).toBe('on');
  expect((await serving()).token).toBe(token);
  await zoetrope.page.evaluate(() => window.zoetrope['serving.set']({ on: false }));
  expect(await fetch(`${url}/health`).catch(() => null)).toBeNull();
  const log = readdirSync(zoetrope.profile, { recursive: true, encoding: 'utf8' }).find((name) =>
    name.endsWith('zoetrope.log'),
  );
  expect(readFileSync(join(zoetrope.profile, log!), 'utf8')).not.toContain(token);
});
