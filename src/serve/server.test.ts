// SPDX-License-Identifier: Apache-2.0
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { join } from 'node:path';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Sampling, type Item, type Turn } from '../contract';
import { frameItems, photoItem } from '../engine';
import type { Answerer } from './answerer';
import type { ReceiptFacts } from './receipt';
import { startServer, type RunningServer } from './server';
import { SAMPLES, serving, type Serving } from './test-serving';

const TOKEN = 'a-token-for-the-tests';
const ORIGIN = 'https://page.example';
const CLIP = join(SAMPLES, 'clip.mp4');
const PHOTOS = ['photo-1.jpg', 'photo-2.jpg'].map((name) => join(SAMPLES, 'pictures', name));

type Messages = OpenAI.ChatCompletionMessageParam[];
type Part = OpenAI.ChatCompletionContentPart;

let served: Serving;
let server: RunningServer;
let answerer: Answerer;
let openai: OpenAI;
let model: string;

beforeAll(async () => {
  served = await serving((folder) => {
    mkdirSync(join(folder, 'allowed'));
    writeFileSync(join(folder, 'secret.mp4'), 'secret');
    symlinkSync(join(folder, 'secret.mp4'), join(folder, 'allowed/link.mp4'));
    return [join(folder, 'allowed')];
  });
  answerer = served.answererWith({});
  server = await startServer(answerer, served.info, {
    host: '127.0.0.1',
    port: 0,
    token: TOKEN,
    allowOrigins: [ORIGIN],
    bodyLimit: 1.5e6,
  });
  openai = new OpenAI({ apiKey: TOKEN, baseURL: `${server.url}/v1`, maxRetries: 0 });
  model = served.info.name;
}, 60_000);

afterAll(async () => {
  await server.close();
  served.remove();
});

const picture = (path: string): Part => ({
  type: 'image_url',
  image_url: { url: `data:image/jpeg;base64,${readFileSync(path, 'base64')}` },
});
const words = (text: string): Part => ({ type: 'text', text });
/** OpenAI's types do not know parts other than its own. */
const video = (url: string, options: object = {}): Part =>
  ({ type: 'video_url', video_url: { url, ...options } }) as unknown as Part;
const asked = (...content: Part[]): Messages => [{ role: 'user', content }];
const receiptOf = (answer: object): ReceiptFacts => (answer as { zoetrope: ReceiptFacts }).zoetrope;

const photos = (): Promise<Item[]> =>
  Promise.all(PHOTOS.map((path) => photoItem(path, { id: path, name: path }, served.engine.pictures)));
const greedy = async (turns: Turn[], system?: string): Promise<string> =>
  (await served.engine.ask({ turns, system, sampling: Sampling.parse({}) })).text;

