// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { EXACT, type Item, type PictureFormat, type PictureRef, type RgbImage, type Turn } from '../../contract';
import { composeTurns, withCaptions, withMarks } from '../../sequence';
import { messagesOf, openaiMessages } from './messages';
import { encodePictures, fittedSize, sentPictures } from './pictures';

/** A different picture for each name. It is noise, which no compression makes small. */
function noise(name: string, width: number, height: number): RgbImage {
  let state = [...name].reduce((sum, letter) => sum * 31 + letter.charCodeAt(0), 7);
  const data = new Uint8Array(width * height * 3).map(() => (state = (state * 1103515245 + 12345) & 0x7fffffff) >> 16);
  return { width, height, data };
}

class Store {
  read = 0;
  readonly #images = new Map<string, RgbImage>();
  item(id: string, width = 60, height = 20): Item {
    const image = noise(id, width, height);
    const picture = { sha256: createHash('sha256').update(image.data).digest('hex'), width, height };
    this.#images.set(picture.sha256, image);
    const source = { id: 'v', name: 'v.mp4' };
    return { id, origin: { kind: 'frame', source, index: 0, pts: 0, time: 1.5, keyframe: true }, picture };
  }
  get = async ({ sha256 }: PictureRef): Promise<RgbImage> => {
    this.read += 1;
    return this.#images.get(sha256)!;
  };
}

const turnsOf = (items: readonly Item[]): Turn[] => [
  { role: 'user', parts: items.map((item) => ({ type: 'image', item })) },
];

describe('pictures on their way', () => {
  it('are exact as PNG: another program reads the very pixels', async () => {
    const store = new Store();
    const item = store.item('a');
    const [sent] = (await encodePictures(turnsOf([item]), store, EXACT)).values();
    const { data, info } = await sharp(sent!.bytes).raw().toBuffer({ resolveWithObject: true });
    expect(info).toMatchObject({ format: 'raw', width: 60, height: 20, channels: 3 });
    expect(new Uint8Array(data)).toEqual((await store.get(item.picture)).data);
    expect(sent).toMatchObject({ mime: 'image/png', width: 60, height: 20 });
  });

  it('are not compressed again where a PNG of them is there, unless they are sent smaller', async () => {
    const store = new Store();
    const item = store.item('a');
    const png = await sharp((await store.get(item.picture)).data, { raw: { ...item.picture, channels: 3 } })
      .png({ compressionLevel: 9 })
      .toBuffer();
    const sending = async (format: PictureFormat) => {
      const [sent] = (await encodePictures(turnsOf([item]), { get: store.get, png: async () => png }, format)).values();
      return sent!;
    };
    expect(await sending(EXACT)).toMatchObject({ bytes: png, width: 60, height: 20 });
    for (const format of [{ type: 'png', longestSide: 30 }, { type: 'jpeg' }] satisfies PictureFormat[]) {
      const { bytes, width, height } = await sending(format);
      expect(await sharp(bytes).metadata()).toMatchObject({ format: format.type, width, height });
    }
  });

  it('are JPEG of the quality and size that is asked for', async () => {
    const store = new Store();
    const turns = turnsOf([store.item('a', 400, 100)]);
    const bytes: number[] = [];
    for (const quality of [90, 30]) {
      const [sent] = (await encodePictures(turns, store, { type: 'jpeg', quality, longestSide: 200 })).values();
      expect(await sharp(sent!.bytes).metadata()).toMatchObject({
        format: 'jpeg',
        width: 200,
        height: 50,
        chromaSubsampling: '4:4:4',
      });
      bytes.push(sent!.bytes.length);
    }
    expect(bytes[1]).toBeLessThan(bytes[0]! / 2);
  });

  it('are made smaller, never larger', () => {
    const size = { width: 1920, height: 1080 };
    expect(fittedSize(size, { type: 'png', longestSide: 960 })).toEqual({ width: 960, height: 540 });
    expect(fittedSize(size, { type: 'png', longestSide: 4000 })).toEqual(size);
    expect(fittedSize({ width: 3000, height: 1 }, { type: 'png', longestSide: 100 })).toEqual({
      width: 100,
      height: 1,
    });
  });

  it('are each read once, and named in the order in which they are seen, by the bytes that were sent', async () => {
    const store = new Store();
    const [a, b] = [store.item('a'), store.item('b')];
    const turns = [...turnsOf([b, a]), { role: 'assistant' as const, text: 'Yes.' }, ...turnsOf([b])];
    const encoded = await encodePictures(turns, store, EXACT);
    expect(store.read).toBe(2);
    const sent = sentPictures(turns, encoded);
    expect(sent.map(({ picture }) => picture)).toEqual([b, a, b].map(({ picture }) => picture));
    const urls = JSON.stringify(openaiMessages(messagesOf(turns, encoded), ({ bytes }) => bytes.toString('base64')));
    for (const { sent: file } of sent) {
      const found = [...encoded.values()].find(({ sha256 }) => sha256 === file!.sha256)!;
      expect(createHash('sha256').update(found.bytes).digest('hex')).toBe(file!.sha256);
      expect(file).toMatchObject({ bytes: found.bytes.length, mime: 'image/png', width: 60, height: 20 });
      expect(urls).toContain(found.bytes.toString('base64'));
    }
  });

  it('are not read once it is stopped', async () => {
    const store = new Store();
    const stop = new AbortController();
    const onProgress = ({ done }: { done: number }): void => (done > 0 ? stop.abort() : undefined);
    const turns = turnsOf([...'abcdefghij'].map((id) => store.item(id)));
    const encoding = encodePictures(turns, store, EXACT, { signal: stop.signal, onProgress });
    await expect(encoding).rejects.toMatchObject({ code: 'cancelled' });
    expect(store.read).toBe(4);
  });

  it('are refused where they are more than can be sent, with the number that can', async () => {
    const store = new Store();
    const turns = turnsOf([...'abcdefghij'].map((id) => store.item(id)));
    const [one] = (await encodePictures(turns, store, EXACT)).values();
    const encoding = encodePictures(turns, store, EXACT, { most: 3.5 * one!.bytes.length });
    await expect(encoding).rejects.toMatchObject({ code: 'server-too-many-pictures', facts: { pictures: 3 } });
  });
});

