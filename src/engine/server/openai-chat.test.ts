// SPDX-License-Identifier: Apache-2.0
import { afterEach, describe, expect, it } from 'vitest';
import { Secret } from '../../network';
import type { ChatAnswer } from './answer';
import { Connection, type ConnectionOptions } from './connection';
import { ServerError } from './failure';
import type { Message } from './messages';
import { openaiChat } from './openai-chat';
import {
  answerWith,
  chunk,
  DONE,
  event,
  finish,
  html,
  json,
  openaiError,
  pause,
  startServer,
  streaming,
  usage,
  words,
  type Respond,
  type TestServer,
} from './test-server';

let server: TestServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

const picture = { bytes: Buffer.from('abc'), mime: 'image/png' as const, width: 1, height: 1, sha256: 'f'.repeat(64) };
const question: Message[] = [{ role: 'user', parts: [{ type: 'text', text: 'What is it?' }] }];
const shown = (pictures: number): Message[] => [
  { role: 'user', parts: Array.from({ length: pictures }, () => ({ type: 'picture' as const, picture })) },
];

interface Outcome {
  deltas: string[];
  reasoning: string[];
  answer: Promise<ChatAnswer>;
}

function ask(
  url: string,
  {
    messages = question,
    signal,
    ...options
  }: { messages?: Message[]; signal?: AbortSignal; key?: Secret } & ConnectionOptions = {},
): Outcome {
  const deltas: string[] = [];
  const reasoning: string[] = [];
  const connection = new Connection({ url, key: options.key }, options);
  const answer = openaiChat(
    connection,
    { model: 'm', messages, fields: { temperature: 0 } },
    { signal, onText: (delta) => void deltas.push(delta), onReasoning: (delta) => void reasoning.push(delta) },
  );
  answer.catch(() => {});
  return { deltas, reasoning, answer };
}