describe("OpenAI's own client", () => {
  it('gets the answer of the engine, word for word, whole and in a stream', async () => {
    const [a, b] = (await photos()) as [Item, Item];
    const local = await served.engine.ask({
      turns: [
        {
          role: 'user',
          parts: [
            { type: 'text', text: 'What changed between ' },
            { type: 'image', item: a },
            { type: 'text', text: ' and ' },
            { type: 'image', item: b },
            { type: 'text', text: '?' },
          ],
        },
      ],
      sampling: Sampling.parse({}),
    });
    const messages = asked(
      words('What changed between '),
      picture(PHOTOS[0]!),
      words(' and '),
      picture(PHOTOS[1]!),
      words('?'),
    );
    const whole = await openai.chat.completions.create({ model, messages });
    expect(whole.choices[0]?.message.content).toBe(local.text);
    expect(whole.choices[0]?.finish_reason).toBe('stop');
    const { prompt, generated } = local.receipt.tokens;
    const usage = { prompt_tokens: prompt, completion_tokens: generated, total_tokens: prompt + generated };
    expect(whole.usage).toMatchObject(usage);
    const receipt = receiptOf(whole);
    expect(receipt.prompt).toBe(local.receipt.prompt);
    expect(receipt.pictures.map(({ sha256 }) => sha256)).toEqual([a.picture.sha256, b.picture.sha256]);

    const stream = await openai.chat.completions.create({
      model,
      messages,
      stream: true,
      stream_options: { include_usage: true },
    });
    let text = '';
    const ends = [];
    let last;
    for await (const chunk of stream) {
      text += chunk.choices[0]?.delta.content ?? '';
      if (chunk.choices[0]?.finish_reason) ends.push(chunk.choices[0].finish_reason, receiptOf(chunk).finish);
      last = chunk;
    }
    expect(text).toBe(local.text);
    expect(ends).toEqual(['stop', 'stop']);
    expect(last?.usage).toMatchObject(usage);
  });

  it('asks about a video in an allowed folder, with the frames of its plan', async () => {
    const plan = { strategy: 'at' as const, times: [1, 3.4, 6] };
    const { items } = await frameItems(CLIP, { id: CLIP, name: 'clip.mp4' }, plan, served.engine.pictures);
    const question = 'Which way does the circle move?';
    const parts = [
      ...items.map((item) => ({ type: 'image' as const, item })),
      { type: 'text' as const, text: question },
    ];
    const local = await greedy([{ role: 'user', parts }]);
    const answer = await openai.chat.completions.create({
      model,
      messages: asked(video(`file://${CLIP}`, { times: plan.times }), words(question)),
    });
    expect(answer.choices[0]?.message.content).toBe(local);
    expect(JSON.stringify(answer)).not.toContain(SAMPLES); // no path leaves
    const { pictures } = receiptOf(answer);
    expect(pictures.map((sent) => 'time' in sent && sent.time)).toEqual(
      items.map(({ origin }) => origin.kind === 'frame' && origin.time),
    );
    const of = async (options: object, more: object = {}): Promise<number> => {
      const messages = asked(video(CLIP, options), words(question));
      const body = { model, messages, max_tokens: 1, ...more } as OpenAI.ChatCompletionCreateParamsNonStreaming;
      return receiptOf(await openai.chat.completions.create(body)).pictures.length;
    };
    expect(await of({ frames: 5 })).toBe(5);
    expect(await of({ fps: 1, end: 4 })).toBe(5);
    expect(await of({}, { media_io_kwargs: { video: { num_frames: 3 } } })).toBe(3);
  });

  it('keeps turns and their pictures in order, under a system prompt of its own', async () => {
    const [a, b] = (await photos()) as [Item, Item];
    const system = 'Answer in one word.';
    const local = await greedy(
      [
        { role: 'user', parts: [{ type: 'image', item: a }, { type: 'text', text: 'What is it?' }] }, // prettier-ignore
        { role: 'assistant', text: 'A box.' },
        { role: 'user', parts: [{ type: 'text', text: 'And this?' }, { type: 'image', item: b }] }, // prettier-ignore
      ],
      system,
    );
    const answer = await openai.chat.completions.create({
      model,
      messages: [
        { role: 'system', content: system },
        ...asked(picture(PHOTOS[0]!), words('What is it?')),
        { role: 'assistant', content: 'A box.' },
        ...asked(words('And this?'), picture(PHOTOS[1]!)),
      ],
    });
    expect(answer.choices[0]?.message.content).toBe(local);
    expect(receiptOf(answer).prompt).toContain(`system\n${system}<|im_end|>`);
  });

  it('ends before a stop sequence, and at the most tokens', async () => {
    const messages = asked(picture(PHOTOS[0]!), words('What is in the picture?'));
    const whole = (await openai.chat.completions.create({ model, messages })).choices[0]!.message.content!;
    const stop = whole.split(' ').slice(2, 4).join(' ');
    const stopped = await openai.chat.completions.create({ model, messages, stop });
    expect(stopped.choices[0]?.message.content).toBe(whole.slice(0, whole.indexOf(stop)).trim());
    expect(stopped.choices[0]?.finish_reason).toBe('stop');
    const short = await openai.chat.completions.create({ model, messages, max_tokens: 2 });
    expect(short.choices[0]?.finish_reason).toBe('length');
    expect(short.usage?.completion_tokens).toBe(2);
  });

  it('lists the model', async () => {
    expect((await openai.models.list()).data.map(({ id }) => id)).toEqual([model]);
    expect((await openai.models.retrieve(model)).owned_by).toBe('zoetrope');
    await expect(openai.models.retrieve('gpt')).rejects.toMatchObject({ status: 404, code: 'model_not_found' });
  });

  it.each<[string, number, string, object]>([
    ['a picture of the network', 400, 'invalid_value', { messages: asked({ type: 'image_url', image_url: { url: 'http://127.0.0.1/a.png' } }) }], // prettier-ignore
    ['what is no picture', 400, 'not_a_picture', { messages: asked({ type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } }) }], // prettier-ignore
    ['a file outside', 403, 'path_not_allowed', { messages: asked(video('/etc/passwd')) }],
    ['a file outside by dots', 403, 'path_not_allowed', { messages: asked(video(`${SAMPLES}/../../package.json`)) }],
    ['a file that is not there', 404, 'file_not_found', { messages: asked(video(join(SAMPLES, 'none.mp4'))) }],
    ['a scene without a window', 400, 'scenes_unavailable', { messages: asked({ type: 'scene_url', scene_url: { url: join(SAMPLES, 'scene.glb') } } as unknown as Part) }], // prettier-ignore
    ['options that contradict', 400, 'invalid_value', { messages: asked(video(CLIP, { fps: 1, times: [1] })) }],
    ['too many frames', 400, 'too_many_pictures', { messages: asked(video(CLIP, { frames: 512 }), video(CLIP)) }],
    ['more than the context', 400, 'context_length_exceeded', { messages: asked(words('word '.repeat(5000))) }],
    ['an unknown part', 400, 'invalid_value', { messages: asked({ type: 'smell' } as unknown as Part) }],
    ['another model', 404, 'model_not_found', { model: 'gpt' }],
    ['two answers', 400, 'unsupported_parameter', { n: 2 }],
    ['tools', 400, 'unsupported_parameter', { tools: [{ type: 'function', function: { name: 'f' } }] }],
    ['no question', 400, 'invalid_value', { messages: [{ role: 'assistant', content: 'Hm.' }] }],
    ['a request of very many parts', 413, 'request_too_large', { zoetrope: Array(6e5).fill(1) }],
    ['a huge request', 413, 'request_too_large', { messages: [{ role: 'user', content: 'x'.repeat(2e6) }] }],
  ])('is refused %s', async (_, status, code, body) => {
    const whole = { model, messages: asked(words('What?')), ...body } as OpenAI.ChatCompletionCreateParamsNonStreaming;
    await expect(openai.chat.completions.create(whole)).rejects.toMatchObject({ status, code });
  });

  it('is refused a link that leads out of the folder', async () => {
    const messages = asked(video(join(served.folder, 'allowed/link.mp4')));
    await expect(openai.chat.completions.create({ model, messages })).rejects.toMatchObject({ status: 403 });
  });

  it('is refused without the token', async () => {
    const stranger = openai.withOptions({ apiKey: `${TOKEN}!` });
    await expect(stranger.models.list()).rejects.toMatchObject({ status: 401, code: 'invalid_api_key' });
  });
});

