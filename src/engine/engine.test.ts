// SPDX-License-Identifier: Apache-2.0
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Sampling, ZoetropeError, type Item, type RgbImage, type Turn } from '../contract';
import { encodePng } from '../media';
import { compileModel } from '../model';
import { choosePrecisions, modelBytes } from '../runtime';
import { composeParts, withMarks } from '../sequence';
import { chooseWeights } from './weights';
import { chooseDevice, Engine, photoItem, PictureStore, viewItem } from '.';

const starter = resolve(import.meta.dirname, '../../models/starter');
const pictures = resolve(import.meta.dirname, '../../resources/samples/pictures');
const plain = (width: number, height: number, value: number): RgbImage => ({
  width,
  height,
  data: new Uint8Array(width * height * 3).fill(value),
});

let dir: string;
beforeAll(() => void (dir = mkdtempSync(join(tmpdir(), 'zoetrope-engine-'))));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

describe('PictureStore', () => {
  it('keeps pictures apart that have the same bytes but another shape', async () => {
    const folder = join(dir, 'shapes');
    const store = new PictureStore(folder);
    const wide = await store.put(plain(6, 2, 0));
    const tall = await store.put(plain(2, 6, 0));
    expect(wide.sha256).toBe(tall.sha256);
    const fresh = new PictureStore(folder);
    expect(await fresh.get(wide)).toEqual(plain(6, 2, 0));
    expect(await fresh.get(tall)).toEqual(plain(2, 6, 0));
  });

  it('never gives a picture other than the one named', async () => {
    const folder = join(dir, 'tampered');
    const ref = await new PictureStore(folder).put(plain(4, 4, 7));
    writeFileSync(new PictureStore(folder).file(ref), await encodePng(plain(4, 4, 8)));
    await expect(new PictureStore(folder).get(ref)).rejects.toMatchObject({ code: 'file-changed' });
    await expect(new PictureStore(folder).png(ref)).rejects.toMatchObject({ code: 'file-changed' });
    rmSync(folder, { recursive: true });
    await expect(new PictureStore(folder).get(ref)).rejects.toMatchObject({ code: 'file-missing' });
  });
});

it('refuses a view whose pixels are not of the size it names', async () => {
  const capture = {
    source: 's',
    sceneHash: '0'.repeat(64),
    strategy: 'ring' as const,
    index: 0,
    count: 1,
    pose: { cameraToWorld: Array.from({ length: 16 }, () => 0), target: [0, 0, 0] as [number, number, number] },
    intrinsics: { fovY: 45, width: 4, height: 4, near: 0.1, far: 10 },
    rgba: new Uint8Array(4 * 4 * 4 - 1),
  };
  const store = new PictureStore(join(dir, 'views'));
  await expect(viewItem(capture, { id: 's', name: 's.glb' }, store)).rejects.toMatchObject({ code: 'bad-request' });
  const { picture } = await viewItem(
    { ...capture, rgba: new Uint8Array(64).fill(9) },
    { id: 's', name: 's.glb' },
    store,
  );
  expect((await store.get(picture)).data).toEqual(new Uint8Array(48).fill(9));
});

