// SPDX-License-Identifier: Apache-2.0
import type { Mesh, Object3D } from 'three';
import { unzip } from '../files/unzip';
import type { ReadRequest } from './serialized';
import { drawnPrims, plainUsda } from './plain-usda';
import type { ReadScene } from './read-scene';
import { leftOutNotes } from '../files/refusals';
import { withoutFaulty } from './sound-usda';

/** Reads a USD file, or a zip of them. Prims of a text that three's parser fails on are left out and named. */
export async function readUsd({ bytes, title }: ReadRequest): Promise<ReadScene> {
  if (bytes[0] === 0x50 && bytes[1] === 0x4b) unzip(bytes, title); // check the limits before a loader unpacks it
  const [{ USDLoader }, { USDAParser }, { USDCParser }] = await Promise.all([
    import('three/addons/loaders/USDLoader.js'),
    import('three/addons/loaders/usd/USDAParser.js'),
    import('three/addons/loaders/usd/USDCParser.js'),
  ]);
  // Also for texts in a zip: the prims to be drawn are collected before three leaves some out.
  const named: string[] = [];
  const faulty: string[] = [];
  const restore = [
    instead(
      USDAParser.prototype,
      'parseText',
      (parseText) =>
        function (this: unknown, text: string) {
          named.push(...drawnPrims(text));
          const parse = (one: string): object => parseText.call(this, one);
          const plain = plainUsda(text);
          try {
            return parse(plain);
          } catch {
            const rest = withoutFaulty(plain, parse);
            faulty.push(...rest.names);
            return parse(rest.text);
          }
        },
    ),
    instead(
      USDCParser.prototype,
      '_readInlinedValue',
      (readInlined) =>
        function (this: unknown, value) {
          const size = INLINED[value.typeEnum];
          return size === undefined ? readInlined.call(this, value) : bytesOf(value.getInlinedValue(), size);
        },
    ),
  ];
  try {
    const root = await new Promise<Object3D>((resolve, reject) => {
      new USDLoader().parse(bytes.slice().buffer, '', resolve, (cause) =>
        reject(cause instanceof Error ? cause : new Error(String(cause))),
      );
    });
    const turned = Math.abs(root.rotation.x + Math.PI / 2) < 1e-6;
    root.rotation.set(0, 0, 0);
    return { root, up: turned ? 'z' : 'y', notes: leftOutNotes(leftOut(root, named, faulty)) };
  } finally {
    for (const back of restore) back();
  }
}

/** Replaces a method. Returns a function that restores it. */
function instead<T extends object, K extends keyof T>(prototype: T, name: K, make: (own: T[K]) => T[K]): () => void {
  const own = prototype[name];
  prototype[name] = make(own);
  return () => void (prototype[name] = own);
}

/**
 * Type numbers of vectors of doubles and halves, with their sizes. three reads these types only at full length, not
 * inlined.
 */
const INLINED: Record<number, number> = { 19: 2, 23: 3, 25: 3, 27: 4, 29: 4 };

/** Vectors of small integers are inlined in one word, a signed byte each. */
const bytesOf = (word: number, size: number): number[] => [
  ...new Int8Array(Uint32Array.of(word).buffer).slice(0, size),
];

/**
 * Names of the parts that are missing: the faulty ones and, if fewer are drawn than the file names, the named ones that
 * are not drawn.
 */
function leftOut(root: Object3D, named: readonly string[], faulty: readonly string[]): string[] {
  const there = new Set<string>();
  let drawn = 0;
  root.traverse((object) => {
    if (!(object as Partial<Mesh>).isMesh) return;
    drawn++;
    for (let at: Object3D | null = object; at; at = at.parent) there.add(at.name);
  });
  const gone = drawn < named.length ? named.filter((name) => !there.has(name)) : [];
  return [...new Set([...faulty, ...gone])];
}