/** Whether no place in the queue is left. */
function isFull(): boolean {
  try {
    answerer.enter().leave();
    return false;
  } catch {
    return true;
  }
}

/** Waits until the queue is full, or is not: what a client does takes a while to arrive. */
const untilFull = (full: boolean): Promise<void> => expect.poll(isFull, { timeout: 10_000 }).toBe(full);

/** A question whose answer takes many seconds: nearly random words. */
const long = { max_tokens: 4000, temperature: 5, stream: true as const };

describe('while a question is answered', () => {
  it('one more may wait, and all others are told to come back', async () => {
    const messages = asked(words('Tell me everything.'));
    const first = await openai.chat.completions.create({ model, messages, ...long });
    await first[Symbol.asyncIterator]().next();
    const second = openai.chat.completions.create({ model, messages, max_tokens: 1 });
    await untilFull(true);
    const third: unknown = await openai.chat.completions.create({ model, messages }).catch((error: unknown) => error);
    expect((third as InstanceType<typeof OpenAI.RateLimitError>).headers.get('retry-after')).toBe('5');

    // Whoever leaves makes room at once.
    const left = performance.now();
    first.controller.abort();
    expect((await second).usage?.completion_tokens).toBe(1);
    expect(performance.now() - left).toBeLessThan(5000);
    await expect.poll(() => served.lines.some((line) => line.includes(' left ')), { timeout: 10_000 }).toBe(true);
  });

  it('whoever leaves the queue is forgotten', async () => {
    const messages = asked(words('Tell me everything.'));
    const first = await openai.chat.completions.create({ model, messages, ...long });
    const leaving = new AbortController();
    const second = openai.chat.completions.create({ model, messages }, { signal: leaving.signal });
    const left = expect(second).rejects.toThrow('aborted');
    await untilFull(true);
    leaving.abort();
    await left;
    await untilFull(false);
    const third = openai.chat.completions.create({ model, messages, max_tokens: 1 });
    await untilFull(true);
    first.controller.abort();
    expect((await third).usage?.completion_tokens).toBe(1);
  });
});

