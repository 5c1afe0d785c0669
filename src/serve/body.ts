// SPDX-License-Identifier: Apache-2.0
import type { IncomingMessage } from 'node:http';
import { cancelled, say } from '../contract';
import { busy } from './queue';
import { Refusal } from './refusal';

/**
 * Reads the bodies of requests within a limit for each and for all at once. A body is held up to three times while it
 * is parsed, in a process whose heap is limited to 512 MB.
 */
export class Bodies {
  #held = 0;

  /** @param limit bytes of one body. @param total bytes of all that are being read. */
  constructor(
    private readonly limit: number,
    private readonly total = 2 * limit,
  ) {}

  /** The parsed JSON of a request. @throws Refusal 400, 413, 415, 429; cancelled if the client leaves. */
  async json(request: IncomingMessage): Promise<unknown> {
    const { 'content-type': type = '', 'content-encoding': encoding = 'identity' } = request.headers;
    // Forms can be sent by any page without asking; JSON cannot.
    if (!/^application\/json\s*(;|$)/i.test(type) || encoding !== 'identity') {
      throw new Refusal(
        415,
        say`The request is not plain JSON.`,
        say`Send "Content-Type: application/json", not compressed.`,
        { name: 'unsupported_media_type' },
      );
    }
    if (Number(request.headers['content-length'] ?? 0) > this.limit) throw this.#tooLarge();
    const pieces: Buffer[] = [];
    let size = 0;
    try {
      // The connection stays open, so that a refusal can be sent.
      for await (const piece of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
        size += piece.length;
        this.#held += piece.length;
        if (size > this.limit) throw this.#tooLarge();
        if (this.#held > this.total) throw busy();
        pieces.push(piece);
      }
      return parse(Buffer.concat(pieces));
    } catch (error) {
      throw error instanceof Refusal ? error : cancelled();
    } finally {
      this.#held -= size;
    }
  }

  #tooLarge(): Refusal {
    return new Refusal(
      413,
      say`The request is larger than ${Math.round(this.limit / 1e6)} MB.`,
      say`Send fewer or smaller pictures, or name files in an allowed folder.`,
      { name: 'request_too_large' },
    );
  }
}

/** The most brackets, braces and commas of one body: a few bytes can stand for an object. */
const MOST_SIGNS = 500_000;

function isIntricate(bytes: Buffer): boolean {
  let left = MOST_SIGNS;
  for (const sign of Buffer.from('[{,'))
    for (let at = bytes.indexOf(sign); at >= 0; at = bytes.indexOf(sign, at + 1)) if (--left < 0) return true;
  return false;
}

function parse(bytes: Buffer): unknown {
  if (isIntricate(bytes)) {
    throw new Refusal(413, say`The request has too many parts.`, say`Send fewer, or name files in an allowed folder.`, {
      name: 'request_too_large',
    });
  }
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    throw new Refusal(400, say`The request is not valid JSON.`, say`Check what is sent.`, { name: 'invalid_json' });
  }
}
