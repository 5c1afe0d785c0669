// SPDX-License-Identifier: Apache-2.0
import { randomUUID } from 'node:crypto';
import type { EncodedPicture } from './pictures';

/** The body of a request as JSON, which is written in pieces: as one text it would take twice the memory. */
export interface JsonBody {
  /** Length in bytes, known beforehand because not every server takes a body without. */
  bytes: number;
  /** From the beginning at every call, so that it can be sent again. */
  pieces: () => Generator<string, void>;
}

/** Bytes of a picture in one piece. Divisible by three, so that the base64 of pieces is that of the whole. */
const PIECE = 3 * 64 * 1024;

/**
 * @param write returns the body. It puts the value of its argument where the base64 of a picture belongs.
 */
export function jsonBody(write: (base64: (picture: EncodedPicture) => string) => object): JsonBody {
  const mark = randomUUID(); // occurs nowhere else in the text
  const pictures: Buffer[] = [];
  const json = JSON.stringify(write(({ bytes }) => `${mark}${pictures.push(bytes) - 1}.`));
  const [opening = '', ...rest] = json.split(mark);
  const parts = rest.map((part) => {
    const end = part.indexOf('.');
    return { picture: pictures[Number(part.slice(0, end))]!, text: part.slice(end + 1) };
  });
  return {
    bytes: parts.reduce(
      (sum, { picture, text }) => sum + 4 * Math.ceil(picture.length / 3) + Buffer.byteLength(text),
      Buffer.byteLength(opening),
    ),
    *pieces() {
      yield opening;
      for (const { picture, text } of parts) {
        for (let at = 0; at < picture.length; at += PIECE) yield picture.toString('base64', at, at + PIECE);
        yield text;
      }
    },
  };
}
