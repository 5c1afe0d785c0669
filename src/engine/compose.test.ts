// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import type { Composition, FrameOrigin, Item, Origin } from '../contract';
import type { VideoIndex } from '../media';
import { promptSpans, promptText, withMarks, type CaptionedVideo } from '../sequence';
import { Composer } from './compose';

const dir = mkdtempSync(join(tmpdir(), 'zoetrope-compose-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));
const srt = join(dir, 'words.srt');
writeFileSync(srt, '1\n00:00:02,000 --> 00:00:03,000\nOne\nmoment\n');

let opened = 0;
const composer = new Composer(() => {
  opened += 1;
  return Promise.resolve({ subtitles: [], lead: 0 } as unknown as VideoIndex);
});

const picture = { sha256: '0'.repeat(64), width: 2, height: 2 };
const video = { id: 'v', name: 'v.mp4' };
const item = (id: string, origin: object): Item => ({ id, origin: origin as Origin, picture });
const frame = (id: string, time: number, more: Partial<FrameOrigin> = {}): Item =>
  item(id, { kind: 'frame', source: video, index: 0, pts: time, time, keyframe: false, ...more });
const photo = item('p', { kind: 'photo', source: { id: 'p', name: 'p.png' } });
const view = item('w', { kind: 'view', source: { id: 's', name: 's.glb' }, take: 'B' });

const spoken = (path: string): Composition['captions']['subtitles'] => [
  { source: { ref: video, path: join(dir, 'v.mp4'), subtitles: [path] }, track: null, encoding: null },
];
const everything = { frameTimes: true, segmentLabels: true, subtitles: spoken(srt) };
const nothing = { frameTimes: false, segmentLabels: false, subtitles: [] };
const asked: Composition = {
  history: [],
  items: [frame('a', 1, { label: 'Kick-off' }), frame('b', 2.5, { label: 'Kick-off', take: 'A' }), view, photo],
  text: withMarks('is <image> it?'),
  placement: 'interleaved',
  captions: everything,
};
const userWords = async (composition: Composition): Promise<string> => {
  const { turns } = await composer.compose(composition);
  return promptText(promptSpans(turns, ''));
};

it('writes each picture with what is said of it, and no more than is asked for', async () => {
  expect(await userWords(asked)).toBe(
    '<|im_start|>user\nTake A: Kick-off: 2.5 s: "One moment" <image>\nTake B: <image>\n<image>\nis Kick-off: 1 s: <image>\n it?<|im_end|>\n<|im_start|>assistant\n',
  );
  expect(await userWords({ ...asked, captions: nothing })).toBe(
    '<|im_start|>user\nTake A: <image>\nTake B: <image>\n<image>\nis <image>\n it?<|im_end|>\n<|im_start|>assistant\n',
  );
});

it('keeps earlier questions as they were asked, with the pictures that are still there', async () => {
  const { parts, turns } = await composer.compose({ ...asked, items: [frame('a', 1), photo], captions: nothing });
  const history = [
    { role: 'user' as const, parts },
    { role: 'assistant' as const, text: 'Yes.' },
  ];
  expect(turns).toMatchObject([{ role: 'user', parts }]);
  expect(await userWords({ ...asked, history, items: [photo, view], text: 'And now?' })).toBe(
    '<|im_start|>user\n<image>\nis  it?<|im_end|>\n<|im_start|>assistant\nYes.<|im_end|>\n' +
      '<|im_start|>user\nTake B: <image>\nAnd now?<|im_end|>\n<|im_start|>assistant\n',
  );
});

it("tells a model of times and the video's length in its own words", async () => {
  const style = {
    always: true,
    time: (seconds: number) => `[${seconds}]`,
    opening: ({ times, duration }: CaptionedVideo) => `{${times.length} of ${duration}}`,
    closing: ({ times }: CaptionedVideo) => `{end ${times.at(-1)}}`,
  };
  const items = [frame('a', 1, { duration: 60 }), frame('b', 2, { duration: 60 }), photo, frame('c', 9)];
  const { turns } = await composer.compose({ ...asked, items, text: '?', captions: nothing }, undefined, style);
  expect(promptText(promptSpans(turns, '', 'video'))).toContain(
    'user\n{2 of 60}[1]<image>[2]<image>\n{end 2}<image>\n{1 of 9}[9]<image>\n{end 9}?',
  );
});

it('saves the question without captions, and names the subtitles that stand before frames', async () => {
  const { parts, subtitles } = await composer.compose(asked);
  expect(parts.map((part) => (part.type === 'text' ? part.text : part.item.id))).toEqual([
    'b',
    'w',
    'p',
    'is ',
    'a',
    ' it?',
  ]);
  expect(subtitles).toEqual([{ source: video, track: 'words.srt', encoding: { name: 'utf-8', guessed: false } }]);
  expect((await composer.compose({ ...asked, items: [photo], text: '?' })).subtitles).toEqual([]);
});

it('reads subtitles once, and again those that could not be read', async () => {
  const late = join(dir, 'late.srt');
  const wanted = { ...asked, captions: { ...everything, subtitles: spoken(late) } };
  await expect(composer.compose(wanted)).rejects.toMatchObject({ code: 'file-missing' });
  writeFileSync(late, '1\n00:00:00,000 --> 00:00:09,000\nLate\n');
  const before = opened;
  expect([await userWords(wanted), await userWords(wanted)]).toEqual(Array(2).fill(expect.stringContaining('"Late"')));
  expect(opened).toBe(before + 1);
});

it('is let go when it is cancelled, while subtitles are still being read', async () => {
  const stop = new AbortController();
  const slow = new Composer(() => new Promise(() => undefined));
  const composing = slow.compose(asked, stop.signal);
  stop.abort();
  await expect(composing).rejects.toMatchObject({ code: 'cancelled' });
});

it('from the sequence on nothing asks what an item was', () => {
  const rooms = ['sequence', 'vision', 'runtime', 'model'].map((room) => join(import.meta.dirname, '..', room));
  const files = rooms.flatMap((room) =>
    readdirSync(room, { recursive: true, encoding: 'utf8' }).flatMap((name) =>
      name.endsWith('.ts') && !name.endsWith('.test.ts') ? [join(room, name)] : [],
    ),
  );
  files.push(...['engine.ts', 'export.ts'].map((name) => join(import.meta.dirname, name)));
  expect(files.length).toBeGreaterThan(20);
  expect(files.filter((file) => /origin\.kind|'(frame|view|photo)'/.test(readFileSync(file, 'utf8')))).toEqual([]);
});
