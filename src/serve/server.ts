// SPDX-License-Identifier: Apache-2.0
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { cancelled, say, toErrorInfo, ZoetropeError, type ModelInfo } from '../contract';
import type { Answerer } from './answerer';
import { Bodies } from './body';
import { chatCompletion } from './chat';
import type { McpEndpoint } from './mcp-http';
import { bracketed, Guard, isLoopback, type GuardOptions } from './guard';
import { Refusal, replyOf } from './refusal';
import { sendJson } from './send';

export interface ServerOptions extends GuardOptions {
  /** 0: any that is free. */
  port: number;
  /** Bytes of one request. */
  bodyLimit?: number | undefined;
}

/** The most bytes of one request by default: about 45 MB of pictures. */
const BODY_LIMIT = 64e6;
/** Milliseconds to receive the headers of a request, and all of it. */
const HEADERS_TIME = 10_000;
const REQUEST_TIME = 120_000;
/** Milliseconds that an idle connection stays open: longer than clients keep one, so that none asks as it closes. */
const IDLE_TIME = 65_000;
/** Connections at once. */
const MOST_CONNECTIONS = 128;
/** Milliseconds in which a client may read why its request was refused while it still sends. */
const LINGER = 2000;

export interface RunningServer {
  /** `http://127.0.0.1:8177`: without a path. */
  url: string;
  close: () => Promise<void>;
}

type Handle = (request: IncomingMessage, response: ServerResponse, signal: AbortSignal) => Promise<void> | void;
type Routes = Record<string, Partial<Record<string, Handle>>>;

/**
 * Serves a model over HTTP: in OpenAI's form, and by the Model Context Protocol.
 * @throws ZoetropeError bad-request if the address cannot be used, or has no token beyond this machine.
 */
export async function startServer(
  answerer: Answerer,
  info: ModelInfo,
  { port, bodyLimit = BODY_LIMIT, ...guarded }: ServerOptions,
): Promise<RunningServer> {
  if (guarded.token === null && !isLoopback(guarded.host)) {
    throw new ZoetropeError(
      'bad-request',
      say`Without a token the server answers on this machine only.`,
      say`Leave out --no-token, or --host.`,
    );
  }
  const { advise, log } = answerer.options;
  const guard = new Guard(guarded);
  const bodies = new Bodies(bodyLimit);
  /** What is being answered, and how to stop it. */
  const asking = new Map<AbortController, Promise<void>>();
  let mcp: Promise<McpEndpoint> | undefined;
  const speak: Handle = async (request, response, signal) => {
    // Loaded when it is first needed: its schemas take longer to load than all of our own code.
    mcp ??= import('./mcp-http').then(({ McpEndpoint }) => new McpEndpoint(answerer, bodies));
    await (await mcp).handle(request, response, signal);
  };
  const routes = routesOf(answerer, info, bodies, speak);

  const answer = async (request: IncomingMessage, response: ServerResponse, abort: AbortController): Promise<void> => {
    const begun = performance.now();
    const [pathname = ''] = (request.url ?? '').split('?'); // it may be anything, so it is not parsed as a URL
    response.once('close', () => {
      if (!response.writableFinished) abort.abort(cancelled());
    });
    let failure: string | undefined;
    try {
      const origin = guard.origin(request.headers);
      if (origin !== undefined) allow(response, origin);
      if (request.method === 'OPTIONS' && origin !== undefined) return preflight(response);
      if (pathname !== '/health') guard.token(request.headers);
      await handlerOf(routes, pathname, request.method ?? '')(request, response, abort.signal);
    } catch (error) {
      failure = abort.signal.aborted ? 'cancelled' : toErrorInfo(error).code;
      if (failure === 'internal') log(toErrorInfo(error).detail ?? '');
      if (failure === 'cancelled' || response.headersSent) return void response.destroy();
      refuse(request, response, error);
    } finally {
      if (pathname !== '/health') log(lineOf(request, pathname, response, failure, performance.now() - begun));
    }
  };
  const refuse = (request: IncomingMessage, response: ServerResponse, error: unknown): void => {
    const { status, headers, body } = replyOf(error, advise);
    if (request.complete) return sendJson(response, status, body, headers);
    // A connection that is closed while the client still sends would take the answer with it.
    sendJson(response, status, body, { ...headers, connection: 'close' });
    request.resume();
    setTimeout(() => request.destroy(), LINGER).unref();
  };

  const server = createServer(
    {
      headersTimeout: HEADERS_TIME,
      requestTimeout: REQUEST_TIME,
      keepAliveTimeout: IDLE_TIME,
      connectionsCheckingInterval: 2000,
    },
    (request, response) => {
      const abort = new AbortController();
      asking.set(
        abort,
        answer(request, response, abort).finally(() => asking.delete(abort)),
      );
    },
  );
  server.maxConnections = MOST_CONNECTIONS;
  const actual = await listen(server, port, guarded.host);
  return {
    url: `http://${bracketed(guarded.host)}:${actual}`,
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      const answers = [...asking.values()];
      for (const abort of asking.keys()) abort.abort(cancelled());
      server.closeAllConnections();
      await Promise.all([closed, mcp?.then((endpoint) => endpoint.close()), ...answers]);
      await answerer.settled();
    },
  };
}

