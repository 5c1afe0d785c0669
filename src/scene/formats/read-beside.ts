// SPDX-License-Identifier: Apache-2.0
import { ZoetropeError, type ErrorInfo } from '../../contract';
import { beside } from '../files/beside';
import type { SceneFiles } from '../files/scene-files';
import type { SerializedScene, ReadRequest } from './serialized';

type FromWorker =
  | { type: 'find'; id: number; uri: string; from?: string }
  | { type: 'progress'; done: number; total: number }
  | { type: 'done'; scene: SerializedScene }
  | { type: 'failed'; error: ErrorInfo };

export interface ReadOptions {
  signal?: AbortSignal | undefined;
  onProgress?: ((done: number, total: number) => void) | undefined;
}

/**
 * A file counts with at most this many times its zipped size when its limits of time and memory are set, so that
 * repetitive content, which zips to almost nothing, does not raise them.
 */
const ZIPPED = 8;

/**
 * Reads a file in a worker, which is terminated when it is done, takes too long or too much memory, or is cancelled.
 */
export function readBeside(
  request: ReadRequest,
  files: SceneFiles,
  { signal, onProgress }: ReadOptions,
): Promise<SerializedScene> {
  return beside<SerializedScene>(new Worker(new URL('./read.worker.ts', import.meta.url), { type: 'module' }), {
    title: request.title,
    bytes: Math.min(request.bytes.byteLength, ZIPPED * files.weight),
    signal,
    begin: (worker) => worker.postMessage({ read: request }, [request.bytes.buffer]),
    hear: (data: FromWorker, worker) => {
      switch (data.type) {
        case 'done':
          return { result: data.scene };
        case 'failed':
          throw ZoetropeError.from(data.error);
        case 'progress':
          onProgress?.(data.done, data.total);
          return undefined;
        case 'find':
          return files.find(data.uri, data.from).then((bytes) => {
            worker.postMessage({ found: data.id, bytes });
            return undefined;
          });
      }
    },
  });
}
