// SPDX-License-Identifier: Apache-2.0
import { inspect } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { Sampling, type Item, type PictureRef, type Turn, type ServerKind } from '../../contract';
import { Secret } from '../../network';
import { contextFor, ServerEngine, type ServerEngineOptions, type ServerQuestion } from './server-engine';
import { DIALECTS } from './test-dialects';
import { answerWith, ollamaAnswer, openaiError, startServer, type Respond, type TestServer } from './test-server';

const open: TestServer[] = [];
afterEach(async () => {
  for (const server of open.splice(0)) await server.close();
});

const get = async ({ width, height }: PictureRef) => ({ width, height, data: new Uint8Array(width * height * 3) });
const item = (id: string): Item => ({
  id,
  origin: { kind: 'photo', source: { id, name: `${id}.png` } },
  picture: { sha256: id.padEnd(64, '0'), width: 8, height: 8 },
});
const turns = (pictures: number, text = 'What is it?'): Turn[] => [
  {
    role: 'user',
    parts: [
      ...Array.from({ length: pictures }, (_, k) => ({ type: 'image' as const, item: item(`a${k}`) })),
      { type: 'text', text },
    ],
  },
];
const question = (model: string, more: Partial<ServerQuestion> = {}): ServerQuestion => ({
  model,
  turns: turns(1),
  sampling: Sampling.parse({}),
  ...more,
});

/** An engine for a fake server of a kind, whose chat the test controls. */
async function engineOf(kind: ServerKind, chat: Respond, options: ServerEngineOptions & { key?: Secret } = {}) {
  const dialect = DIALECTS[kind]();
  const server = await startServer((response, heard) =>
    /chat/.test(heard.path) ? chat(response, heard) : dialect(response, heard),
  );
  open.push(server);
  const engine = new ServerEngine({ url: server.url, key: options.key }, { get }, options);
  const asked = () => server.heard.filter(({ path }) => /chat/.test(path)).map(({ body }) => body);
  return { engine, server, asked };
}

