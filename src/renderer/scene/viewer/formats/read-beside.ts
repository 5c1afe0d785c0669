import { cancelled, say, toErrorInfo, ZoetropeError, type ErrorInfo } from '../../../../contract';
import type { SceneFiles } from '../files/scene-files';
import type { PackedScene, ReadRequest } from './packed';

/** Longer than any file of the permitted size takes on a slow machine. */
const LIMIT_MS = 180_000;

type FromWorker =
  | { type: 'find'; id: number; uri: string; from?: string }
  | { type: 'progress'; done: number; total: number }
  | { type: 'done'; scene: PackedScene }
  | { type: 'failed'; error: ErrorInfo };

export interface ReadOptions {
  signal?: AbortSignal | undefined;
  onProgress?: ((done: number, total: number) => void) | undefined;
}

/** Reads a file in a worker. It is ended when it is done, takes too long or is no longer wanted. */
export async function readBeside(request: ReadRequest, files: SceneFiles, { signal, onProgress }: ReadOptions): Promise<PackedScene> {
  const worker = new Worker(new URL('./read.worker.ts', import.meta.url), { type: 'module' });
  let timer: ReturnType<typeof setTimeout> | undefined;
  let stop: (() => void) | undefined;
  try {
    return await new Promise<PackedScene>((resolve, reject) => {
      const { title } = request;
      timer = setTimeout(() => reject(new ZoetropeError('not-a-scene', say`${title} took too long to read.`, say`Simplify it, or export it in another format.`)), LIMIT_MS);
      stop = () => reject(cancelled());
      signal?.addEventListener('abort', stop);
      if (signal?.aborted) stop();
      worker.onerror = (event) => {
        event.preventDefault();
        reject(new ZoetropeError('scene-too-large', say`${title} could not be read: it may need more memory than there is.`, say`Simplify it, or export it in another format.`, event.message));
      };
      worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
        if (data.type === 'done') resolve(data.scene);
        else if (data.type === 'failed') reject(ZoetropeError.from(data.error));
        else if (data.type === 'progress') onProgress?.(data.done, data.total);
        else {
          files.find(data.uri, data.from).then(
            (bytes) => worker.postMessage({ found: data.id, bytes }),
            (thrown: unknown) => reject(ZoetropeError.from(toErrorInfo(thrown))),
          );
        }
      };
      worker.postMessage({ read: request }, [request.bytes.buffer]);
    });
  } finally {
    clearTimeout(timer);
    if (stop) signal?.removeEventListener('abort', stop);
    worker.terminate();
  }
}
