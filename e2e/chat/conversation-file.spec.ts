// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@playwright/test';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConversationFile, type Receipt } from '../../src/contract';
import { samples, Zoetrope } from '../fixtures/window';

test.describe.configure({ mode: 'serial', timeout: 300_000 });

const patient = { timeout: 60_000 };
let zoetrope: Zoetrope;
let folder: string;
test.beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'conversation-spec-'));
  zoetrope = await Zoetrope.start({
    files: [
      join(
        samples,
        readdirSync(samples).find((name) => name.endsWith('.mp4'))!,
      ),
    ],
  });
  await zoetrope.settings({ frameCount: 6, theme: 'light' });
  await zoetrope.page.reload();
  await zoetrope.page.getByTestId('sample-button').click(patient);
  await expect(zoetrope.tray).toHaveCount(6, patient);
  await zoetrope.ask('What moves?\n1. *Really?*');
  await zoetrope.answered();
});
test.afterAll(async () => {
  await zoetrope.end();
  rmSync(folder, { recursive: true });
});

/** Answers the save dialog with this file; undefined: the user cancels it. */
const saveAs = (filePath?: string) =>
  zoetrope.app.evaluate(
    ({ dialog }, path) =>
      void (dialog.showSaveDialog = () => Promise.resolve({ canceled: path === null, filePath: path ?? '' })),
    filePath ?? null,
  );
const choose = async (item: RegExp): Promise<void> => {
  await zoetrope.page
    .getByRole('region', { name: 'Conversation' })
    .getByRole('button', { name: 'Save or copy' })
    .press('Enter', patient);
  await zoetrope.page.getByRole('menuitem', { name: item }).press('Enter', patient);
  await expect(zoetrope.page.getByRole('menu')).toHaveCount(0, patient); // the menu takes all keys until it is gone
};
const said = () => zoetrope.page.getByTestId('chat-exported');
const pixels = (path: string): string =>
  createHash('sha256')
    .update(
      execFileSync(
        process.env['FFMPEG_BIN'] ?? 'ffmpeg',
        ['-v', 'error', '-i', path, '-pix_fmt', 'rgb24', '-f', 'rawvideo', '-'],
        { maxBuffer: 1 << 28 },
      ),
    )
    .digest('hex');

test('as Markdown, with the pictures the model was given beside it', async () => {
  const { page } = zoetrope;
  await saveAs();
  await choose(/with pictures/);
  await expect(page.getByTestId('export-progress')).toHaveCount(0, patient);
  expect(readdirSync(folder)).toEqual([]);

  const file = join(folder, 'my talk (1).md');
  await saveAs(file);
  await page.keyboard.press('ControlOrMeta+s');
  await expect(said()).toContainText('Saved as my talk (1).md', patient);
  const text = readFileSync(file, 'utf8');
  const { project } = await zoetrope.state();
  const addresses = [...text.matchAll(/!\[[^\]]*\]\(([^)]+)\)/g)].map(([, address]) => decodeURIComponent(address!));
  expect(addresses.map((address) => pixels(join(folder, address)))).toEqual(
    project.tray.map(({ picture }) => picture.sha256),
  );
  expect(text).toContain('What moves?\\\n1\\. \\*Really?\\*');
  const answer = project.messages.at(-1)!;
  expect(text).toContain(answer.text.trim());
  for (const { picture, input } of (await zoetrope.answered()).receipt.pictures)
    expect(text).toContain(`\`${picture.sha256}\` | \`${input!.sha256}\``);
  await zoetrope.screenshot('conversation-saved');

  // Save over the same file again: the dialog asks about that file, and the pictures go into a new folder.
  await page.keyboard.press('ControlOrMeta+s');
  await expect
    .poll(() => readdirSync(folder).sort(), patient)
    .toEqual(['my talk (1) pictures', 'my talk (1) pictures (2)', 'my talk (1).md']);
});

test('as JSON, with everything its receipts know', async () => {
  const taken = join(folder, 'talk.json');
  writeFileSync(taken, 'mine');
  await saveAs(join(folder, 'talk')); // the dialog was asked about "talk", not about "talk.json"
  await choose(/JSON/);
  await expect(said()).toContainText('Saved as talk (2).json', patient);
  expect(readFileSync(taken, 'utf8')).toBe('mine');
  const text = readFileSync(join(folder, 'talk (2).json'), 'utf8');
  const chat = ConversationFile.parse(JSON.parse(text));
  const { project } = await zoetrope.state();
  expect(chat.messages).toEqual(project.messages);
  expect(chat.sources.map(({ name }) => name)).toEqual(project.sources.map(({ name }) => name));
  expect(text).not.toContain(samples); // no paths of the user's files are saved
});

