// SPDX-License-Identifier: Apache-2.0
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** For tests: a server on loopback that does what a test tells it, written from the protocol specifications. */

export interface Heard {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  /** The parsed body, if it is JSON. */
  body: Record<string, unknown>;
}
export type Respond = (response: ServerResponse, heard: Heard) => void | Promise<void>;

export interface TestServer {
  url: string;
  port: number;
  /** All requests, in order. */
  heard: Heard[];
  /** Number of connections that the client closed before the answer was complete. */
  abandoned: () => number;
  close: () => Promise<void>;
}

/** @param port 0: any that is free. @throws if the port is in use. */
export async function startServer(respond: Respond, port = 0): Promise<TestServer> {
  const heard: Heard[] = [];
  let abandoned = 0;
  const server = createServer((request, response) => {
    response.on('close', () => void (abandoned += response.writableFinished ? 0 : 1));
    void bodyOf(request).then(async (text) => {
      const { method = '', url: path = '', headers } = request;
      const what: Heard = { method, path, headers, body: text === '' ? {} : (JSON.parse(text) as Heard['body']) };
      heard.push(what);
      await respond(response, what);
    });
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve));
  const { port: heardAt } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${heardAt}`,
    port: heardAt,
    heard,
    abandoned: () => abandoned,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const piece of request.setEncoding('utf8')) text += piece as string;
  return text;
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Sends a JSON reply. */
export const json = (response: ServerResponse, value: unknown, status = 200, headers: object = {}): void =>
  void response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(value));

/** Sends an error in the format of OpenAI's protocol. */
export const openaiError = (response: ServerResponse, status: number, message: string, headers: object = {}): void =>
  json(response, { error: { message, type: 'invalid_request_error', code: null } }, status, headers);

export const html = (response: ServerResponse, status = 200): void =>
  void response
    .writeHead(status, { 'content-type': 'text/html' })
    .end('<!DOCTYPE html><html><body><h1>Welcome</h1></body></html>');

export const event = (value: unknown): string =>
  `data: ${typeof value === 'string' ? value : JSON.stringify(value)}\n\n`;

export const chunk = (delta: object, more: object = {}): string =>
  event({ object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason: null, ...more }] });

export const words = (content: string): string => chunk({ content });
export const finish = (reason = 'stop'): string => chunk({}, { finish_reason: reason });
export const usage = (prompt_tokens: number, completion_tokens: number): string =>
  event({ choices: [], usage: { prompt_tokens, completion_tokens, total_tokens: prompt_tokens + completion_tokens } });
export const DONE = event('[DONE]');

/** Begins an event stream, or the line stream of Ollama. */
export const streaming = (response: ServerResponse, type = 'text/event-stream'): ServerResponse =>
  response.writeHead(200, { 'content-type': type });

/** Sends a complete answer in OpenAI's protocol. */
export function answerWith(
  response: ServerResponse,
  pieces: readonly string[],
  tokens: [number, number] = [10, 2],
): void {
  streaming(response);
  response.write(chunk({ role: 'assistant', content: '' }));
  for (const piece of pieces) response.write(words(piece));
  response.end(finish() + usage(...tokens) + DONE);
}

/** Sends a complete answer in Ollama's protocol; the last line has the token counts. */
export function ollamaAnswer(
  response: ServerResponse,
  pieces: readonly (string | { thinking: string })[],
  last: object = {},
): void {
  streaming(response, 'application/x-ndjson');
  for (const piece of pieces) {
    const message = typeof piece === 'string' ? { content: piece } : { content: '', ...piece };
    response.write(`${JSON.stringify({ message: { role: 'assistant', ...message }, done: false })}\n`);
  }
  const counts = { prompt_eval_count: 20, eval_count: 2 };
  response.end(
    `${JSON.stringify({ message: { content: '' }, done: true, done_reason: 'stop', ...counts, ...last })}\n`,
  );
}
