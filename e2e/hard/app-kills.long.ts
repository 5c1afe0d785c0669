// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@playwright/test';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { queryPlainly } from '../../src/library';
import { killEngine } from '../fixtures/engine';
import { samples, Zoetrope } from '../fixtures/window';
import { amount, report } from './amount';
import { random } from './library';

/**
 * Kills the app, or only its engine, at random moments while it is worked with: questions, further versions of answers
 * in the middle of a conversation, edited questions. Nothing that the window was told is saved may be lost.
 * `npm run hard -- app-kills --kills 50`.
 */

const kills = amount('kills', { short: 2, long: 50 });
const next = random(7);
const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));

/** What the window was told is saved: messages by id with their text. */
let told: Map<string, string>;
test.beforeEach(() => void (told = new Map()));

/** Works on its own until the app or the page ends. */
async function work(zoetrope: Zoetrope): Promise<void> {
  const tell = (id: string, text: string): void => void told.set(id, text);
  await zoetrope.page.exposeFunction('tellSaved', tell).catch(() => undefined); // it is there already
  await zoetrope.page.evaluate(() => {
    const { tellSaved } = window as unknown as { tellSaved: (id: string, text: string) => void };
    const ask = async (instead?: string) => {
      const text = `What is moving? ${Math.random()}`;
      const request = { text, placement: 'front' as const, anyway: false, ...(instead && { instead }) };
      const { result } = window.zoetrope['conversation.ask'](request, (event) => {
        // A new version of a question returns to the composer if it fails before its first word.
        if (event.type === 'started' && !instead) tellSaved(event.question.id, event.question.text);
      });
      const reply = await result;
      if (reply.ok) tellSaved(reply.value.id, reply.value.text);
    };
    const again = async (answer?: string) => {
      const reply = await window.zoetrope['conversation.regenerate']({ answer, anyway: false }, () => undefined).result;
      if (reply.ok) tellSaved(reply.value.id, reply.value.text);
    };
    void (async () => {
      for (let k = 0; ; k++) {
        const state = await window.zoetrope['app.state'](undefined);
        const messages = state.ok ? state.value.project.messages : [];
        const some = (role: string) => messages.filter((message) => message.role === role).at(-3)?.id;
        if (messages.length < 6 || k % 3 === 0) await ask();
        else if (k % 3 === 1) await again(some('assistant'));
        else await ask(some('user'));
        await new Promise((done) => setTimeout(done, 5));
      }
    })();
  });
}

/** The saved messages that the window was told of and that are not there, or not as they were told. */
function lost(profile: string): string[] {
  const file = join(profile, 'library.sqlite');
  return [...told].flatMap(([id, text]) => {
    const quoted = text.replaceAll("'", "''");
    const there = queryPlainly(file, `SELECT 1 FROM message WHERE id = '${id}' AND body ->> '$.text' = '${quoted}'`);
    return there === 1 ? [] : [`${id}: ${text}`];
  });
}

test('a kill of the app at any moment loses nothing that was saved', async () => {
  test.setTimeout(kills * 60_000);
  const profile = mkdtempSync(join(tmpdir(), 'zoetrope-app-kills-'));
  let zoetrope = await Zoetrope.start({ profile, files: [join(samples, 'clip.mp4')] });
  await expect(zoetrope.page.getByTestId('sample-button')).toBeEnabled({ timeout: 80_000 });
  await zoetrope.page.getByTestId('sample-button').click();
  await expect(zoetrope.tray).toHaveCount(16, { timeout: 30_000 });
  for (let k = 0; k < kills; k++) {
    await zoetrope.modelReady();
    await work(zoetrope);
    await pause(100 + next() * 3000);
    await zoetrope.kill();
    expect(lost(profile)).toEqual([]);
    zoetrope = await Zoetrope.start({ profile });
  }
  const { project } = await zoetrope.state();
  expect(project.messages.every((message) => message.role === 'user' || message.status !== 'streaming')).toBe(true);
  report('app-kills', { kills, saved: told.size, lost: 0 });
  await zoetrope.end();
});

test('a kill of the engine at any moment loses nothing that was saved, and work goes on', async () => {
  test.setTimeout(kills * 60_000);
  const zoetrope = await Zoetrope.start({ files: [join(samples, 'clip.mp4')] });
  await expect(zoetrope.page.getByTestId('sample-button')).toBeEnabled({ timeout: 80_000 });
  await zoetrope.page.getByTestId('sample-button').click();
  await expect(zoetrope.tray).toHaveCount(16, { timeout: 30_000 });
  await zoetrope.modelReady();
  await work(zoetrope);
  for (let k = 0; k < kills; k++) {
    const before = told.size;
    await pause(100 + next() * 3000);
    await killEngine(zoetrope);
    await expect
      .poll(
        async () => {
          const { engine } = await zoetrope.state();
          // After several deaths in a minute the app waits to be asked.
          if (engine.state === 'failed')
            await zoetrope.page.evaluate(() => window.zoetrope['model.useBundled'](undefined));
          return engine.state === 'ready' && told.size > before + 3;
        },
        { timeout: 60_000 },
      )
      .toBe(true);
    expect(lost(zoetrope.profile)).toEqual([]);
  }
  report('engine-kills', { kills, saved: told.size, lost: 0 });
  await zoetrope.end();
});
