// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@playwright/test';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Zoetrope } from '../fixtures/window';

test.describe.configure({ mode: 'serial', timeout: 300_000 });

const patient = { timeout: 60_000 };
let zoetrope: Zoetrope;
let folder: string;
test.beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'subtitles-spec-'));
  zoetrope = await Zoetrope.start();
});
test.afterAll(async () => {
  await zoetrope.end();
  rmSync(folder, { recursive: true });
});

const write = (name: string, text: string | Uint8Array): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};
/** Seeks to whole seconds on the video's own clock, whatever the player's clock shows. */
const seek = async (seconds: number): Promise<void> => {
  const slider = zoetrope.page.getByRole('slider', { name: 'Position' });
  await slider.press('Home', patient);
  for (let k = 0; k < seconds; k++) await slider.press('ArrowRight', patient);
};
const choose = async (name: string | RegExp): Promise<void> => {
  await zoetrope.page.getByRole('button', { name: 'Subtitles' }).press('Enter', patient);
  const item = zoetrope.page.getByRole('menuitem', { name });
  await expect(item).toBeEnabled(patient); // the cues of a newly chosen track are still being read
  await item.press('Enter', patient);
  await expect(zoetrope.page.getByRole('menu')).toHaveCount(0, patient); // the menu takes all keys until it is gone
};

test('words inside a video whose clock starts late stand over the right frames', async () => {
  const { page } = zoetrope;
  const words = write(
    'words.srt',
    '1\n00:00:00,800 --> 00:00:01,900\nThe <i>first</i> words\n\n2\n00:00:02,500 --> 00:00:03,500\nand the last\n',
  );
  const clip = join(folder, 'clip.mkv');
  execFileSync(process.env['FFMPEG_BIN'] ?? 'ffmpeg', [
    ...[
      '-v',
      'error',
      '-y',
      '-f',
      'lavfi',
      '-i',
      'testsrc2=s=480x270:r=25:d=4',
      '-f',
      'lavfi',
      '-i',
      'sine=d=4',
      '-i',
      words,
      '-map',
      '0',
      '-map',
      '1',
      '-map',
      '2',
    ],
    ...[
      '-c:v',
      'libx264',
      '-pix_fmt',
      'yuv420p',
      '-c:a',
      'aac',
      '-c:s',
      'srt',
      '-metadata:s:s:0',
      'language=eng',
      '-output_ts_offset',
      '100',
      clip,
    ],
  ]);
  write('clip.zh.srt', Uint8Array.from([...Buffer.from('1\n00:00:01,000 --> 00:00:02,000\n'), 0xc4, 0xe3, 0xba, 0xc3])); // GB18030
  await zoetrope.open(clip);
  await expect(page.getByTestId('sample-button')).toBeEnabled(patient);
  const line = page.getByTestId('subtitle');
  await expect(page.getByRole('group', { name: 'Playback' }).getByLabel('Play')).toBeEnabled(patient);
  for (const [time, text] of [
    [1, 'The first words'],
    [2, null],
    [3, 'and the last'],
    [0, null],
  ] as const) {
    await seek(time);
    if (text === null) await expect(line).toBeHidden(patient);
    else await expect(line).toHaveText(text, patient);
  }
  await seek(1);
  await expect(line).toHaveText('The first words', patient);
  await zoetrope.screenshot('subtitles');
  await page.keyboard.press('v');
  await expect(line).toBeHidden(patient);
  await page.keyboard.press('v');
  await choose(/clip\.zh\.srt/);
  await expect(line).toHaveText('你好', patient);
});

test('a guessed encoding is told, and another shows at once what the lines become', async () => {
  const { page } = zoetrope;
  await choose(/^All lines…/);
  const list = page.getByTestId('subtitle-list');
  await expect(list.getByText('The file does not say how it is written')).toBeVisible(patient);
  await list.getByRole('button', { name: /Encoding/ }).press('Enter', patient);
  await page.getByRole('option', { name: 'Cyrillic (Windows-1251)' }).click(patient);
  await expect(list.getByRole('listitem')).toContainText('ДгєГ', patient); // the same bytes decoded as Cyrillic
  await zoetrope.screenshot('subtitles-encoding');
  await page.keyboard.press('Escape');
  await expect(list).toHaveCount(0, patient);
});

test('every line is in a list that leads to it', async () => {
  const { page } = zoetrope;
  await choose(/English/);
  await choose(/^All lines…/);
  const lines = page.getByTestId('subtitle-list').getByRole('listitem');
  await expect(lines).toHaveCount(2, patient);
  await zoetrope.screenshot('subtitles-list');
  await lines.nth(1).getByRole('button').press('Enter', patient);
  await expect(page.getByTestId('subtitle')).toHaveText('and the last', patient);
});

test('a file opened by the user is chosen, kept over a restart of the window, and sent with the frames if wished', async () => {
  const { page } = zoetrope;
  await zoetrope.answerDialog([write('elsewhere.vtt', 'WEBVTT\n\n00:00.000 --> 00:02.000\nA circle moves\n')]);
  await choose('Open a subtitle file…');
  await seek(1);
  await expect(page.getByTestId('subtitle')).toHaveText('A circle moves', patient);
  await choose('Send to the model with the frames');
  const chosen = async () => Object.values((await zoetrope.state()).project.videoSetups)[0]!.subtitles;
  await expect.poll(async () => (await chosen()).sent, patient).toBe(true);
  const opened = (await chosen()).track;
  await page.keyboard.press('ControlOrMeta+z');
  await expect.poll(async () => (await chosen()).sent, patient).toBe(false);
  await page.keyboard.press('ControlOrMeta+z'); // the opened file is still listed, but no longer chosen
  await expect.poll(async () => (await chosen()).track, patient).not.toBe(opened);
  await page.keyboard.press('ControlOrMeta+Shift+z');
  await page.keyboard.press('ControlOrMeta+Shift+z');
  await expect.poll(chosen, patient).toEqual({ track: opened, encoding: null, shown: true, sent: true });
  await expect(page.getByTestId('subtitle')).toHaveText('A circle moves', patient);
  await page.reload();
  await expect(page.getByTestId('subtitle')).toHaveText('A circle moves', patient);

  await page.getByTestId('sample-button').press('Enter', patient);
  await expect(zoetrope.tray).toHaveCount(16, patient);
  await zoetrope.ask('What moves?');
  const { prompt } = (await zoetrope.answered()).receipt;
  expect(prompt.match(/"A circle moves" <image>/g)).toHaveLength(8); // of 16 frames over 4 s, those before second 2
  expect(prompt.match(/<image>/g)).toHaveLength(16);
});

test('what holds no words is refused with its reason', async () => {
  await zoetrope.answerDialog([write('none.srt', 'no subtitles here')]);
  await choose('Open a subtitle file…');
  await expect(zoetrope.page.getByText('holds no subtitles that can be read')).toBeVisible(patient);
  await expect(zoetrope.page.getByTestId('subtitle')).toHaveText('A circle moves', patient);
});