describe('asking', () => {
  let engine: Engine;
  let items: Item[];
  const sampling = Sampling.parse({ maxNewTokens: 12 });
  const turns = (text: string): Turn[] => [
    { role: 'user', parts: composeParts(withMarks(text), items, 'interleaved') },
  ];

  beforeAll(async () => {
    const model = join(dir, 'model');
    await compileModel(starter, model, { precision: 'fp32' });
    engine = new Engine(join(dir, 'pictures'));
    await engine.load(model, { bundled: true });
    items = await Promise.all(
      ['photo-1.jpg', 'photo-2.jpg'].map((name) =>
        photoItem(join(pictures, name), { id: name, name }, engine.pictures),
      ),
    );
  }, 60_000);

  it('answers with a receipt of everything the model saw, and measures the same before', async () => {
    let streamed = '';
    let logits: Float32Array | undefined;
    const budget = await engine.measure(turns('What changed between <image> and <image>?'));
    expect(budget?.known).toEqual({ tokens: 0, pictures: 0 });
    const { text, receipt } = await engine.ask(
      { turns: turns('What changed between <image> and <image>?'), sampling },
      { onText: (delta) => void (streamed += delta), onLogits: (l) => void (logits = l) },
    );
    expect(streamed.trim()).toBe(text);
    expect(receipt.tokens).toMatchObject({ prompt: budget?.prompt, image: budget?.image });
    expect(receipt.pictures.map(({ picture }) => picture)).toEqual(items.map(({ picture }) => picture));
    expect(receipt.pictures[0]?.input).toMatchObject({ width: 96, height: 96 });
    expect(logits?.every(Number.isFinite)).toBe(true);
    const known = (await engine.measure(turns('What changed between <image> and <image>?')))?.known;
    const again = await engine.ask({ turns: turns('What changed between <image> and <image>?'), sampling });
    expect(known).toEqual({ tokens: again.receipt.tokens.reused, pictures: 2 });
    expect(known?.tokens).toBeGreaterThan(72);
    expect(again.text).toBe(text);
    expect(again.receipt.timings.visionMs).toBeLessThan(receipt.timings.visionMs);
  });

  it('asks what stands at the prompt, so that another picture gives other logits', async () => {
    const logits: Float32Array[] = [];
    for (const item of items) {
      await engine.ask(
        { turns: [{ role: 'user', parts: composeParts('What is it?', [item], 'front') }], sampling },
        { onLogits: (l) => void logits.push(l) },
      );
    }
    expect(logits[0]).not.toEqual(logits[1]);
  });

  describe('in a conversation', () => {
    let fresh: Engine;
    const placed = (text: string, some: Item[]): Turn => ({ role: 'user', parts: composeParts(text, some, 'front') });

    beforeAll(async () => {
      fresh = new Engine(join(dir, 'pictures'), { limits: { all: null, caches: 1 } });
      await fresh.load(join(dir, 'model'), { bundled: true });
    }, 60_000);

    /**
     * Asks both engines and compares the logits: those of the engine with caches must equal those of a fresh one.
     * @returns positions reused.
     */
    async function compare(asked: Turn[]): Promise<{ reused: number; prompt: number; answer: string }> {
      const logits: Float32Array[] = [];
      const request = { turns: asked, sampling };
      const options = { onLogits: (l: Float32Array) => void logits.push(l) };
      const { text, receipt } = await engine.ask(request, options);
      expect((await fresh.ask(request, options)).receipt.tokens.reused).toBe(0);
      for (const [i, logit] of logits[0]!.entries()) expect(Math.abs(logit - logits[1]![i]!)).toBeLessThanOrEqual(1e-4);
      return { ...receipt.tokens, answer: text };
    }

    it('prefills only what is new', async () => {
      const question = placed('What is in these pictures?', items);
      const first = await compare([question]);
      const asked: Turn[] = [question, { role: 'assistant', text: first.answer }, placed('And what colour?', [])];
      const second = await compare(asked);
      expect(second.reused).toBeGreaterThanOrEqual(first.prompt);
      const third = await compare([
        ...asked,
        { role: 'assistant', text: second.answer },
        placed('And this one?', [items[0]!]),
      ]);
      expect(third.reused).toBeGreaterThanOrEqual(second.prompt);
      expect(third.prompt - third.reused).toBeLessThan(third.prompt / 2);
      // If the same question is asked again, all positions but the last are reused.
      expect((await compare([question])).reused).toBeLessThan(first.prompt);
      expect(await compare([question])).toMatchObject({ reused: first.prompt - 1, answer: first.answer });
    });

    it('never takes one picture for another, and finds the common beginning before them', async () => {
      const [one, two] = items as [Item, Item];
      await compare([placed('What is in it?', [one, two])]);
      const { reused } = await compare([placed('What is in it?', [one, one])]);
      const { tokensPerPicture } = await engine.load(join(dir, 'model'), { bundled: true });
      expect(reused).toBeGreaterThanOrEqual(tokensPerPicture);
      expect((await compare([placed('What is in it?', [two, one])])).reused).toBe(0); // a newly loaded model has an empty prefix cache
      const before = (await compare([placed('What is in it?', [one, two])])).reused;
      expect(before).toBeLessThan(tokensPerPicture);
    });

    it('goes on from a question that was stopped', async () => {
      const long = [placed(`${'Look closely. '.repeat(220)}What is it?`, items)];
      const abort = new AbortController();
      const stopped = engine.ask(
        { turns: long, sampling },
        { signal: abort.signal, onProgress: ({ step, done }) => step === 'prefill' && done > 0 && abort.abort() },
      );
      await expect(stopped).rejects.toMatchObject({ code: 'cancelled' });
      const { reused, prompt } = await compare(long);
      expect(reused).toBeGreaterThanOrEqual(512);
      expect(reused).toBeLessThan(prompt - 1);
    });
  });

  it('encodes a picture once, even over a restart', async () => {
    const featuresFolder = join(dir, 'features');
    const ask = async () => {
      const other = new Engine(join(dir, 'pictures'), { featuresFolder });
      const { fingerprint } = await other.load(join(dir, 'model'), { bundled: true });
      let logits: Float32Array | undefined;
      const { receipt } = await other.ask(
        { turns: turns('What is it?'), sampling },
        { onLogits: (l) => void (logits = l) },
      );
      return { logits, receipt, fingerprint };
    };
    const first = await ask();
    const [model, ...others] = readdirSync(featuresFolder);
    expect(others).toEqual([]);
    expect(model).toContain(first.fingerprint);
    expect(readdirSync(join(featuresFolder, model!))).toHaveLength(items.length);
    const second = await ask();
    expect(second.logits).toEqual(first.logits);
    expect(second.receipt.pictures).toEqual(first.receipt.pictures);
  }, 60_000);

  it('refuses what does not fit before anything runs', async () => {
    const many = Array.from({ length: 200 }, () => items[0]!);
    const request = { turns: [{ role: 'user' as const, parts: composeParts('?', many, 'front') }], sampling };
    await expect(engine.ask(request)).rejects.toMatchObject({ code: 'prompt-too-long' });
  });

  it('stops when told to, before and between words, and answers the next question', async () => {
    await expect(engine.ask({ turns: turns('?'), sampling }, { signal: AbortSignal.abort() })).rejects.toThrow(
      ZoetropeError,
    );
    const abort = new AbortController();
    const stopped = await engine.ask(
      { turns: turns('Describe it.'), sampling },
      { signal: abort.signal, onText: () => abort.abort() },
    );
    expect(stopped.receipt.finish).toBe('cancelled');
    expect((await engine.ask({ turns: turns('?'), sampling })).receipt.tokens.generated).toBeGreaterThan(0);
  });

  it('stops a question that waits for its turn at once, and never begins it', async () => {
    let begin!: () => void;
    const held = new Promise<void>((resolve) => (begin = resolve));
    const first = engine.ask({ turns: turns('?'), sampling }, { onLogits: () => held });
    const abort = new AbortController();
    let begun = false;
    const second = engine.ask(
      { turns: turns('And now?'), sampling },
      { signal: abort.signal, onProgress: () => void (begun = true) },
    );
    const third = engine.load(join(dir, 'model'), {
      bundled: true,
      signal: abort.signal,
      onProgress: () => void (begun = true),
    });
    setImmediate(() => abort.abort());
    for (const result of await Promise.allSettled([second, third]))
      expect(result).toMatchObject({ status: 'rejected', reason: { code: 'cancelled' } });
    begin();
    expect((await first).receipt.finish).not.toBe('cancelled');
    await engine.ask({ turns: turns('?'), sampling });
    expect(begun).toBe(false);
  });

  it('takes the likeliest words unless a temperature is set, and then others with another seed', async () => {
    const ask = async (more: Partial<Sampling>) =>
      (await engine.ask({ turns: turns('Describe it.'), sampling: { ...sampling, ...more } })).text;
    const likeliest = await ask({});
    expect(await ask({ seed: 2 })).toBe(likeliest);
    const [one, two] = [await ask({ temperature: 4, seed: 1 }), await ask({ temperature: 4, seed: 2 })];
    expect(new Set([likeliest, one, two]).size).toBe(3);
    expect(await ask({ temperature: 4, seed: 1 })).toBe(one);
    expect(await ask({ temperature: 4, topK: 1, seed: 1 })).toBe(likeliest);
  });

  it('says when it ended because the context is full', async () => {
    const request = { turns: turns('Describe it.'), sampling: { ...sampling, temperature: 5, maxNewTokens: 40 } }; // a temperature so high that the answer never ends
    const { tokens, finish } = (await engine.ask(request)).receipt;
    expect({ finish, generated: tokens.generated }).toEqual({ finish: 'length', generated: 40 });
    const small = join(dir, 'small');
    cpSync(join(dir, 'model'), small, { recursive: true });
    const config = JSON.parse(readFileSync(join(small, 'config.json'), 'utf8')) as { text_config: object };
    writeFileSync(
      join(small, 'config.json'),
      JSON.stringify({
        ...config,
        text_config: { ...config.text_config, max_position_embeddings: tokens.prompt + 16 },
      }),
    );
    const other = new Engine(join(dir, 'pictures'));
    await other.load(small, { bundled: true });
    expect((await other.ask(request)).receipt).toMatchObject({ finish: 'context', tokens: { generated: 17 } });
  });

  it('ends an answer that goes round in circles, and keeps what it said before', async () => {
    const shown: string[] = [];
    const { text, receipt } = await engine.ask(
      { turns: turns('Describe it.'), sampling: { ...sampling, repetitionPenalty: 0.1, maxNewTokens: 1000 } },
      { onText: (delta) => shown.push(delta) },
    );
    expect(receipt.finish).toBe('repeating');
    expect(receipt.tokens.generated).toBeLessThan(900);
    expect(text).not.toBe('');
    expect(shown.join('').trimStart().startsWith(text)).toBe(true);
    expect(text.length).toBeLessThan(shown.join('').length / 5);
  });

  it('keeps the model in use when another cannot be read', async () => {
    await expect(engine.load(dir, { bundled: false })).rejects.toMatchObject({ code: 'model-missing' });
    expect(await engine.measure(turns('?'))).not.toBeNull();
  });
});

