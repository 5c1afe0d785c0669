// SPDX-License-Identifier: Apache-2.0
import { Client, StreamableHTTPClientTransport, type ClientOptions } from '@modelcontextprotocol/client';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Sampling, type RgbImage } from '../contract';
import { frameItems } from '../engine';
import { decodePng } from '../media';
import { resizeBicubic } from '../vision';
import type { Answerer } from './answerer';
import { serveMcp } from './mcp-stdio';
import { startServer, type RunningServer } from './server';
import { SAMPLES, serving, type Serving } from './test-serving';

const TOKEN = 'a-token-for-the-tests';
const CLIP = join(SAMPLES, 'clip.mp4');
const QUESTION = 'Which way does the circle move?';

let served: Serving;
let answerer: Answerer;
let server: RunningServer;

beforeAll(async () => {
  served = await serving();
  answerer = served.answererWith({});
  server = await startServer(answerer, served.info, { host: '127.0.0.1', port: 0, token: TOKEN, allowOrigins: [] });
}, 60_000);

afterAll(async () => {
  await server.close();
  served.remove();
});

type Result = {
  isError?: boolean;
  content: { type: string; text?: string; data?: string; mimeType?: string }[];
  structuredContent: { pictures: { sha256: string; time: number }[]; answer?: string };
};

const hash = ({ data }: RgbImage): string => createHash('sha256').update(data).digest('hex');

/** Both kinds of clients: with a session, and since the revision of 2026 without one. */
describe.each<[string, ClientOptions]>([
  ['2025-11-25', {}],
  ['2026-07-28', { versionNegotiation: { mode: 'auto' } }],
])('a client of the revision %s', (revision, options) => {
  let client: Client;
  const call = async (name: string, given: object, more: object = {}): Promise<Result> =>
    (await client.callTool({ name, arguments: { ...given } }, more)) as unknown as Result;

  beforeAll(async () => {
    client = new Client({ name: 'test', version: '1' }, options);
    const requestInit = { headers: { authorization: `Bearer ${TOKEN}` } };
    await client.connect(new StreamableHTTPClientTransport(new URL(`${server.url}/mcp`), { requestInit }));
  });
  afterAll(() => client.close());

  it('finds the tools, each with what it takes and returns', async () => {
    expect(client.getNegotiatedProtocolVersion()).toBe(revision);
    expect(client.getServerVersion()).toMatchObject({ name: 'zoetrope', version: '1.2.3' });
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toEqual(['sample_frames', 'capture_views', 'ask']);
    for (const { description, inputSchema, outputSchema } of tools) {
      expect(description).toBeTruthy();
      expect(Object.keys(inputSchema.properties ?? {})).not.toEqual([]);
      expect(outputSchema).toBeDefined();
    }
  });

  it('gets exact frames as PNG, with their times and the hashes of their full-size pixels', async () => {
    const plan = { strategy: 'uniform' as const, count: 3 };
    const { items } = await frameItems(CLIP, { id: CLIP, name: 'clip.mp4' }, plan, served.engine.pictures);
    const whole = await call('sample_frames', { path: CLIP, frames: 3, longest_side: 4096 });
    expect(whole.content.map(({ type }) => type)).toEqual(['text', 'image', 'text', 'image', 'text', 'image']);
    const pictures = whole.content.filter(({ type }) => type === 'image');
    const decoded = await Promise.all(pictures.map(({ data = '' }) => decodePng(Buffer.from(data, 'base64'))));
    expect(decoded.map(hash)).toEqual(items.map(({ picture }) => picture.sha256));
    expect(whole.structuredContent.pictures.map(({ sha256 }) => sha256)).toEqual(decoded.map(hash));
    expect(whole.content[2]?.text).toContain(`${whole.structuredContent.pictures[1]!.time.toFixed(3)} s`);
    const small = await call('sample_frames', { path: CLIP, frames: 1, longest_side: 64 });
    expect(await decodePng(Buffer.from(small.content[1]!.data!, 'base64'))).toEqual(resizeBicubic(decoded[0]!, 64, 36));
  });

  it('gets the answer of the engine, word for word, and hears how far it is', async () => {
    const plan = { strategy: 'uniform' as const, count: 4 };
    const { items } = await frameItems(CLIP, { id: CLIP, name: 'clip.mp4' }, plan, served.engine.pictures);
    const [first, ...rest] = items.map((item) => ({ type: 'image' as const, item }));
    const parts = [{ type: 'text' as const, text: 'First ' }, first!, { type: 'text' as const, text: ', then ' }, ...rest]; // prettier-ignore
    const local = await served.engine.ask({
      turns: [{ role: 'user', parts: [...parts, { type: 'text', text: `. ${QUESTION}` }] }],
      sampling: Sampling.parse({}),
    });
    const heard: number[] = [];
    const times = items.map(({ origin }) => (origin.kind === 'frame' ? origin.time : 0));
    const { content, structuredContent } = await call(
      'ask',
      {
        question: `First <image>, then <image>. ${QUESTION}`,
        media: [times.slice(0, 1), times.slice(1)].map((some) => ({ type: 'video', path: CLIP, times: some })),
      },
      { onprogress: ({ progress }: { progress: number }) => void heard.push(progress) },
    );
    expect(content).toEqual([{ type: 'text', text: local.text }]);
    expect(structuredContent.answer).toBe(local.text);
    expect(structuredContent.pictures.map(({ time }) => time)).toEqual(times);
    expect(heard.length).toBeGreaterThan(0);
    expect(heard).toEqual([...heard].sort((a, b) => a - b));
  });

  it('can send a picture with a question', async () => {
    const jpeg = readFileSync(join(SAMPLES, 'pictures/photo-1.jpg'), 'base64');
    const media = [{ type: 'image', path: `data:image/jpeg;base64,${jpeg}` }];
    expect((await call('ask', { question: 'What is it?', media })).structuredContent.pictures).toHaveLength(1);
  });

  it('cancels a call, which ends at once', async () => {
    const abort = new AbortController();
    const asked = { question: 'Tell me everything.', temperature: 5, max_tokens: 4000 };
    // Words come before the client leaves.
    const onprogress = ({ message = '' }): void => void (message.startsWith('answering') && abort.abort());
    await expect(call('ask', asked, { signal: abort.signal, onprogress })).rejects.toThrow('abort');
    const left = performance.now();
    expect((await call('ask', { question: 'Yes?', max_tokens: 1 })).isError).toBeFalsy();
    expect(performance.now() - left).toBeLessThan(5000);
  });

  it.each([
    ['not in a folder that the server may read', 'sample_frames', { path: '/etc/passwd' }],
    ['cannot render 3D scenes', 'capture_views', { path: join(SAMPLES, 'scene.glb') }],
    ['too large for one result', 'sample_frames', { path: CLIP, frames: 48, longest_side: 4096 }],
    ['1 <image> for 0 media', 'ask', { question: 'What is <image>?' }],
    ['frames: Too big', 'sample_frames', { path: CLIP, frames: 10_000 }],
  ])('is told what is wrong: %s', async (words, name, given) => {
    const { isError, content } = await call(name, given);
    expect(isError).toBe(true);
    expect(content[0]?.text).toContain(words);
  });
});

