// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { toErrorInfo, type ErrorInfo, type SavedServer, type ServerReceipt } from '../contract';
import { adviceOf } from './advice';
import { zoetrope } from './commands';
import { asUsage } from './define';

const PICTURE = join(import.meta.dirname, '../../resources/samples/pictures/set-1.jpg');

interface Asked {
  headers: IncomingHttpHeaders;
  body: { model: string; messages: { content: { type: string; image_url?: { url: string } }[] }[] };
}

/** A server in the form of vLLM, on loopback. `models` and `reply` are set by each test. */
let server: Server;
let url = '';
let models: string[];
let reply: (response: ServerResponse) => void;
let asked: Asked[] = [];
const profile = mkdtempSync(join(tmpdir(), 'zoetrope-servers-'));

const say = (response: ServerResponse, ...deltas: object[]): void => {
  const chunk = (value: unknown): string => `data: ${JSON.stringify(value)}\n\n`;
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  for (const delta of deltas) response.write(chunk({ choices: [{ index: 0, delta }] }));
  response.write(chunk({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] }));
  response.end(`${chunk({ choices: [], usage: { prompt_tokens: 9, completion_tokens: 3 } })}data: [DONE]\n\n`);
};

beforeAll(async () => {
  server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const json = (value: unknown, status = 200): void =>
        void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
      if (request.url === '/v1/models') return json({ data: models.map((id) => ({ id, owned_by: 'vllm' })) });
      if (request.url !== '/v1/chat/completions') return json({ detail: 'Not Found' }, 404);
      const body = JSON.parse(Buffer.concat(parts).toString()) as Asked['body'];
      asked.push({ headers: request.headers, body });
      reply(response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

beforeEach(() => {
  rmSync(join(profile, 'servers.json'), { force: true });
  [models, asked] = [['a-model'], []];
  reply = (response) => say(response, { reasoning_content: 'Hm, a cup?' }, { content: 'A ' }, { content: 'cup.' });
});
afterEach(() => vi.unstubAllEnvs());
afterAll(() => {
  server.closeAllConnections();
  server.close();
  rmSync(profile, { recursive: true });
});

interface Ran {
  out: string;
  err: string;
  error: ErrorInfo | null;
}

async function run(...args: string[]): Promise<Ran> {
  const printed = { out: '', err: '' };
  const writes = [
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => ((printed.out += String(text)), true)),
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => ((printed.err += String(text)), true)),
  ];
  const thrown = await zoetrope(new AbortController().signal)
    .parseAsync([...args, ...(args.includes('find') ? [] : ['--profile', profile])], { from: 'user' })
    .then(() => null, asUsage);
  writes.forEach((write) => write.mockRestore());
  return { ...printed, error: thrown === null ? null : toErrorInfo(thrown) };
}

describe('ask --server', () => {
  it('answers with a model of a server, without what it thought', async () => {
    const { out, err, error } = await run('ask', '--server', url, '--image', PICTURE, 'What is <image>?');
    expect([out, err, error]).toEqual(['A cup.\n', '', null]);
    expect(asked[0]!.body.messages[0]!.content.map(({ type }) => type)).toEqual(['text', 'image_url', 'text']);
  });

  it('prints what was sent, as JSON', async () => {
    const { out } = await run('ask', '--server', url, '--json', '--top-k', '5', '--image', PICTURE, 'What?');
    const printed = JSON.parse(out) as ServerReceipt & { answer: string; sequence: object[] };
    expect(printed).toMatchObject({
      answer: 'A cup.',
      reasoning: 'Hm, a cup?',
      server: { kind: 'vLLM', version: null, loopback: true, host: url.slice(7) },
      model: { name: 'a-model' },
      tokens: { prompt: 9, generated: 3 },
      unsent: [],
      sequence: [{ number: 1, kind: 'photo', source: PICTURE, sent: { mime: 'image/png' } }],
    });
    const { url: data } = asked[0]!.body.messages[0]!.content[0]!.image_url!;
    const bytes = Buffer.from(data.replace('data:image/png;base64,', ''), 'base64');
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    expect(printed.sequence[0]).toMatchObject({ sent: { sha256 } });
    expect(printed.sequence[0]).not.toHaveProperty('input');
    expect(printed.prompt).toContain(`sha256:${sha256}`);
  });

  it('sends JPEG where that is asked for, and the key of the named variable', async () => {
    vi.stubEnv('A_KEY', 'sk-secret');
    const { out } = await run(
      'ask',
      '--server',
      url,
      '--json',
      '--jpeg',
      '--key-env',
      'A_KEY',
      '--image',
      PICTURE,
      'It?',
    );
    expect(asked[0]!.body.messages[0]!.content[0]!.image_url!.url).toMatch(/^data:image\/jpeg;/);
    expect(asked[0]!.headers.authorization).toBe('Bearer sk-secret');
    expect(out).not.toContain('secret');
  });

  it('names the option that makes the question smaller', async () => {
    reply = (response) =>
      void response
        .writeHead(400, { 'content-type': 'application/json' })
        .end(JSON.stringify({ error: { message: 'At most 1 image(s) may be provided in one prompt.' } }));
    const { error } = await run('ask', '--server', url, '--image', PICTURE, '--image', PICTURE, 'Which?');
    expect(`${error!.message} ${adviceOf(error!)}`).toBe(
      'The server takes one picture in a question. Send one picture instead of 2: --frames and --views say how many.',
    );
  });

  it('keeps the words of an answer that ends half way', async () => {
    reply = (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(`data: ${JSON.stringify({ choices: [{ delta: { content: 'Half a' } }] })}\n\n`);
      setTimeout(() => response.destroy(), 20);
    };
    const { out, error } = await run('ask', '--server', url, 'What?');
    expect([out, error?.code]).toEqual(['Half a\n', 'server-cut-off']);
  });

  it.each<[RegExp, ...string[]]>([
    [/^--device is for the local model and does not go with --server\.$/, '--device', 'cpu', '--server', 'X'],
    [/^--anyway is for the local model/, '--anyway', '--server', 'X'],
    [/^--jpeg goes with --server\.$/, '--jpeg'],
    [/leave out --tiles\.$/, '--server', '127.0.0.1:1', '--tiles', '--image', PICTURE],
    [/^There is no server "ollama" in the list; it is empty\.$/, '--server', 'ollama'],
    [/^The environment variable NO_KEY,/, '--server', '127.0.0.1:1', '--key-env', 'NO_KEY'],
    [/^You have not allowed that questions go to models\.example\.$/, '--server', 'https://models.example'],
  ])('refuses in one line: %s', async (words, ...args) => {
    const { out, error } = await run('ask', ...args, 'What?');
    expect(out).toBe('');
    expect(error?.message).toMatch(words);
    expect(asked).toEqual([]);
  });

  it('names all models where none is the obvious one', async () => {
    models = ['one', 'two'];
    const { error } = await run('ask', '--server', url, 'What?');
    expect(error?.message).toMatch(/several models; name one with --model-name: one, two\.$/);
    expect((await run('ask', '--server', url, '--model-name', 'two', 'What?')).out).toBe('A cup.\n');
    expect(asked.map(({ body }) => body.model)).toEqual(['two']);
  });
});

describe('servers', () => {
  const list = (): SavedServer[] =>
    (JSON.parse(readFileSync(join(profile, 'servers.json'), 'utf8')) as { servers: SavedServer[] }).servers;

  it('are added with what they say of themselves, and asked and removed by name', async () => {
    vi.stubEnv('A_KEY', 'sk-secret');
    const { out } = await run('servers', 'add', `${url}/v1/`, '--key-env', 'A_KEY');
    expect(out).toBe(`vLLM  ${url}  vLLM\n  a-model\n`);
    expect(list()).toMatchObject([
      { name: 'vLLM', url, keyEnv: 'A_KEY', allowed: false, description: { kind: 'vLLM' } },
    ]);
    expect(readFileSync(join(profile, 'servers.json'), 'utf8')).not.toContain('secret');
    expect((await run('ask', '--server', 'vllm', 'What?')).out).toBe('A cup.\n');
    expect(asked[0]!.headers.authorization).toBe('Bearer sk-secret');
    expect((await run('servers')).out).toBe(out);
    expect((await run('servers', 'add', url)).error?.message).toMatch(/is in the list already, as "vLLM"\.$/);
    expect((await run('servers', 'remove', 'vLLM')).out).toContain('removed');
    expect(list()).toEqual([]);
    expect((await run('servers', 'remove', 'vLLM')).error?.message).toBe(
      'There is no server "vLLM" in the list; it is empty.',
    );
  });

  it('are tested with a picture, and described anew', async () => {
    await run('servers', 'add', url, '--name', 'mine');
    models = ['a-new-model'];
    const { out } = await run('servers', 'test', 'mine');
    expect(out).toMatch(
      /^vLLM\n {2}a-new-model\na-new-model answered after \d.* s: A cup\.\nIt did not name the colours/,
    );
    expect(list()[0]!.description!.models[0]!.id).toBe('a-new-model');
  });

  it('beyond this machine are not contacted before they are allowed', async () => {
    const { error } = await run('servers', 'add', 'http://models.example:8000');
    expect(error?.code).toBe('server-not-allowed');
    const { err } = await run('servers', 'test', 'http://models.invalid:8000', '--allow');
    expect(err).toMatch(/^The connection to models\.invalid:8000 is not encrypted/);
  });

  it('has no other command', async () => {
    expect((await run('servers', 'sing')).error?.message).toBe('There is no command "servers sing".');
  });
});
