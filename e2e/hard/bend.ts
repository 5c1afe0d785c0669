// SPDX-License-Identifier: Apache-2.0
/** Writes binary files number by number, and mutates files at random. */

import { strToU8 } from 'fflate';

export type Bytes = Uint8Array<ArrayBuffer>;
export const text = (bytes: Bytes): string => new TextDecoder().decode(bytes);
export const bytes = (value: string | object): Bytes =>
  new Uint8Array(strToU8(typeof value === 'string' ? value : JSON.stringify(value)));

/** Numbers of a binary file, little-endian: [bytes each, value]. */
export function packed(...fields: (string | [1 | 2 | 4 | 8 | 'f' | 'd', ...number[]])[]): Bytes {
  const out: number[] = [];
  const put = (size: number, write: (view: DataView) => void): void => {
    const view = new DataView(new ArrayBuffer(size));
    write(view);
    out.push(...new Uint8Array(view.buffer));
  };
  for (const field of fields) {
    if (typeof field === 'string') {
      out.push(...strToU8(field));
      continue;
    }
    const [kind, ...values] = field;
    for (const value of values) {
      if (kind === 'f') put(4, (view) => view.setFloat32(0, value, true));
      else if (kind === 'd') put(8, (view) => view.setFloat64(0, value, true));
      else if (kind === 8) put(8, (view) => view.setBigUint64(0, BigInt(value), true));
      else if (kind === 4) put(4, (view) => view.setUint32(0, value, true));
      else if (kind === 2) put(2, (view) => view.setUint16(0, value, true));
      else put(1, (view) => view.setUint8(0, value));
    }
  }
  return new Uint8Array(out);
}

const ODD = [
  '0',
  '-1',
  '1e308',
  '-1e400',
  'NaN',
  'Infinity',
  '4294967295',
  '9007199254740993',
  '99999999999999999999',
  '""',
  'null',
  '[]',
  '{}',
  '../..',
  '\0',
  '\ud83d',
  '%',
  '\n\n',
  '['.repeat(200),
];

/** Mutates a file in one to four ways. */
export function bend(original: Bytes, random: () => number): Bytes {
  let bent: Bytes = new Uint8Array(original);
  const at = (): number => Math.floor(random() * (bent.length + 1));
  const splice = (from: number, to: number, put: Uint8Array): void => {
    const next = new Uint8Array(from + put.length + Math.max(0, bent.length - to));
    next.set(bent.subarray(0, from));
    next.set(put, from);
    next.set(bent.subarray(Math.min(to, bent.length)), from + put.length);
    bent = next;
  };
  const ways: (() => void)[] = [
    () => void (bent.length > 0 && (bent[Math.min(at(), bent.length - 1)]! ^= 1 << Math.floor(random() * 8))),
    () =>
      void (
        bent.length > 0 && (bent[Math.min(at(), bent.length - 1)] = [0, 1, 0x7f, 0x80, 0xff][Math.floor(random() * 5)]!)
      ),
    () => splice(at(), bent.length, new Uint8Array()),
    () => splice(at(), at(), new Uint8Array()),
    () => splice(at(), 0, bent.slice(at(), at()).slice(0, 500)),
    () => splice(at(), 0, strToU8(ODD[Math.floor(random() * ODD.length)]!)),
    () =>
      void (
        bent.length > 8 &&
        new DataView(bent.buffer).setUint32(
          Math.floor(random() * (bent.length - 4)),
          random() < 0.5 ? 0xffffffff : random() * 2 ** 32,
          true,
        )
      ),
    () => {
      // Replaces a number in a text by another one.
      const words = text(bent);
      const found = [...words.matchAll(/-?\d+(\.\d+)?/g)];
      const one = found[Math.floor(random() * found.length)];
      if (one)
        bent = bytes(
          words.slice(0, one.index) + ODD[Math.floor(random() * 9)]! + words.slice(one.index + one[0].length),
        );
    },
  ];
  for (let times = 1 + Math.floor(random() * 4); times > 0; times--) ways[Math.floor(random() * ways.length)]!();
  return bent;
}