describe('a question to a server', () => {
  it('is answered, with everything that was sent on the receipt but the key', async () => {
    const key = new Secret('sk-very-secret');
    const chat: Respond = (response) => answerWith(response, ['<think>Hm.</think>', 'A cup.'], [300, 4]);
    const { engine, asked } = await engineOf('vLLM', chat, { key });
    const { text, receipt } = await engine.ask(question('Qwen/Qwen3-VL-8B-Instruct', { system: 'Be short.' }));
    expect(text).toBe('A cup.');
    expect(receipt).toMatchObject({
      server: { kind: 'vLLM', version: '0.15.0', loopback: true },
      model: { name: 'Qwen/Qwen3-VL-8B-Instruct' },
      tokens: { prompt: 300, generated: 4 },
      reasoning: 'Hm.',
      unsent: [],
      finish: 'stop',
      pictures: [{ picture: item('a0').picture, sent: { mime: 'image/png', width: 8, height: 8 } }],
    });
    const sent = asked()[0]!;
    const [{ image_url }] = (sent.messages as { content: [{ image_url: { url: string } }] }[])[1]!.content;
    const written = JSON.stringify(sent).replace(image_url.url, `sha256:${receipt.pictures[0]!.sent!.sha256}`);
    expect(receipt.prompt).toBe(written);
    expect(JSON.stringify(receipt) + inspect(engine, { depth: 9, showHidden: true })).not.toContain('secret');
  });

  it('says of sampling only what the server knows', async () => {
    const sampling = {
      ...Sampling.parse({ temperature: 0.5, topK: 40, repetitionPenalty: 1.1, seed: 7 }),
      stop: ['\n'],
    };
    const common = { temperature: 0.5, top_p: 1, seed: 7, max_tokens: 256 };
    const rest = { stop: ['\n'], stream_options: { include_usage: true } };
    const known: [ServerKind, string, object, string[]][] = [
      ['vLLM', 'm', { ...common, ...rest, top_k: 40, repetition_penalty: 1.1 }, []],
      ['SGLang', 'm', { ...common, ...rest, top_k: 40, repetition_penalty: 1.1 }, []],
      ['llama.cpp', 'm', { ...common, ...rest, top_k: 40, repeat_penalty: 1.1 }, []],
      ['LM Studio', 'm', { ...common, ...rest, top_k: 40, repeat_penalty: 1.1 }, []],
      ['other', 'm', { ...common, ...rest }, ['topK', 'repetitionPenalty']],
      ['transformers', 'm', common, ['topK', 'repetitionPenalty', 'stop']],
    ];
    for (const [kind, model, fields, unsent] of known) {
      const { engine, asked } = await engineOf(kind, (response) => answerWith(response, ['Yes.']));
      const { receipt } = await engine.ask(question(model, { sampling }));
      const { messages, ...sent } = asked()[0]!;
      expect([kind, messages]).toEqual([kind, expect.any(Array)]);
      expect([kind, sent]).toEqual([kind, { model, stream: true, ...fields }]);
      expect([kind, receipt.unsent]).toEqual([kind, unsent]);
    }
  });

  it('says that every token may come, in the words of each server', async () => {
    for (const [kind, top_k] of [
      ['vLLM', -1],
      ['llama.cpp', 0],
    ] as const) {
      const { engine, asked } = await engineOf(kind, (response) => answerWith(response, ['Yes.']));
      await engine.ask(question('m'));
      expect(asked()[0]).toMatchObject({ top_k });
    }
  });

  it('is asked of Ollama by its own API, with the context it needs, never more than the model has', async () => {
    const { engine, asked } = await engineOf('Ollama', (response) => ollamaAnswer(response, ['A cup.']));
    expect((await engine.ask(question('llava:7b'))).text).toBe('A cup.');
    expect(asked()[0]).toMatchObject({
      truncate: false,
      shift: false,
      messages: [{ role: 'user', content: '[img]What is it?' }],
      options: { num_ctx: 4096, temperature: 0, top_k: 0, repeat_penalty: 1, num_predict: 256, seed: 0 },
    });
    await engine.ask(question('llava:7b', { context: 16384 }));
    await engine.ask(question('llava:7b', { context: 1e6 }));
    expect(asked().slice(1)).toMatchObject([{ options: { num_ctx: 16384 } }, { options: { num_ctx: 32768 } }]);
    await engine.ask(question('llava:7b'));
    expect(asked()[3]).toMatchObject({ options: { num_ctx: 32768 } });
    await engine.ask(question('qwen3-vl:8b', { turns: turns(1, 'It?') }));
    expect(asked()[4]).toMatchObject({ messages: [{ role: 'user', content: 'It?', images: [expect.any(String)] }] });
  });

  it('asks what the server is once', async () => {
    const { engine, server } = await engineOf('vLLM', (response) => answerWith(response, ['Yes.']));
    await engine.ask(question('m'));
    await engine.ask(question('m'));
    expect(server.heard.filter(({ path }) => path === '/v1/models')).toHaveLength(1);
  });

  it('that is stopped while the server is asked what it is, stops no other', async () => {
    let go = (): void => {};
    const gone = new Promise<void>((resolve) => (go = resolve));
    const dialect = DIALECTS.vLLM();
    const server = await startServer(async (response, heard) => {
      if (/chat/.test(heard.path)) return answerWith(response, ['Yes.']);
      await gone;
      return dialect(response, heard);
    });
    open.push(server);
    const engine = new ServerEngine({ url: server.url }, { get });
    const stop = new AbortController();
    const first = engine.ask(question('m'), { signal: stop.signal });
    const second = engine.ask(question('m'));
    await expect.poll(() => server.heard.length).toBe(1);
    stop.abort();
    await expect(first).rejects.toMatchObject({ code: 'cancelled' });
    go();
    expect((await second).text).toBe('Yes.');
  });

  it('takes context in few sizes, and keeps the one it has', () => {
    expect(contextFor({ prompt: 100 }, 256, { most: null })).toBe(4096);
    expect(contextFor({ prompt: 3400 }, 256, { most: null })).toBe(8192);
    expect(contextFor({ prompt: 60_000 }, 256, { most: null })).toBe(5 * 16_384);
    expect(contextFor({ prompt: 60_000 }, 256, { most: 32_768 })).toBe(32_768);
    expect(contextFor({ prompt: 100 }, 256, { most: null, last: 16_384 })).toBe(16_384);
    expect(contextFor({ prompt: 100 }, 256, { allowed: 10_000, most: 8192, last: 16_384 })).toBe(8192);
  });
});

