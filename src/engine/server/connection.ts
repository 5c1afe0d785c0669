// SPDX-License-Identifier: Apache-2.0
import { Readable } from 'node:stream';
import { errors, request, type Dispatcher } from 'undici';
import { cancelled, throwIfCancelled } from '../../contract';
import { dispatcherFor, pauseFor, retryAfter } from '../../network';
import { placeOf, type ServerAddress, type ServerPlace } from './address';
import { cutOff, hungUp, notAnAnswer, notAServer, ServerError, silent, unreachable, untrusted } from './failure';
import type { JsonBody } from './json-body';
import { refusalOf, type Asked } from './refusal';

/** Time limits for a server, in milliseconds. */
export interface Patience {
  /** To establish a connection. */
  connect: number;
  /** Until the first word of an answer. A long prompt on a processor can take a quarter of an hour. */
  first: number;
  /** Between two pieces of the answer. */
  next: number;
  /** For a reply about the server itself. */
  facts: number;
}

export const PATIENCE: Patience = { connect: 10_000, first: 30 * 60_000, next: 120_000, facts: 10_000 };

export interface ConnectionOptions {
  patience?: Partial<Patience> | undefined;
  /** The URL of an HTTP proxy; null for none. Default: by HTTP_PROXY, HTTPS_PROXY and NO_PROXY. Never for loopback. */
  proxy?: string | null | undefined;
  /** Pauses before a failed connection is tried again, in milliseconds. */
  retries?: readonly number[] | undefined;
}

export interface Call {
  path: string;
  /** Sent by POST. Without it, the request is a GET. */
  body?: JsonBody | undefined;
  signal?: AbortSignal | undefined;
  /** Time limit for the headers, in milliseconds. */
  patience: number;
  asked?: Partial<Asked> | undefined;
}

export interface Reply {
  status: number;
  headers: Dispatcher.ResponseData['headers'];
  /**
   * The body as text, as it arrives. `wait` sets the time limit for the next piece. @throws server-cut-off,
   * server-unreachable, cancelled.
   */
  text: AsyncGenerator<string, void>;
  wait: (ms: number) => void;
}

/** Largest reply to a question about the server itself, in characters. */
const MOST_FACTS = 16_000_000;
const MOST_REFUSAL = 64_000;

/** Error codes that occur only before any byte of the request was sent. */
const NEVER_SENT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);
const CERTIFICATE = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER/;

/** HTTP requests to one server. This is the only place where the network is used. */
export class Connection {
  readonly place: ServerPlace;
  readonly patience: Patience;
  readonly #address: ServerAddress;
  readonly #dispatcher: Dispatcher;
  readonly #retries: readonly number[];

  /** @throws ZoetropeError `bad-request` for an invalid address. */
  constructor(address: ServerAddress, { patience, proxy, retries = [200, 800] }: ConnectionOptions = {}) {
    this.place = placeOf(address.url);
    this.patience = { ...PATIENCE, ...patience };
    this.#address = address;
    this.#retries = retries;
    this.#dispatcher = dispatcherFor({ loopback: this.place.loopback, proxy, connectMs: this.patience.connect });
  }

  /**
   * The JSON reply to a question about the server itself. @throws as `send`; server-broken if the reply is not JSON.
   */
  async json(call: Omit<Call, 'patience'>): Promise<unknown> {
    const reply = await this.send({ ...call, patience: this.patience.facts });
    const text = await gathered(reply.text, MOST_FACTS);
    try {
      return JSON.parse(text);
    } catch {
      const detail = this.hide(text.slice(0, 2000));
      throw /^\s*</.test(text) ? notAServer(this.place.host, detail) : notAnAnswer(this.place.host, detail);
    }
  }

  /**
   * Sends a request once. It is sent again only if the connection was never established, so that no question that a
   * server may have read is asked twice.
   * @throws server-unreachable, not-a-server, and the meaning of a refusal (see `refusalOf`); cancelled.
   */
  async send(call: Call): Promise<Reply> {
    for (let tried = 0; ; tried++) {
      throwIfCancelled(call.signal);
      const watch = new Watch(call.signal);
      watch.wait(call.patience);
      try {
        const { statusCode: status, headers, body } = await this.#request(call, watch.signal);
        const text = this.#text(body, watch, call.signal);
        if (status >= 200 && status < 300) return { status, headers, text, wait: (ms) => watch.wait(ms) };
        watch.wait(this.patience.facts);
        throw this.#refusal(status, headers, await gathered(text, MOST_REFUSAL).catch(() => ''), call.asked);
      } catch (error) {
        watch.stop();
        if (error instanceof ServerError) throw error;
        if (call.signal?.aborted) throw cancelled();
        if (watch.over !== undefined) throw silent(this.place.host, watch.over);
        const pause = this.#retries[tried];
        if (pause === undefined || !neverSent(error)) throw this.#failed(error);
        await pauseFor(pause, call.signal);
      }
    }
  }