describe('a page in a browser', () => {
  /** `fetch` cannot send these headers. */
  const send = (path: string, headers: Record<string, string>, method = 'GET') =>
    new Promise<{ status: number; headers: Record<string, unknown> }>((resolve, reject) => {
      const { hostname, port } = new URL(server.url);
      httpRequest({ hostname, port, path, method, headers, agent: false }, (response) => {
        response.resume().on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers }));
      })
        .on('error', reject)
        .end();
    });
  const authorization = `Bearer ${TOKEN}`;

  it.each([
    ['rebound.example', 403],
    ['rebound.example:8177', 403],
    ['192.0.2.1', 403],
    ['localhost:1', 200],
    ['[::1]:1', 200],
  ])('is answered under the name %s: %i', async (host, status) => {
    expect((await send('/health', { host })).status).toBe(status);
    expect((await send('/v1/models', { host, authorization })).status).toBe(status);
  });

  it('is refused, unless its origin is allowed', async () => {
    for (const origin of ['https://other.example', 'null', 'http://localhost:3000'])
      expect((await send('/v1/models', { origin, authorization })).status).toBe(403);
    expect((await send('/v1/models', { origin: server.url, authorization })).status).toBe(200);
    expect((await send('/v1/models', { origin: ORIGIN })).status).toBe(401);
    const allowed = await send('/v1/models', { origin: ORIGIN, authorization });
    expect(allowed).toMatchObject({ status: 200, headers: { 'access-control-allow-origin': ORIGIN, vary: 'Origin' } });
    expect(await send('/v1/chat/completions', { origin: ORIGIN }, 'OPTIONS')).toMatchObject({ status: 204 });
    expect((await send('/v1/chat/completions', { origin: 'null' }, 'OPTIONS')).status).toBe(403);
    expect((await send('/v1/chat/completions', {}, 'OPTIONS')).status).toBe(401);
  });

  it('cannot send a form, and finds nothing else', async () => {
    const form = { authorization, 'content-type': 'text/plain' };
    expect((await send('/v1/chat/completions', form, 'POST')).status).toBe(415);
    expect((await send('/v1/chat/completions', { authorization })).headers).toMatchObject({ allow: 'POST' });
    expect((await send('/v1/embeddings', { authorization })).status).toBe(404);
    for (const odd of ['/__proto__', '//', '//[', 'http://other:x/', '/%', '/v1/models/%zz'])
      expect([odd, (await send(odd, { authorization })).status]).toEqual([odd, 404]);
  });
});

it('answers beyond this machine only with a token', async () => {
  const open = { host: '0.0.0.0', port: 0, token: null, allowOrigins: [] };
  await expect(startServer(served.answererWith({}), served.info, open)).rejects.toMatchObject({ code: 'bad-request' });
});