describe('what is known to be too much', () => {
  it('is refused before it is sent: pictures for a model that takes none', async () => {
    const { engine, asked } = await engineOf('LM Studio', (response) => answerWith(response, ['Yes.']));
    await expect(engine.ask(question('llama-3.1-8b'))).rejects.toMatchObject({ code: 'server-takes-no-pictures' });
    expect(asked()).toEqual([]);
    expect((await engine.ask(question('llama-3.1-8b', { turns: turns(0) }))).text).toBe('Yes.');
  });

  it('is refused before it is sent: more pictures than the server named in a refusal', async () => {
    const { engine, asked } = await engineOf('vLLM', (response) =>
      openaiError(response, 400, 'At most 4 image(s) may be provided in one prompt.'),
    );
    const refused = { code: 'server-too-many-pictures', facts: { pictures: 4 } };
    await expect(engine.ask(question('m', { turns: turns(6) }))).rejects.toMatchObject(refused);
    await expect(engine.ask(question('m', { turns: turns(5) }))).rejects.toMatchObject({
      ...refused,
      advice: 'Send at most 4 pictures instead of 5.',
    });
    expect(asked()).toHaveLength(1);
  });

  it('is refused before it is sent: more than the context, by what earlier answers took', async () => {
    // 65,536 tokens of context; each picture takes 2,000.
    const { engine, asked } = await engineOf('vLLM', (response, { body }) => {
      const pictures = JSON.stringify(body).split('image_url"').length - 1;
      answerWith(response, ['Yes.'], [30 + 2000 * (pictures / 2), 1]);
    });
    const model = 'Qwen/Qwen3-VL-8B-Instruct';
    const many = question(model, { turns: turns(40) });
    await engine.describe();
    expect(engine.measure(many)).toMatchObject({ answers: 0, limit: 65_536 });
    await engine.ask(question(model, { turns: turns(2) }));
    expect(engine.measure(many)).toMatchObject({ answers: 1, fit: 32 });
    await expect(engine.ask(many)).rejects.toMatchObject({
      code: 'prompt-too-long',
      advice: 'Send at most 32 pictures instead of 40.',
      facts: { pictures: 32 },
    });
    expect(asked()).toHaveLength(1);
    expect((await engine.ask(question(model, { turns: turns(32) }))).text).toBe('Yes.');
  });

  it('is never refused by a guess', async () => {
    const { engine } = await engineOf('LM Studio', (response) => answerWith(response, ['Yes.'])); // 8,192 tokens
    expect((await engine.ask(question('qwen2-vl-7b', { turns: turns(20) }))).text).toBe('Yes.');
  });
});

describe('many questions', () => {
  it('share a server as it allows, and wait as it says', async () => {
    let now = 0;
    let most = 0;
    let refused = 0;
    const { engine } = await engineOf(
      'vLLM',
      async (response) => {
        if (refused++ < 1) return openaiError(response, 429, 'Slow down', { 'retry-after': '0.05' });
        most = Math.max(most, ++now);
        await new Promise((resolve) => setTimeout(resolve, 10));
        now -= 1;
        answerWith(response, ['Yes.']);
      },
      { concurrency: 4 },
    );
    const answers = await Promise.all(Array.from({ length: 20 }, () => engine.ask(question('m'))));
    expect(answers.map(({ text }) => text)).toEqual(Array.from({ length: 20 }, () => 'Yes.'));
    expect(most).toBeLessThanOrEqual(4);
    expect(refused).toBe(21);
  });
});