  /** Removes the key from a text, because some servers repeat what they were sent. */
  hide(text: string): string {
    const key = this.#address.key?.reveal();
    const bare = text.replace(/\b(Bearer|Basic)\s+[^\s"',}]+/gi, '$1 (hidden)');
    return key === undefined || key === '' ? bare : bare.replaceAll(key, '(hidden)');
  }

  #request({ path, body }: Call, signal: AbortSignal): Promise<Dispatcher.ResponseData> {
    const key = this.#address.key?.reveal();
    return request(this.place.root + path, {
      dispatcher: this.#dispatcher,
      method: body ? 'POST' : 'GET',
      body: body ? Readable.from(body.pieces()) : null,
      signal,
      // A server may close a kept connection just as a question is sent; then nobody can tell whether it was read. A
      // new connection costs little compared with an answer.
      reset: true,
      headers: {
        accept: 'application/json, text/event-stream',
        ...(body && { 'content-type': 'application/json', 'content-length': String(body.bytes) }),
        ...(key !== undefined && key !== '' && { authorization: `Bearer ${key}` }),
      },
    });
  }

  async *#text(
    body: Dispatcher.ResponseData['body'],
    watch: Watch,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<string, void> {
    const decoder = new TextDecoder();
    try {
      for await (const bytes of body as AsyncIterable<Uint8Array>) {
        watch.again();
        yield decoder.decode(bytes, { stream: true });
      }
      const rest = decoder.decode();
      if (rest !== '') yield rest;
    } catch (error) {
      if (signal?.aborted) throw cancelled();
      if (watch.over !== undefined) throw silent(this.place.host, watch.over);
      throw cutOff(this.place.host, this.hide(String(error)));
    } finally {
      watch.stop();
      body.destroy();
    }
  }

  #refusal(status: number, headers: Reply['headers'], text: string, asked: Partial<Asked> = {}): ServerError {
    return this.refused({ status, body: text, retryAfterMs: retryAfter(headers['retry-after']) }, asked);
  }

  /** The error that a refusal of this server means. */
  refused(refusal: Parameters<typeof refusalOf>[0], { model = '', pictures = 0 }: Partial<Asked> = {}): ServerError {
    return refusalOf(
      { ...refusal, body: this.hide(refusal.body) },
      { host: this.place.host, model, pictures, hasKey: this.#address.key !== undefined },
    );
  }

  #failed(error: unknown): ServerError {
    const code = codeOf(error);
    const detail = this.hide(`${code} ${String(error)}`);
    if (CERTIFICATE.test(code)) return untrusted(this.place.host, detail);
    // The other program speaks another protocol.
    if (error instanceof errors.HTTPParserError || code === 'ERR_SSL_WRONG_VERSION_NUMBER' || code === 'EPROTO')
      return notAServer(this.place.host, detail);
    return neverSent(error) ? unreachable(this.place.host, detail) : hungUp(this.place.host, detail);
  }
}

/** Aborts a request that is cancelled, or that makes no progress within its time limit. */
class Watch {
  readonly #ended = new AbortController();
  readonly signal: AbortSignal;
  /** The time limit that was exceeded, in milliseconds; undefined if none was. */
  over: number | undefined;
  #ms = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(signal: AbortSignal | undefined) {
    this.signal = signal ? AbortSignal.any([signal, this.#ended.signal]) : this.#ended.signal;
  }

  wait(ms: number): void {
    this.#ms = ms;
    this.again();
  }

  again(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.over = this.#ms;
      this.#ended.abort();
    }, this.#ms);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}

async function gathered(text: AsyncIterable<string>, most: number): Promise<string> {
  let all = '';
  for await (const piece of text) {
    all += piece;
    if (all.length > most) break;
  }
  return all.slice(0, most);
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return '';
  const { code } = error as NodeJS.ErrnoException;
  if (typeof code === 'string' && code !== '') return code;
  if (error instanceof AggregateError) return codeOf(error.errors[0]);
  return codeOf(error.cause);
}

const neverSent = (error: unknown): boolean =>
  NEVER_SENT.has(codeOf(error)) || (error as NodeJS.ErrnoException).syscall === 'connect';
