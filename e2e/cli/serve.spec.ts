// SPDX-License-Identifier: Apache-2.0
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { expect, test } from '@playwright/test';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import OpenAI from 'openai';
import { command } from '../fixtures/command';
import { root, samples } from '../fixtures/window';

const cli = join(root, 'out/main/cli.js');
const electron = process.env['ELECTRON_EXEC_PATH'] ?? '';
const flags = JSON.parse(process.env['ZOETROPE_ELECTRON_FLAGS'] ?? '[]') as string[];
const env = { ...process.env, ZOETROPE_ELECTRON_COMMAND: JSON.stringify([electron, ...flags, root]) };
const scene = join(samples, 'scene.glb');
const QUESTION = 'How many objects are there?';

test('serve answers about a scene as ask does, logs nothing of it, and ends at Ctrl+C', async () => {
  const asked = command('ask', '--scene', scene, '--views', '2', QUESTION);
  const server = spawn(process.execPath, [cli, 'serve', '--port', '0', '--allow', samples], { env });
  try {
    let log = '';
    server.stderr.setEncoding('utf8').on('data', (text: string) => void (log += text));
    const [line] = (await once(createInterface({ input: server.stdout }), 'line')) as [string];
    const [, model, baseURL, apiKey] = /^(\S+) answers at (\S+) with the token (\S+)$/.exec(line) ?? [];
    const openai = new OpenAI({ baseURL, apiKey, maxRetries: 0 });
    const part = { type: 'scene_url', scene_url: { url: `file://${scene}`, views: 2 } };
    const content = [part as unknown as OpenAI.ChatCompletionContentPart, { type: 'text' as const, text: QUESTION }];
    const answer = await openai.chat.completions.create({ model: model!, messages: [{ role: 'user', content }] });
    expect(answer.choices[0]?.message.content).toBe(asked.out.trim());
    expect(answer).toMatchObject({ zoetrope: { pictures: [{ kind: 'view' }, { kind: 'view', width: 768 }] } });
    server.kill('SIGINT');
    expect(await once(server, 'close')).toEqual([130, null]);
    expect(log).toMatch(/answered: 2 pictures.*\n.* POST \/v1\/chat\/completions 200 \d+ ms\n$/);
    for (const secret of [QUESTION, asked.out.trim(), 'scene.glb', apiKey!]) expect(log).not.toContain(secret);
  } finally {
    server.kill('SIGKILL');
  }
});

test('mcp serves the program that starts it, over standard input and output, and ends with it', async () => {
  const client = new Client({ name: 'test', version: '1' });
  const args = [cli, 'mcp', '--allow', samples];
  const transport = new StdioClientTransport({ command: process.execPath, args, env, stderr: 'ignore' });
  const errors: Error[] = [];
  client.onerror = (error) => void errors.push(error); // such as a line that is no message
  await client.connect(transport);
  const { content } = await client.callTool({ name: 'capture_views', arguments: { path: scene, views: 2 } });
  expect(content.map(({ type }) => type)).toEqual(['text', 'image', 'text', 'image']);
  const media = [{ type: 'video', path: join(samples, 'clip.mp4'), frames: 8 }];
  const question = 'Which way does the circle move?';
  const asked = command('ask', '--video', join(samples, 'clip.mp4'), '--frames', '8', question);
  const answer = await client.callTool({ name: 'ask', arguments: { question, media } });
  expect(answer.content).toEqual([{ type: 'text', text: asked.out.trim() }]);
  const closed = performance.now();
  await client.close();
  expect(performance.now() - closed).toBeLessThan(1900); // after two seconds it would have been killed
  expect(errors).toEqual([]);
});