describe("a model of one's own", () => {
  it(
    'is made ready once, in the fastest weights that fit, or in those that were asked for',
    { timeout: 120_000 },
    async () => {
      const own = join(dir, 'own');
      cpSync(starter, own, { recursive: true, filter: (path) => !path.endsWith('onnx') });
      const steps = new Set<string>();
      const load = (precision?: 'w4' | 'fp32') =>
        new Engine(join(dir, 'pictures')).load(own, {
          bundled: false,
          precision,
          onProgress: ({ step }) => void steps.add(step),
        });
      // Small language models lose too much in 4 bits.
      expect(await load()).toMatchObject({ precision: 'w8a8', weights: { asked: 'auto', reason: 'fastest' } });
      expect(steps).toEqual(new Set(['compile', 'load']));
      steps.clear();
      expect(await load()).toMatchObject({ precision: 'w8a8' });
      expect(steps).toEqual(new Set(['load']));
      expect(await load('w4')).toMatchObject({ precision: 'w8a8+w4', weights: { asked: 'w4', reason: 'asked' } });
    },
  );

  it(
    'is made in less where memory is short; the estimate is the size that is then written',
    { timeout: 120_000 },
    async () => {
      const own = join(dir, 'short');
      cpSync(starter, own, { recursive: true, filter: (path) => !path.endsWith('onnx') });
      const choose = (free: number) =>
        chooseWeights(own, { device: chooseDevice('cpu', []), asked: 'auto', free, writable: true });
      const [fast, small] = [await choose(1e12), await choose(1)];
      expect([fast.precision, fast.choice.reason]).toEqual(['w8a8', 'fastest']);
      expect([small.precision, small.choice.reason]).toEqual(['w4', 'fits']);
      expect(small.bytes).toBeLessThan(fast.bytes);
      const between = await choose(fast.bytes - 1);
      expect(between.precision).toBe('w4');
      const folder = await between.ready({});
      const written = modelBytes(folder, choosePrecisions(folder, { precision: 'w4' }));
      expect(Math.abs(written - between.bytes)).toBeLessThan(0.02 * between.bytes);
      await expect(
        chooseWeights(join(dir, 'nowhere'), {
          device: chooseDevice('cpu', []),
          asked: 'auto',
          free: 1,
          writable: true,
        }),
      ).rejects.toMatchObject({ code: 'model-missing' });
      rmSync(join(own, 'onnx'), { recursive: true });
      await expect(new Engine(join(dir, 'pictures')).load(own, { bundled: true })).rejects.toMatchObject({
        code: 'model-incomplete',
      });
    },
  );
});
