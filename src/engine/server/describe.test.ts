// SPDX-License-Identifier: Apache-2.0
import { afterEach, describe as suite, expect, it } from 'vitest';
import { Connection } from './connection';
import { describe } from './describe';
import { findLocalServers } from './find';
import { DIALECTS } from './test-dialects';
import { html, json, openaiError, pause, startServer, type Respond, type TestServer } from './test-server';

const open: TestServer[] = [];
afterEach(async () => {
  for (const server of open.splice(0)) await server.close();
});
async function started(respond: Respond): Promise<TestServer> {
  const server = await startServer(respond);
  open.push(server);
  return server;
}
const described = async (respond: Respond) => describe(new Connection({ url: (await started(respond)).url }));

suite('what a server says of itself', () => {
  it('is read from Ollama, without models that only embed', async () => {
    expect(await described(DIALECTS.Ollama())).toEqual({
      kind: 'Ollama',
      version: '0.14.2',
      models: [
        { id: 'qwen3-vl:8b', pictures: true, context: 262144, longestContext: 262144, hasRenderer: true },
        { id: 'llava:7b', pictures: true, context: 32768, longestContext: 32768, hasRenderer: false },
        { id: 'llama3.2:1b', pictures: false, context: 131072, longestContext: 131072, hasRenderer: false },
      ],
    });
  });

  it('is read from LM Studio: the context that is loaded, not the longest', async () => {
    expect(await described(DIALECTS['LM Studio']())).toEqual({
      kind: 'LM Studio',
      version: null,
      models: [
        { id: 'qwen2-vl-7b', pictures: true, context: 8192, longestContext: 32768 },
        { id: 'llama-3.1-8b', pictures: false, context: 131072, longestContext: 131072 },
      ],
    });
  });

  it.each(['llamacpp', 'somebody'])('is read from llama.cpp, whose models are of %s', async (owner) => {
    expect(await described(DIALECTS['llama.cpp'](owner))).toEqual({
      kind: 'llama.cpp',
      version: 'b6501-abc',
      models: [{ id: 'gemma-3-4b.gguf', pictures: true, context: 16384, longestContext: 131072 }],
    });
  });

  it('is read from vLLM, which does not say whether it takes pictures', async () => {
    expect(await described(DIALECTS.vLLM())).toEqual({
      kind: 'vLLM',
      version: '0.15.0',
      models: [{ id: 'Qwen/Qwen3-VL-8B-Instruct', pictures: null, context: 65536, longestContext: 65536 }],
    });
  });

  it('is read from SGLang', async () => {
    expect(await described(DIALECTS.SGLang())).toEqual({
      kind: 'SGLang',
      version: '0.5.9',
      models: [{ id: 'Qwen/Qwen2.5-VL-7B-Instruct', pictures: true, context: 32768, longestContext: 32768 }],
    });
  });

  it.each(['transformers', 'other'] as const)('is little from %s', async (kind) => {
    const { models, ...rest } = await described(DIALECTS[kind]());
    expect(rest).toEqual({ kind, version: null });
    expect(models).toEqual([expect.objectContaining({ pictures: null, context: null })]);
  });

  it.each<[string, Respond, string]>([
    ['a page', (response) => html(response), 'not-a-server'],
    ['another program', (response) => json(response, { hello: 'world' }), 'not-a-server'],
    ['one that asks for a key', (response) => openaiError(response, 401, 'No key'), 'server-denied'],
    ['one that is full', (response) => openaiError(response, 503, 'Loading model'), 'server-busy'],
  ])('is an error of %s', async (_, respond, code) => {
    await expect(described(respond)).rejects.toMatchObject({ code });
  });
});

suite('looking for servers on this machine', () => {
  it('finds those that answer, in the order of their ports, and waits for none that does not', async () => {
    const answering = await Promise.all([DIALECTS['LM Studio'](), DIALECTS.Ollama(), DIALECTS.vLLM()].map(started));
    const [page, silent] = await Promise.all([started((response) => html(response)), started(() => pause(60_000))]);
    const gone = await startServer(() => {});
    await gone.close();
    const ports = [page, ...answering, silent, gone].map(({ port }) => port);
    const began = performance.now();
    const found = await findLocalServers({ ports, patience: { connect: 1000, facts: 1000 } });
    expect(performance.now() - began).toBeLessThan(5000);
    expect(found.map(({ kind, url }) => [kind, url])).toEqual([
      ['LM Studio', answering[0]!.url],
      ['Ollama', answering[1]!.url],
      ['vLLM', answering[2]!.url],
    ]);
  });

  it('stops at once', async () => {
    const { port } = await started(() => pause(60_000));
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 30);
    await expect(findLocalServers({ ports: [port], signal: stop.signal })).rejects.toMatchObject({ code: 'cancelled' });
  });
});
