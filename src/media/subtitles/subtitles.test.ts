// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import type { Cue } from '../../contract';
import { ffmpeg } from '../golden/clip';
import golden from '../golden/encodings.json';
import { openVideo } from '../video';
import { decodeText, encodingOf, parseSubtitles, readCues, subtitleTracks } from '.';

vi.setConfig({ testTimeout: 60_000 });
const temp = await mkdtemp(join(tmpdir(), 'zoetrope-subtitles-'));
afterAll(() => rm(temp, { recursive: true, force: true }));
const at = (name: string): string => join(temp, name);
const put = async (name: string, text: string | Uint8Array): Promise<string> => (
  await writeFile(at(name), text),
  at(name)
);

const stamp = (seconds: number, point: string): string =>
  new Date(Math.round(seconds * 1000)).toISOString().slice(11, 23).replace('.', point);
const srt = (cues: readonly Cue[], newline = '\n'): string =>
  cues
    .map(({ start, end, text }, i) =>
      [i + 1, `${stamp(start, ',')} --> ${stamp(end, ',')}`, text.replaceAll('\n', newline), ''].join(newline),
    )
    .join(newline);
const vtt = (cues: readonly Cue[]): string =>
  [
    'WEBVTT',
    ...cues.map(
      ({ start, end, text }) =>
        `${stamp(start, '.')} --> ${stamp(end, '.')} align:start\n${text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}`,
    ),
  ].join('\n\n');

