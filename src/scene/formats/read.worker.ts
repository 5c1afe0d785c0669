// SPDX-License-Identifier: Apache-2.0
import { say, toErrorInfo, ZoetropeError } from '../../contract';
import { pictureFinder, readInside, standInForThePage } from './browser-parts';
import { decodePicture } from './decode-picture';
import { serialize, transferables } from './serialize';
import type { ReadRequest } from './serialized';
import { readScene } from './read';
import { notA } from '../files/refusals';

/** Reads one file in a worker, which the page may terminate at any time. Companion files are requested by message. */

standInForThePage();

const waiting = new Map<number, (bytes: Uint8Array<ArrayBuffer> | null) => void>();
const tools = {
  find: (uri: string, from?: string) =>
    new Promise<Uint8Array<ArrayBuffer> | null>((resolve) => {
      const id = waiting.size;
      waiting.set(id, resolve);
      self.postMessage({ type: 'find', id, uri, from });
    }),
  onProgress: (done: number, total: number) => self.postMessage({ type: 'progress', done, total }),
  decodePicture,
};

self.onmessage = ({
  data,
}: MessageEvent<{ read: ReadRequest } | { found: number; bytes: Uint8Array<ArrayBuffer> | null }>) => {
  if ('found' in data) waiting.get(data.found)?.(data.bytes);
  else void run(data.read);
};

async function run(request: ReadRequest): Promise<void> {
  try {
    const { root, ...about } = await readScene(request, tools);
    const scene = serialize(root, { ...about, title: request.title }, pictureFinder(await readInside()));
    self.postMessage({ type: 'done', scene }, { transfer: transferables(scene) });
  } catch (thrown) {
    // An error of a loader is taken to be the file's fault.
    const error =
      thrown instanceof ZoetropeError
        ? thrown
        : notA(request.title, say`could not be read`, toErrorInfo(thrown).detail);
    self.postMessage({ type: 'failed', error: error.toInfo() });
  }
}