it('asks for the token, and forgets a session that was closed', async () => {
  const url = `${server.url}/mcp`;
  const post = (body: object, headers: Record<string, string> = {}): Promise<Response> =>
    fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream', ...headers },
      body: JSON.stringify({ jsonrpc: '2.0', ...body }),
    });
  const params = { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'test', version: '1' } };
  const begin = { id: 1, method: 'initialize', params };
  expect((await post(begin)).status).toBe(401);
  const authorization = `Bearer ${TOKEN}`;
  const begun = await post(begin, { authorization });
  expect(begun.status).toBe(200);
  const session = { authorization, 'mcp-session-id': begun.headers.get('mcp-session-id')! };
  expect((await post({ id: 2, method: 'tools/list' }, session)).status).toBe(200);
  expect((await fetch(url, { method: 'DELETE', headers: session })).status).toBe(200);
  expect((await post({ id: 3, method: 'tools/list' }, session)).status).toBe(404);
});

it('speaks over two streams, of which one has nothing but messages, and ends with the other', async () => {
  const [input, output] = [new PassThrough(), new PassThrough()];
  let written = '';
  output.setEncoding('utf8').on('data', (text: string) => void (written += text));
  const ended = serveMcp(answerer, { input, output }, new AbortController().signal);
  const send = (message: object): void => void input.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  const answers = (): { id?: number; result?: object }[] =>
    written.split('\n').slice(0, -1).map((line) => JSON.parse(line) as { id?: number }); // prettier-ignore
  const params = { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'test', version: '1' } };
  send({ id: 1, method: 'initialize', params });
  send({ method: 'notifications/initialized' });
  send({ id: 2, method: 'tools/call', params: { name: 'ask', arguments: { question: 'Yes?', max_tokens: 1 } } });
  await expect.poll(() => answers().map(({ id }) => id), { timeout: 10_000 }).toEqual([1, 2]);
  const long = { question: 'Tell me everything.', temperature: 5, max_tokens: 4000 };
  send({ id: 3, method: 'tools/call', params: { name: 'ask', arguments: long } });
  send({ method: 'notifications/cancelled', params: { requestId: 3 } });
  send({ id: 4, method: 'tools/call', params: { name: 'ask', arguments: { question: 'Yes?', max_tokens: 1 } } });
  await expect.poll(() => answers().map(({ id }) => id), { timeout: 10_000 }).toEqual([1, 2, 4]);
  send({ id: 5, method: 'tools/call', params: { name: 'ask', arguments: long } });
  input.end();
  await ended;
});