/** Text without markup: tags have a test of their own. */
const word = fc.stringMatching(/^[A-Za-z0-9\u4e00-\u4e20éß&'!?.,-]{1,12}$/).filter((text) => !text.includes('-->'));
const line = fc
  .array(word, { minLength: 1, maxLength: 5 })
  .map((words) => words.join(' '))
  .filter((text) => !/^\d+$|&\S*;/.test(text));
const cue = fc.tuple(
  fc.integer({ min: 0, max: 80_000_000 }),
  fc.integer({ min: 1, max: 20_000 }),
  fc.array(line, { minLength: 1, maxLength: 3 }),
);
const cues = fc.uniqueArray(cue, { maxLength: 12, selector: ([start]) => start }).map((list) =>
  list
    .sort(([a], [b]) => a - b)
    .map(([start, length, lines]): Cue => ({
      start: start / 1000,
      end: (start + length) / 1000,
      text: lines.join('\n'),
    })),
);

describe('the parser', () => {
  it('reads back what was written, in either format and with any line ends', () => {
    fc.assert(
      fc.property(
        cues,
        fc.constantFrom('\n', '\r\n', '\r'),
        (list, newline) => void expect(parseSubtitles(srt(list, newline))).toEqual(list),
      ),
    );
    fc.assert(fc.property(cues, (list) => void expect(parseSubtitles(vtt(list))).toEqual(list)));
  });
  it('never throws, and what it gives is in order and has words and a length', () => {
    const noise = fc.array(
      fc.oneof(
        fc.string(),
        fc.constantFrom(
          '00:01.000 --> 00:02.000',
          '1',
          '',
          '-->',
          '99:99:99,999 --> 00:00:00,000',
          '<',
          '&#x110000;',
          '{\\an8',
        ),
      ),
      { maxLength: 30 },
    );
    fc.assert(
      fc.property(noise, (lines) => {
        const read = parseSubtitles(lines.join('\n'));
        read.forEach(({ start, end, text }, i) => {
          expect(end).toBeGreaterThan(start);
          expect(text.trim()).not.toBe('');
          expect(start).toBeGreaterThanOrEqual(read[i - 1]?.start ?? 0);
        });
      }),
    );
  });
  it('takes styling out and forgives what is missing', () => {
    const text =
      '\uFEFF7\n0:0:1,5 --> 0:0:2,25 X1:0\n{\\an8}<i>Hello</i> <v Bob>&amp; 3 < 4</v>\n8\n00:03.000 --> 00:04.000\nno empty line above\n\nNOTE\n00:05.000 --> 00:05.000\nno length\n';
    expect(parseSubtitles(text)).toEqual([
      { start: 1.5, end: 2.25, text: 'Hello & 3 < 4' },
      { start: 3, end: 4, text: 'no empty line above\nNOTE' },
    ]);
  });
});

describe('a file that is made to harm', () => {
  const cue = '1\n00:00:01,000 --> 00:00:02,000\n';
  // Each once took quadratic time, or many times its size in memory: at this length, minutes.
  it.each([
    '{\\',
    '<a',
    '</',
    '&a',
    '&#1',
    '{\\}',
    '1:',
    '-->',
    '00:00:01,000 -->',
    ' ',
    '\n',
    '\t1\n',
    'x\n',
    '\r',
    '\ud800',
  ])('comes to an end: %j', (piece) => {
    for (const { text } of parseSubtitles(cue + piece.repeat(Math.ceil(2_000_000 / piece.length))))
      expect(text.length).toBeLessThan(2100);
  });

  it('is cut where a cue is longer than anybody reads, and told of where it is too large', async () => {
    const long = parseSubtitles(`${cue}${'x'.repeat(1999)}\u{1f39e}tail\n\n${cue}after\n`);
    expect(long.map(({ text }) => text)).toEqual([`${'x'.repeat(1999)}\u2026`, 'after']);
    const path = at('any.mp4');
    await ffmpeg('-f', 'lavfi', '-i', 'color=size=64x48:d=1', path);
    const index = await openVideo(path);
    for (const text of [cue + 'x'.repeat(20e6), `${cue}x\n\n`.repeat(100_001)]) {
      const opened = [await put('large.srt', text)];
      const [track] = await subtitleTracks(path, index, opened);
      await expect(readCues(path, index, opened, track!.id)).rejects.toMatchObject({ code: 'file-too-large' });
    }
  });
});

it('reads what ffmpeg reads: its own conversion from SubRip to WebVTT and back', async () => {
  const list = fc
    .sample(cues, { numRuns: 6, seed: 7 })
    .flat()
    .sort((a, b) => a.start - b.start);
  const distinct = list.filter(({ start }, i) => start !== list[i - 1]?.start);
  const path = await put('long.srt', srt(distinct));
  for (const format of ['webvtt', 'srt']) {
    const converted = (await ffmpeg('-i', path, '-f', format, 'pipe:1')).toString();
    expect(parseSubtitles(converted)).toEqual(parseSubtitles(srt(distinct)));
  }
});

it('keeps words after an empty line in SubRip, as ffmpeg does, and ends a cue there in WebVTT', async () => {
  const gap =
    '1\n00:00:01,000 --> 00:00:04,000\nfirst line\n\nsecond line\n \n7\n\n2\n00:00:04,500 --> 00:00:05,500\nnext\n\n\n';
  const converted = (await ffmpeg('-i', await put('gap.srt', gap), '-f', 'webvtt', 'pipe:1')).toString();
  expect(converted).toContain('second line');
  expect(parseSubtitles(gap)).toEqual([
    { start: 1, end: 4, text: 'first line\nsecond line\n7' },
    { start: 4.5, end: 5.5, text: 'next' },
  ]);
  const vtt = 'WEBVTT\n\n00:01.000 --> 00:04.000\nfirst line\n\nNOTE no words\n\n2\n00:04.500 --> 00:05.500\nnext\n';
  expect(parseSubtitles(vtt).map(({ text }) => text)).toEqual(['first line', 'next']);
});

describe('how a file is written', () => {
  const told = async (bytes: Uint8Array): Promise<[string, string]> => {
    const { name } = await encodingOf(bytes);
    return [name, decodeText(bytes, name)];
  };
  const cue = (words: string): string => `1\r\n00:00:01,000 --> 00:00:02,000\r\n${words}\r\n`;

  it('is told by its mark, its zeros or as UTF-8', async () => {
    const text = cue('你好，世界。今天天气很好');
    const utf16 = (little: boolean, mark: boolean): Uint8Array => {
      const units = Array.from((mark ? '\uFEFF' : '') + text, (c) => c.charCodeAt(0));
      return Uint8Array.from(units.flatMap((unit) => (little ? [unit & 255, unit >> 8] : [unit >> 8, unit & 255])));
    };
    for (const little of [true, false])
      for (const mark of [true, false])
        expect(await told(utf16(little, mark))).toEqual([little ? 'utf-16le' : 'utf-16be', text]);
    for (const mark of ['', '\uFEFF'])
      expect(await told(new TextEncoder().encode(mark + text))).toEqual(['utf-8', text]);
    expect(await encodingOf(new TextEncoder().encode(text))).toEqual({ name: 'utf-8', guessed: false });
    expect(await told(Buffer.from('1\n00:00:01,000 --> 00:00:02,000\n\x1b$B$O$$\x1b(B\n', 'latin1'))).toEqual([
      'iso-2022-jp',
      '1\n00:00:01,000 --> 00:00:02,000\nはい\n',
    ]);
  });

  it.each(golden)('is guessed from few words: $encoding, $words', async ({ encoding, words, base64 }) => {
    const bytes = Buffer.concat([Buffer.from(cue('').trimEnd() + '\r\n'), Buffer.from(base64, 'base64')]);
    expect(await told(bytes)).toEqual([encoding, `${cue('').trimEnd()}\r\n${words}`]);
    expect(await encodingOf(bytes)).toMatchObject({ guessed: true });
  });

  it('is taken for Western European where a letter or two tell nothing, and is what the user says', async () => {
    for (const words of ['Où est le café ?', 'Ça va?', 'naïve', '£5', 'It\u0092s fine'])
      expect((await told(Buffer.from(cue(words), 'latin1')))[0]).toBe('windows-1252');
    const path = at('chosen.mp4');
    await ffmpeg('-f', 'lavfi', '-i', 'color=size=64x48:d=1', path);
    const index = await openVideo(path);
    const opened = [
      await put('chosen.srt', Buffer.concat([Buffer.from(cue('').trimEnd() + '\r\n'), Buffer.from([0xc4, 0xe0])])),
    ];
    const [track] = await subtitleTracks(path, index, opened);
    expect(await readCues(path, index, opened, track!.id, { encoding: 'windows-1251' })).toEqual({
      cues: [{ start: 1, end: 2, text: 'Да' }],
      encoding: { name: 'windows-1251', guessed: false },
    });
  });
});

describe('of a video', () => {
  const words: Cue[] = [
    { start: 0.5, end: 1.5, text: 'Hello there\nsecond line' },
    { start: 2, end: 3.25, text: 'Bye & so on' },
  ];
  it.each([
    ['a.mkv', ['-c:s', 'srt'], 0],
    ['b.mkv', ['-c:s', 'ass'], 0],
    ['c.mkv', ['-c:s', 'webvtt'], 0],
    ['d.mp4', ['-c:s', 'mov_text'], 0],
    ['late.mkv', ['-c:s', 'srt', '-output_ts_offset', '100'], 100],
  ])('%s: the words inside are on its own clock', async (name, codec, startTime) => {
    const path = at(name);
    const source = await put(`${name}.words.srt`, srt(words));
    await ffmpeg(
      '-f',
      'lavfi',
      '-i',
      'color=size=64x48:rate=25:d=4',
      '-i',
      source,
      '-c:v',
      'libx264',
      '-metadata:s:s:0',
      'language=eng',
      '-metadata:s:s:0',
      'title=Spoken',
      ...codec,
      path,
    );
    const index = await openVideo(path);
    expect(index.startTime).toBeCloseTo(startTime, 1);
    const [track] = await subtitleTracks(path, index, []);
    expect(track).toMatchObject({ kind: 'text', language: 'eng', place: 'inside' });
    const { cues: read, encoding } = await readCues(path, index, [], track!.id);
    expect(encoding).toBeNull();
    expect(read.map(({ text }) => text)).toEqual(words.map(({ text }) => text));
    read.forEach(({ start, end }, i) => {
      expect(start).toBeCloseTo(words[i]!.start, 2);
      expect(end).toBeCloseTo(words[i]!.end, 2);
    });
  });

  it('lists what is inside, beside and opened, and says what cannot be read', async () => {
    const path = at('clip.mkv');
    const spoken = await put('elsewhere.srt', srt(words));
    // ffmpeg cannot convert text to a bitmap track, so the index below claims that a track is one.
    await ffmpeg(
      '-f',
      'lavfi',
      '-i',
      'color=size=64x48:rate=25:d=1',
      '-i',
      spoken,
      '-map',
      '0',
      '-map',
      '1',
      '-c:v',
      'libx264',
      '-c:s',
      'srt',
      path,
    );
    await put('clip.zh-CN.vtt', vtt(words));
    await put('clip.srt', 'nothing of the kind');
    await put('clipped.srt', srt(words)); // another video's
    const index = await openVideo(path);
    const tracks = await subtitleTracks(path, index, [spoken, at('gone.srt')]);
    expect(tracks.map(({ label, place, language }) => [label, place, language])).toEqual([
      ['1', 'inside', ''],
      ['clip.srt', 'beside', ''],
      ['clip.zh-CN.vtt', 'beside', 'zh-CN'],
      ['elsewhere.srt', 'opened', ''],
      ['gone.srt', 'opened', ''],
    ]);
    const read = async (i: number, of = index): Promise<Cue[]> =>
      (await readCues(path, of, [spoken, at('gone.srt')], tracks[i]!.id)).cues;
    expect(await read(2)).toEqual(words);
    expect(await read(3)).toEqual(words);
    await expect(read(1)).rejects.toMatchObject({ code: 'subtitles-unreadable' });
    await expect(read(4)).rejects.toMatchObject({ code: 'file-missing' });
    await expect(readCues(path, index, [], 'file-0')).rejects.toMatchObject({ code: 'file-missing' });
    const drawn = { ...index, subtitles: [{ ...index.subtitles[0]!, codec: 'hdmv_pgs_subtitle' }] };
    await expect(read(0, drawn)).rejects.toMatchObject({
      code: 'subtitles-unreadable',
      message: expect.stringContaining('pictures of words') as string,
    });
  });
});
