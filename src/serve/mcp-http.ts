// SPDX-License-Identifier: Apache-2.0
import {
  createMcpHandler,
  isLegacyRequest,
  WebStandardStreamableHTTPServerTransport,
  type McpServer,
} from '@modelcontextprotocol/server';
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Answerer } from './answerer';
import type { Bodies } from './body';
import { mcpServer } from './mcp-tools';

/** Sessions kept at once. The one that was used least recently makes room for a new one. */
const MOST_SESSIONS = 32;

interface Session {
  server: McpServer;
  transport: WebStandardStreamableHTTPServerTransport;
}

/**
 * The Model Context Protocol over HTTP. Since its revision of 2026-07-28 each request stands for itself. Earlier ones
 * have sessions, without which a client could not cancel a call.
 */
export class McpEndpoint {
  readonly #modern;
  readonly #sessions = new Map<string, Session>();

  constructor(
    private readonly answerer: Answerer,
    private readonly bodies: Bodies,
  ) {
    const onerror = (error: Error): void => answerer.options.log(`mcp: ${error.name}`);
    this.#modern = createMcpHandler(() => mcpServer(answerer), { legacy: 'reject', onerror });
  }

  /** @param signal fires when the client has gone. */
  async handle(request: IncomingMessage, response: ServerResponse, signal: AbortSignal): Promise<void> {
    const parsedBody = request.method === 'POST' ? await this.bodies.json(request) : undefined;
    const asked = webRequest(request, signal);
    const isLegacy = request.method !== 'POST' || (await isLegacyRequest(asked, parsedBody));
    const answer = isLegacy ? await this.#legacy(asked, parsedBody) : await this.#modern.fetch(asked, { parsedBody });
    response.writeHead(answer.status, Object.fromEntries(answer.headers));
    if (!answer.body) return void response.end();
    response.flushHeaders();
    await pipeline(Readable.fromWeb(answer.body as Parameters<typeof Readable.fromWeb>[0]), response);
  }

  async close(): Promise<void> {
    await this.#modern.close();
    await Promise.all([...this.#sessions.values()].map(({ server }) => server.close()));
  }

  async #legacy(request: Request, parsedBody: unknown): Promise<Response> {
    const id = request.headers.get('mcp-session-id');
    const known = id === null ? undefined : this.#sessions.get(id);
    if (id !== null && known) {
      this.#sessions.delete(id); // and to the end, where the most recent ones are
      this.#sessions.set(id, known);
      return known.transport.handleRequest(request, { parsedBody });
    }
    const server = mcpServer(this.answerer);
    const transport = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      onsessioninitialized: (made) => {
        this.#sessions.set(made, { server, transport });
        this.#makeRoom();
      },
      onsessionclosed: (gone) => void this.#sessions.delete(gone),
    });
    await server.connect(transport);
    // Without a session only the beginning of one is answered; with one that is gone the client is told to begin anew.
    const answer = await transport.handleRequest(request, { parsedBody });
    if (transport.sessionId === undefined) await server.close();
    return id === null ? answer : new Response(null, { status: 404 });
  }

  #makeRoom(): void {
    for (const [id, { server }] of this.#sessions) {
      if (this.#sessions.size <= MOST_SESSIONS) return;
      this.#sessions.delete(id);
      void server.close();
    }
  }
}

/** The same request as the web knows it. Its body is handed over parsed. */
function webRequest({ method = 'GET', headers }: IncomingMessage, signal: AbortSignal): Request {
  const pairs = Object.entries(headers).flatMap(([name, value]): [string, string][] =>
    value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value]],
  );
  return new Request('http://localhost/mcp', { method, headers: pairs, signal });
}