async function failure(respond: Respond, options: Parameters<typeof ask>[1] = {}): Promise<ServerError> {
  server = await startServer(respond);
  const error: unknown = await ask(server.url, options).answer.then(
    () => 'no error',
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(ServerError);
  return error as ServerError;
}

describe('an answer', () => {
  it('comes as it is written, with the usage', async () => {
    server = await startServer((response) => answerWith(response, ['A ', 'red ', 'cup.'], [120, 3]));
    const { answer, deltas } = ask(server.url);
    expect(await answer).toMatchObject({
      text: 'A red cup.',
      reasoning: '',
      finish: 'stop',
      usage: { prompt: 120, generated: 3 },
    });
    expect(deltas).toEqual(['A ', 'red ', 'cup.']);
    expect(server.heard[0]).toMatchObject({ method: 'POST', path: '/v1/chat/completions' });
    expect(server.heard[0]!.body).toEqual({
      model: 'm',
      stream: true,
      temperature: 0,
      messages: [{ role: 'user', content: 'What is it?' }],
    });
  });

  it('is shown before it is whole', async () => {
    let go = (): void => {};
    server = await startServer(async (response) => {
      streaming(response).write(words('One'));
      await new Promise<void>((resolve) => (go = resolve));
      response.end(words(' two') + finish('length') + DONE);
    });
    const { answer, deltas } = ask(server.url);
    await expect.poll(() => deltas).toEqual(['One']);
    go();
    expect(await answer).toMatchObject({ text: 'One two', finish: 'length', usage: null });
  });

  it('survives characters and events that are cut anywhere', async () => {
    const bytes = Buffer.from(words('鸟 🐦') + words(' é') + finish() + DONE);
    server = await startServer(async (response) => {
      streaming(response);
      for (const byte of bytes) {
        response.write(Buffer.from([byte]));
        await new Promise((resolve) => setImmediate(resolve));
      }
      response.end();
    });
    expect((await ask(server.url).answer).text).toBe('鸟 🐦 é');
  });

  it('may begin with what the model thinks aloud, by its own field', async () => {
    server = await startServer((response) => {
      const thought = chunk({ reasoning_content: 'Hm, ' }) + chunk({ reasoning: 'a cup.' });
      streaming(response).end(thought + words('A cup.') + finish() + DONE);
    });
    const { answer, deltas, reasoning } = ask(server.url);
    expect(await answer).toMatchObject({ text: 'A cup.', reasoning: 'Hm, a cup.' });
    expect([deltas, reasoning]).toEqual([['A cup.'], ['Hm, ', 'a cup.']]);
  });

  it('may begin with what the model thinks aloud, in <think>', async () => {
    server = await startServer((response) =>
      answerWith(response, ['\n<th', 'ink>Hm, a <', 'cup></thi', 'nk>\n\nA ', 'cup with <think> on it.']),
    );
    const { answer, deltas, reasoning } = ask(server.url);
    expect(await answer).toMatchObject({ text: 'A cup with <think> on it.', reasoning: 'Hm, a <cup>' });
    expect(deltas.join('')).toBe('A cup with <think> on it.');
    expect(reasoning.join('')).toBe('Hm, a <cup>');
  });

  it('may begin with what the model thinks aloud, where the prompt had opened <think>', async () => {
    server = await startServer((response) => answerWith(response, ['Hm, a cup.\n</thi', 'nk>\n\nA cup.']));
    expect(await ask(server.url).answer).toMatchObject({ text: 'A cup.', reasoning: 'Hm, a cup.' });
  });

  it('may speak of such marks', async () => {
    server = await startServer((response) => answerWith(response, ['Write <think> before and </think> after.']));
    const text = 'Write <think> before and </think> after.';
    expect(await ask(server.url).answer).toMatchObject({ text, reasoning: '' });
  });

  it('is read from servers that do not stream', async () => {
    server = await startServer((response) =>
      json(response, {
        choices: [{ index: 0, message: { role: 'assistant', content: 'Whole.' }, finish_reason: 'stop' }],
        usage: { prompt_tokens: 5, completion_tokens: 1 },
      }),
    );
    expect(await ask(server.url).answer).toMatchObject({ text: 'Whole.', usage: { prompt: 5, generated: 1 } });
  });

  it('is whole once the server has said so, whatever becomes of the connection', async () => {
    server = await startServer(async (response) => {
      streaming(response).write(words('Whole.') + finish());
      await pause(20);
      response.destroy();
    });
    expect(await ask(server.url).answer).toMatchObject({ text: 'Whole.', finish: 'stop', usage: null });
  });

  it('needs no end of the connection after [DONE]', async () => {
    server = await startServer((response) => void streaming(response).write(words('Whole.') + usage(1, 1) + DONE));
    expect(await ask(server.url).answer).toMatchObject({ text: 'Whole.', usage: { prompt: 1, generated: 1 } });
  });
});

describe('stopping', () => {
  it('is heard at once before the first word, and by the server', async () => {
    server = await startServer(() => pause(60_000));
    const stop = new AbortController();
    const { answer } = ask(server.url, { signal: stop.signal });
    await expect.poll(() => server!.heard.length).toBe(1);
    const began = performance.now();
    stop.abort();
    await expect(answer).rejects.toMatchObject({ code: 'cancelled' });
    expect(performance.now() - began).toBeLessThan(1000); // the server would take a minute
    await expect.poll(() => server!.abandoned()).toBe(1);
  });

  it('keeps the words so far', async () => {
    server = await startServer((response) => void streaming(response).write(words('Half an')));
    const stop = new AbortController();
    const { answer, deltas } = ask(server.url, { signal: stop.signal });
    await expect.poll(() => deltas).toEqual(['Half an']);
    stop.abort();
    expect(await answer).toMatchObject({ text: 'Half an', finish: 'cancelled' });
    await expect.poll(() => server!.abandoned()).toBe(1);
  });

  it('asks nothing when it came first', async () => {
    server = await startServer(() => {});
    await expect(ask(server.url, { signal: AbortSignal.abort() }).answer).rejects.toMatchObject({ code: 'cancelled' });
    expect(server.heard).toEqual([]);
  });
});

describe('an answer that is none', () => {
  const kept = { soFar: { text: 'Half an', reasoning: '' } };

  it.each<[string, Respond]>([
    [
      'the connection is lost',
      (response) => void streaming(response).write(words('Half an'), () => response.destroy()),
    ],
    ['it ends without an end', (response) => void streaming(response).end(words('Half an'))],
    [
      'it ends within a character',
      (response) => {
        const next = Buffer.from(words('鸟'));
        streaming(response).end(
          Buffer.concat([Buffer.from(words('Half an')), next.subarray(0, next.indexOf('鸟') + 1)]),
        );
      },
    ],
    [
      'it ends within an event',
      (response) => void streaming(response).end(`${words('Half an')}data: {"choices":[{"del`),
    ],
    [
      'it is shorter than its length',
      (response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream', 'content-length': 100_000 });
        response.write(words('Half an'), () => response.destroy());
      },
    ],
    [
      'it is longer than its length',
      (response) => {
        const begun = words('Half an');
        response.writeHead(200, { 'content-type': 'text/event-stream', 'content-length': Buffer.byteLength(begun) });
        response.socket!.write(''); // Node itself refuses to send this
        response.end(begun);
        response.socket!.write(words(' answer') + finish() + DONE);
      },
    ],
  ])('is one cut off where %s, and its words are kept', async (_, respond) => {
    expect(await failure(respond)).toMatchObject({ code: 'server-cut-off', facts: kept });
    expect(server!.heard).toHaveLength(1);
  });

  it.each<[string, string]>([
    ['half JSON', event('{"choices":[{"delta":{"content":"a')],
    ['other JSON', event({ choices: 'none' })],
    ['two choices in one event', event({ choices: [0, 1].map((index) => ({ index, delta: { content: 'a' } })) })],
    ['two choices in turn', event({ choices: [{ index: 1, delta: { content: 'a' } }] })],
  ])('is none where %s comes, and the words before are kept', async (_, bad) => {
    const error = await failure((response) => void streaming(response).end(words('Half an') + bad + finish() + DONE));
    expect(error).toMatchObject({ code: 'server-broken', facts: kept });
  });

  it('is not waited for without end', async () => {
    const quiet = await failure(() => pause(60_000), { patience: { first: 50 } });
    expect(quiet).toMatchObject({ code: 'server-unreachable', facts: {} });
    await server!.close();
    const stalled = await failure((response) => void streaming(response).write(words('Half an')), {
      patience: { first: 5000, next: 50 },
    });
    expect(stalled).toMatchObject({ code: 'server-unreachable', facts: kept });
  });

  it('may take long to begin after its headers', async () => {
    server = await startServer(async (response) => {
      streaming(response).write(chunk({ role: 'assistant', content: '' }));
      await pause(100);
      response.end(words('At last.') + finish() + DONE);
    });
    expect((await ask(server.url, { patience: { first: 5000, next: 20 } }).answer).text).toBe('At last.');
  });

  it.each<[string, Respond]>([
    ['a web page', (response) => html(response)],
    ['a web page that is not found', (response) => html(response, 404)],
    ['a web page without a type', (response) => void response.writeHead(200).end('<html></html>')],
    ['a redirection', (response) => void response.writeHead(302, { location: 'https://elsewhere.example/' }).end()],
    ['what is not found, without a word', (response) => void response.writeHead(404).end()],
  ])('is not a server where %s answers', async (_, respond) => {
    expect(await failure(respond)).toMatchObject({ code: 'not-a-server' });
    expect(server!.heard).toHaveLength(1);
  });

  it.each<[string, Respond]>([
    ['text', (response) => void response.writeHead(200, { 'content-type': 'text/plain' }).end('hello')],
    ['JSON of another kind', (response) => json(response, { hello: 1 })],
    ['half JSON', (response) => void response.writeHead(200, { 'content-type': 'application/json' }).end('{"choi')],
  ])('is none where %s answers', async (_, respond) => {
    expect(await failure(respond)).toMatchObject({ code: 'server-broken' });
  });
});

describe('a refusal', () => {
  it.each([
    [401, 'server-denied'],
    [403, 'server-denied'],
    [500, 'server-failed'],
    [502, 'server-failed'],
    [429, 'server-busy'],
    [503, 'server-busy'],
    [400, 'server-refused'],
  ])('of status %i is %s, and is not asked again here', async (status, code) => {
    const error = await failure((response) => openaiError(response, status, 'No.'));
    expect(error).toMatchObject({ code, facts: { status } });
    expect(server!.heard).toHaveLength(1);
  });

  it('names when to come back', async () => {
    const soon = await failure((response) => openaiError(response, 429, 'Slow down', { 'retry-after': '7' }));
    expect(soon).toMatchObject({ advice: 'Ask again in 7 seconds.', facts: { retryAfterMs: 7000 } });
    await server!.close();
    const date = new Date(Date.now() + 60_000).toUTCString();
    const later = await failure((response) => openaiError(response, 503, 'Full', { 'retry-after': date }));
    expect(later.facts.retryAfterMs).toBeGreaterThan(55_000);
    expect(later.facts.retryAfterMs).toBeLessThanOrEqual(60_000);
  });

  it('tells a wrong key from none', async () => {
    const none = await failure((response) => openaiError(response, 401, 'No.'));
    expect(none.advice).toBe('Give the key that belongs to the server.');
    await server!.close();
    const wrong = await failure((response) => openaiError(response, 401, 'No.'), { key: new Secret('k') });
    expect(wrong.advice).toBe('Check the key.');
  });

  const late = { code: 400, message: "This model's maximum context length is 4096 tokens." };
  it.each([{ error: late }, { object: 'error', ...late }])('may come in the middle of an answer: %j', async (body) => {
    const error = await failure((response) => void streaming(response).end(words('Half an') + event(body)));
    expect(error).toMatchObject({ code: 'prompt-too-long', facts: { soFar: { text: 'Half an' } } });
  });

  it('may come under the status of a failure', async () => {
    const message = 'image input is not supported - hint: if this is unexpected, you may need to provide the mmproj';
    const error = await failure((response) => openaiError(response, 500, message), { messages: shown(2) });
    expect(error).toMatchObject({ code: 'server-takes-no-pictures' });
  });
});

describe('what goes out', () => {
  it('has text and pictures in order, and the key', async () => {
    server = await startServer((response) => answerWith(response, ['Yes.']));
    const text = (words: string) => ({ type: 'text' as const, text: words });
    const messages: Message[] = [
      { role: 'system', text: 'Be short.' },
      { role: 'user', parts: [text('Is '), { type: 'picture', picture }, text(' it?')] },
      { role: 'assistant', text: 'No.' },
      { role: 'user', parts: [text('Sure?')] },
    ];
    await ask(`${server.url}/v1/`, { messages, key: new Secret(' sk-1 ') }).answer;
    const url = 'data:image/png;base64,YWJj';
    expect(server.heard[0]!.body.messages).toEqual([
      { role: 'system', content: 'Be short.' },
      { role: 'user', content: [text('Is '), { type: 'image_url', image_url: { url } }, text(' it?')] },
      { role: 'assistant', content: 'No.' },
      { role: 'user', content: 'Sure?' },
    ]);
    expect(server.heard[0]).toMatchObject({
      path: '/v1/chat/completions',
      headers: { authorization: 'Bearer sk-1', connection: 'close' },
    });
  });
});