describe('a composed sequence as messages', () => {
  const store = new Store();
  const [a, b, c] = [store.item('a'), store.item('b'), store.item('c')];
  const asked = withMarks('Is <image> before <image>?');
  const captions = () => ({ time: 1.5 });
  const shape = async (placement: 'interleaved' | 'front') => {
    const first = composeTurns([], [a, b], asked, placement);
    const history: Turn[] = [...first.turns, { role: 'assistant', text: 'Yes.' }];
    const turns = withCaptions(composeTurns(history, [a, b, c], 'And this?', placement).turns, captions);
    const encoded = await encodePictures(turns, store, EXACT);
    const names = new Map([a, b, c].map(({ id, picture }) => [encoded.get(`${picture.sha256}-60x20`)!.sha256, id]));
    return openaiMessages(messagesOf(turns, encoded, 'Be short.'), ({ sha256 }) => names.get(sha256)!);
  };
  const text = (words: string) => ({ type: 'text', text: words });
  const image = (url: string) => ({ type: 'image_url', image_url: { url } });
  const system = { role: 'system', content: 'Be short.' };
  const answer = { role: 'assistant', content: 'Yes.' };
  const second = { role: 'user', content: [text('1.5 s: '), image('c'), text('And this?')] };

  it('keeps pictures where the text refers to them', async () => {
    expect(await shape('interleaved')).toEqual([
      system,
      {
        role: 'user',
        content: [text('Is 1.5 s: '), image('a'), text(' before 1.5 s: '), image('b'), text('?')],
      },
      answer,
      second,
    ]);
  });

  it('keeps pictures in front of it', async () => {
    expect(await shape('front')).toEqual([
      system,
      {
        role: 'user',
        content: [text('1.5 s: '), image('a'), text('1.5 s: '), image('b'), text('Is image 1 before image 2?')],
      },
      answer,
      second,
    ]);
  });

  it('joins texts that stand side by side, and leaves out empty ones', () => {
    const parts = ['', 'a', 'b'].map((text) => ({ type: 'text' as const, text }));
    expect(messagesOf([{ role: 'user', parts }], new Map())).toEqual([
      { role: 'user', parts: [{ type: 'text', text: 'ab' }] },
    ]);
    expect(parts.map(({ text }) => text)).toEqual(['', 'a', 'b']); // the composed parts are not modified
  });
});
