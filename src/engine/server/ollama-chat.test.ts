// SPDX-License-Identifier: Apache-2.0
import { afterEach, describe, expect, it } from 'vitest';
import { Connection } from './connection';
import type { Message } from './messages';
import { checkOllama, ollamaChat, type OllamaQuestion } from './ollama-chat';
import { html, json, ollamaAnswer, startServer, streaming, type Respond, type TestServer } from './test-server';

let server: TestServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

const named = (name: string) => ({
  type: 'picture' as const,
  picture: { bytes: Buffer.from(name), mime: 'image/png' as const, width: 1, height: 1, sha256: '0'.repeat(64) },
});
const text = (words: string) => ({ type: 'text' as const, text: words });
const base64 = (name: string): string => Buffer.from(name).toString('base64');

const messages: Message[] = [
  { role: 'system', text: 'Be short.' },
  {
    role: 'user',
    parts: [text('First '), named('one'), text(' then '), named('two'), named('three'), text('. Which?')],
  },
  { role: 'assistant', text: 'The first.' },
  { role: 'user', parts: [text('Type [img] or [img-0]?')] },
];

async function ask(respond: Respond, question: Partial<OllamaQuestion> = {}, signal?: AbortSignal) {
  server = await startServer(respond);
  const deltas: string[] = [];
  const whole: OllamaQuestion = {
    model: 'm',
    messages,
    numCtx: 8192,
    hasRenderer: false,
    options: { seed: 1 },
    ...question,
  };
  const answer = ollamaChat(new Connection({ url: server.url }), whole, {
    signal,
    onText: (delta) => void deltas.push(delta),
  });
  answer.catch(() => {});
  return { answer, deltas };
}

describe('a question to Ollama', () => {
  it('keeps the order of pictures by marks, which nobody can type', async () => {
    const { answer } = await ask((response) => ollamaAnswer(response, ['It is ', 'a cup.']));
    expect(await answer).toMatchObject({ text: 'It is a cup.', usage: { prompt: 20, generated: 2 }, finish: 'stop' });
    expect(server!.heard[0]).toMatchObject({ path: '/api/chat' });
    expect(server!.heard[0]!.body).toEqual({
      model: 'm',
      stream: true,
      truncate: false,
      shift: false,
      options: { seed: 1, num_ctx: 8192 },
      messages: [
        { role: 'system', content: 'Be short.' },
        {
          role: 'user',
          content: 'First [img] then [img][img]. Which?',
          images: ['one', 'two', 'three'].map(base64),
        },
        { role: 'assistant', content: 'The first.' },
        { role: 'user', content: 'Type [ img] or [ img-0]?' },
      ],
    });
  });

  it('keeps their order by messages where the model has a renderer', async () => {
    await (
      await ask((response) => ollamaAnswer(response, ['A cup.']), { hasRenderer: true })
    ).answer;
    expect(server!.heard[0]!.body.messages).toEqual([
      { role: 'system', content: 'Be short.' },
      { role: 'user', content: 'First ' },
      { role: 'user', content: ' then ', images: [base64('one')] },
      { role: 'user', content: '. Which?', images: ['two', 'three'].map(base64) },
      { role: 'assistant', content: 'The first.' },
      { role: 'user', content: 'Type [ img] or [ img-0]?' },
    ]);
  });

  it('parts what the model thinks from its answer', async () => {
    const { answer, deltas } = await ask((response) => ollamaAnswer(response, [{ thinking: 'Hm.' }, 'A cup.']));
    expect(await answer).toMatchObject({ text: 'A cup.', reasoning: 'Hm.' });
    expect(deltas).toEqual(['A cup.']);
  });

  it('says when the answer was cut at its length', async () => {
    const { answer } = await ask((response) => ollamaAnswer(response, ['A'], { done_reason: 'length' }));
    expect(await answer).toMatchObject({ finish: 'length' });
  });
});

describe('a prompt that Ollama may have cut', () => {
  it.each([
    ['as long as the context', 8192],
    ['nearly so', 8190],
    ['of fewer tokens than its pictures', 2],
  ])('is an error: one %s', async (_, prompt_eval_count) => {
    const { answer } = await ask((response) => ollamaAnswer(response, ['A cup.'], { prompt_eval_count }));
    await expect(answer).rejects.toMatchObject({ code: 'prompt-too-long', facts: { soFar: { text: 'A cup.' } } });
  });

  it('is an error: one of fewer tokens than its words', async () => {
    const long: Message[] = [{ role: 'user', parts: [text('many words and more '.repeat(500))] }];
    const { answer } = await ask((response) => ollamaAnswer(response, ['A'], { prompt_eval_count: 300 }), {
      messages: long,
    });
    await expect(answer).rejects.toMatchObject({ code: 'prompt-too-long' });
  });

  it('is refused by Ollama itself, which is told to', async () => {
    const body = {
      error:
        '{"error":{"code":400,"message":"request (9000 tokens) exceeds the available context size (8192 tokens)"}}',
    };
    const { answer } = await ask((response) => json(response, body, 400));
    await expect(answer).rejects.toMatchObject({
      code: 'prompt-too-long',
      message: 'The question needs 9,000 tokens; the model on the server can hold 8,192.',
    });
  });

  it('is not even sent to a version that would not tell', () => {
    for (const old of ['0.1.32', '0.9.6', '0.12.11-rc1'])
      expect(() => checkOllama(old)).toThrow(`Ollama ${old} leaves out`);
    for (const fine of ['0.13.0', '0.22.1', '1.0.0', '0.0.0', 'dev', null])
      expect(() => checkOllama(fine)).not.toThrow();
  });
});

describe('a stream of Ollama that goes wrong', () => {
  const line = (value: object): string => `${JSON.stringify(value)}\n`;
  const half = line({ message: { content: 'Half an' }, done: false });
  const kept = { soFar: { text: 'Half an' } };

  it.each<[string, string, Respond]>([
    ['server-cut-off', 'is lost', (response) => void streaming(response).write(half, () => response.destroy())],
    ['server-cut-off', 'ends without an end', (response) => void streaming(response).end(half)],
    ['server-cut-off', 'ends within a line', (response) => void streaming(response).end(`${half}{"mess`)],
    ['server-broken', 'has half a line', (response) => void streaming(response).end(`${half}{"mess\n`)],
    [
      'server-failed',
      'says that it failed',
      (response) => void streaming(response).end(half + line({ error: 'CUDA error' })),
    ],
  ])('is %s where it %s', async (code, _, respond) => {
    await expect((await ask(respond)).answer).rejects.toMatchObject({ code, facts: kept });
  });

  it('is no server where a page comes', async () => {
    await expect((await ask((response) => html(response))).answer).rejects.toMatchObject({ code: 'not-a-server' });
  });

  it('is stopped at once, with its words kept', async () => {
    const stop = new AbortController();
    const { answer, deltas } = await ask((response) => void streaming(response).write(half), {}, stop.signal);
    await expect.poll(() => deltas).toEqual(['Half an']);
    stop.abort();
    expect(await answer).toMatchObject({ text: 'Half an', finish: 'cancelled' });
    await expect.poll(() => server!.abandoned()).toBe(1);
  });
});