test('as one HTML page that needs no other file', async () => {
  const file = join(folder, 'talk.html');
  await saveAs(file);
  await choose(/HTML/);
  await expect(said()).toContainText('Saved as talk.html', patient);
  const page = readFileSync(file, 'utf8');
  const { project } = await zoetrope.state();
  expect(page.match(/<img src="data:image\/jpeg;base64,/g)).toHaveLength(project.tray.length);
  expect(page).not.toMatch(/(?:src|href)="(?!data:image\/jpeg)/);
  expect(page).toContain(project.messages.at(-1)!.text);
});

test('a place that cannot be written to is named, and nothing is left', async () => {
  const nowhere = join(folder, 'talk.json', 'below a file.md');
  await saveAs(nowhere);
  await choose(/with pictures/);
  await expect(zoetrope.page.getByText('The file cannot be written there.')).toBeVisible(patient);
  expect(existsSync(nowhere)).toBe(false);
});

test('the last answer is copied, from the menu and by its key', async () => {
  const { page } = zoetrope;
  const copied = () => zoetrope.app.evaluate(({ clipboard }) => clipboard.readText());
  const answer = (await zoetrope.state()).project.messages.at(-1)!;
  await page
    .getByRole('region', { name: 'Conversation' })
    .getByRole('button', { name: 'Save or copy' })
    .press('Enter', patient);
  await expect(page.getByRole('menuitem', { name: 'Copy the last answer' })).toBeVisible(patient);
  await zoetrope.screenshot('conversation-menu');
  await page.getByRole('menuitem', { name: 'Copy the last answer' }).press('Enter', patient);
  await expect(page.getByRole('menu')).toHaveCount(0, patient);
  await expect(said()).toContainText('Answer copied', patient);
  expect(await copied()).toBe(answer.text);
  await zoetrope.app.evaluate(({ clipboard }) => clipboard.clear());
  await page.keyboard.press('ControlOrMeta+Shift+c');
  await expect.poll(copied, patient).toBe(answer.text);
});

test('nothing is lost at one press: an edited question, a deleted conversation, a removed source', async () => {
  const { page } = zoetrope;
  const before = (await zoetrope.state()).project;
  const messages = async () => (await zoetrope.state()).project.messages;
  await zoetrope.composer.fill('half a thought');
  await page.getByRole('button', { name: 'Edit and ask again' }).first().press('Enter');
  await expect(page.getByTestId('editing')).toBeVisible(patient);
  await expect(zoetrope.composer).toBeFocused();
  await expect(zoetrope.composer).toHaveValue(/^What moves\?/);
  await zoetrope.screenshot('editing-light');
  await zoetrope.composer.press('Escape');
  await expect(zoetrope.composer).toHaveValue('half a thought');
  expect(await messages()).toEqual(before.messages);

  const fromMenu = async (name: string): Promise<void> => {
    await page.getByTestId('conversations').press('Enter', patient);
    await page.getByRole('menuitem', { name, exact: true }).press('Enter', patient);
  };
  await fromMenu('Delete this conversation');
  await expect.poll(messages, patient).toEqual([]);
  await zoetrope.screenshot('cleared-light');
  await page.getByTestId('put-back').press('Enter');
  await expect.poll(messages, patient).toEqual(before.messages);
  await expect(zoetrope.answer).toBeVisible();

  await page.getByRole('button', { name: /^Remove .* from the project/ }).press('Enter');
  await expect(page.getByTestId('source-item')).toHaveCount(0, patient);
  await page.keyboard.press('ControlOrMeta+z'); // undo the last action
  await expect(page.getByTestId('video-pane')).toBeVisible(patient);
  await expect.poll(async () => (await zoetrope.state()).project, patient).toEqual(before);
  await page.getByRole('button', { name: 'Redo' }).focus();
  await expect(page.getByRole('tooltip')).toHaveText(/^Redo: remove \S/);
  await page.keyboard.press('ControlOrMeta+Shift+z');
  await expect(page.getByTestId('source-item')).toHaveCount(0, patient);
  await page.keyboard.press('ControlOrMeta+z');
  await expect.poll(async () => (await zoetrope.state()).project, patient).toEqual(before);

  await page.getByRole('button', { name: 'Edit and ask again' }).first().press('Enter');
  await zoetrope.composer.fill('What stands?');
  await zoetrope.composer.press('Enter');
  await expect
    .poll(
      async () => (await messages()).map((message) => (message.role === 'user' ? message.text : message.status)),
      patient,
    )
    .toEqual(['What stands?', 'done']);
  await expect(page.getByTestId('editing')).toHaveCount(0);
  const written = await messages();
  const versions = page.getByTestId('versions');
  await expect(versions).toHaveText('2/2');
  await versions.getByRole('button', { name: 'Earlier version' }).press('Enter');
  await expect.poll(messages, patient).toEqual(before.messages);
  await versions.first().getByRole('button', { name: 'Later version' }).press('Enter');
  await expect.poll(messages, patient).toEqual(written);
  await page.getByTestId('regenerate-button').press('Enter');
  await expect.poll(async () => (await messages()).at(-1)?.id, patient).not.toBe(written.at(-1)?.id);
  await expect(zoetrope.answer).toHaveAttribute('data-status', 'done', patient);
  await zoetrope.screenshot('versions-light');
  await versions.last().getByRole('button', { name: 'Earlier version' }).press('Enter');
  await expect.poll(messages, patient).toEqual(written);

  await page.getByTestId('new-conversation').press('Enter');
  await expect.poll(messages, patient).toEqual([]);
  await zoetrope.composer.fill('a draft of its own');
  await page.getByTestId('conversations').press('Enter', patient);
  await zoetrope.screenshot('conversations-light');
  await page.getByRole('menuitem', { name: /^What moves\?/ }).press('Enter', patient);
  await expect.poll(messages, patient).toEqual(written);
  await expect(zoetrope.composer).toHaveValue('half a thought');
  await page.keyboard.press('ControlOrMeta+Shift+o');
  await expect(zoetrope.composer).toHaveValue('');
  await page.getByTestId('conversations').press('Enter', patient);
  await page.getByRole('menuitem', { name: 'a draft of its own' }).press('Enter', patient);
  await expect(zoetrope.composer).toHaveValue('a draft of its own');
  await zoetrope.composer.fill('');
  await page.getByTestId('conversations').press('Enter', patient);
  await page.getByRole('menuitem', { name: /^What moves\?/ }).press('Enter', patient);
  await versions.first().getByRole('button', { name: 'Earlier version' }).press('Enter');
  await expect.poll(messages, patient).toEqual(before.messages);
});

test('a picture has one number, and the end of the conversation stays in view', async () => {
  const { page } = zoetrope;
  await page.setViewportSize({ width: 1280, height: 640 });
  await page.getByRole('group', { name: 'Playback' }).getByRole('button', { name: 'One frame forward' }).click();
  await page.keyboard.press('c');
  await expect(zoetrope.tray).toHaveCount(7, patient);
  const log = page.getByRole('log', { name: 'Questions and answers' });
  for (const question of ['How many shapes are there?', 'What color is the circle?']) {
    await zoetrope.ask(question);
    await zoetrope.answered();
    await expect
      .poll(() => log.evaluate((e) => Math.round(e.scrollHeight - e.scrollTop - e.clientHeight)), patient)
      .toBe(0);
  }
  const numbers = async () => (await zoetrope.tray.allInnerTexts()).map((text) => text.split('\n')[0]);
  expect(await numbers()).toEqual(['1', '7', '2', '3', '4', '5', '6']); // asked last, but its time is between the others
  await expect(
    page
      .getByTestId('question')
      .nth(1)
      .getByRole('button', { name: /^Picture 7: / }),
  ).toBeVisible();
  await expect(page.getByTestId('timeline-mark').nth(1)).toHaveAttribute('aria-label', /7/);
  const { project } = await zoetrope.state();
  const { receipt } = project.messages.at(-1) as { receipt: Receipt };
  expect(receipt.pictures[6]?.picture).toEqual(project.tray[1]?.picture);
});

test('Esc closes a dialog whose button was disabled by what it did; panes keep their widths; nothing scrolls sideways', async () => {
  const { page } = zoetrope;
  await page.getByTestId('settings-button').press('Enter');
  await page.getByRole('tab', { name: 'Memory' }).click();
  await page.getByTestId('forget-features').press('Enter');
  await expect(page.getByTestId('forget-features')).toBeDisabled(patient);
  await expect.poll(() => page.evaluate(() => document.activeElement?.closest('[role=dialog]') !== null)).toBe(true);
  await page.keyboard.press('Escape');
  await expect(page.getByTestId('settings-dialog')).toHaveCount(0);

  const width = () => page.locator('#library').evaluate((e) => Math.round(e.getBoundingClientRect().width));
  await page.getByRole('separator', { name: 'Width of the library' }).press('ArrowRight');
  const wanted = await width();
  expect(wanted).not.toBe(216);
  expect(await zoetrope.sideways(800, 1000, 1280)).toEqual([]);
  await page.setViewportSize({ width: 1100, height: 800 });
  await page.reload();
  await expect(zoetrope.tray).toHaveCount(7, patient);
  await expect.poll(width).toBe(wanted);
});