function routesOf(answerer: Answerer, info: ModelInfo, bodies: Bodies, speak: Handle): Routes {
  const model = {
    id: info.name,
    object: 'model',
    created: 0,
    owned_by: 'zoetrope',
    max_model_len: info.contextLength,
  };
  return {
    '/health': { GET: (_, response) => sendJson(response, 200, { status: 'ok' }) },
    '/v1/models': { GET: (_, response) => sendJson(response, 200, { object: 'list', data: [model] }) },
    [`/v1/models/${info.name}`]: { GET: (_, response) => sendJson(response, 200, model) },
    '/v1/chat/completions': {
      POST: (request, response, signal) => chatCompletion(answerer, info, bodies, request, response, signal),
    },
    '/mcp': { GET: speak, POST: speak, DELETE: speak },
  };
}

/** @throws Refusal 404, 405 */
function handlerOf(routes: Routes, pathname: string, method: string): Handle {
  let path = pathname;
  try {
    path = decodeURIComponent(pathname);
  } catch {
    // it is no path of ours then
  }
  const route = Object.hasOwn(routes, path) ? routes[path] : undefined;
  if (!route && path.startsWith('/v1/models/')) {
    throw new Refusal(
      404,
      say`There is no model "${path.slice('/v1/models/'.length)}" here.`,
      say`Ask for /v1/models.`,
      {
        name: 'model_not_found',
      },
    );
  }
  if (!route) {
    throw new Refusal(404, say`There is nothing at "${path}".`, say`There are ${Object.keys(routes)}.`, {
      name: 'not_found',
    });
  }
  const handle = Object.hasOwn(route, method) ? route[method] : undefined;
  if (handle) return handle;
  const known = Object.keys(route);
  throw new Refusal(405, say`"${path}" does not take ${method}.`, say`It takes ${known}.`, {
    name: 'method_not_allowed',
    headers: { allow: known.join(', ') },
  });
}

/** Lets a page of this origin read the answer. */
function allow(response: ServerResponse, origin: string): void {
  response.setHeader('access-control-allow-origin', origin);
  response.setHeader('access-control-expose-headers', 'Mcp-Session-Id, Retry-After');
  response.setHeader('vary', 'Origin');
}

/** Answers a page's browser that asks what the page may do. */
function preflight(response: ServerResponse): void {
  response
    .writeHead(204, {
      'access-control-allow-methods': 'GET, POST, DELETE',
      // The clients of OpenAI send headers of their own; a page that may ask may send any.
      'access-control-allow-headers': 'Authorization, Content-Type, *',
      'access-control-allow-private-network': 'true',
      'access-control-max-age': '600',
    })
    .end();
}

/** What was asked for and how it ended, and nothing of what was asked or answered. */
function lineOf(
  { method = '', socket }: IncomingMessage,
  pathname: string,
  response: ServerResponse,
  failure: string | undefined,
  ms: number,
): string {
  const how = failure === 'cancelled' ? 'left' : String(response.statusCode);
  const why = failure === undefined || failure === 'cancelled' ? '' : ` ${failure}`;
  return `${new Date().toISOString()} ${socket.remoteAddress ?? ''} ${method} ${pathname.slice(0, 100)} ${how}${why} ${Math.round(ms)} ms`;
}

function listen(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        error.code === 'EADDRINUSE'
          ? new ZoetropeError(
              'bad-request',
              say`Port ${String(port)} is taken by another program.`,
              say`Use another port.`,
              String(error),
            )
          : new ZoetropeError(
              'bad-request',
              say`The server cannot listen at "${host}".`,
              say`Name an address of this machine with --host.`,
              String(error),
            ),
      ),
    );
    server.listen(port, host.replace(/^\[|\]$/g, ''), () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}
