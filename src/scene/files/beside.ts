// SPDX-License-Identifier: Apache-2.0
import { cancelled, say, throwIfCancelled, toErrorInfo, ZoetropeError } from '../../contract';
import { valueOf } from './reply';
import { allowanceFor } from './allowance';

/** How often memory use is measured, milliseconds. */
const WATCH_MS = 100;

export interface Beside<T> {
  /** The file's name as the user knows it. */
  title: string;
  /** Size of the file; the limits of time and memory depend on it. */
  bytes: number;
  signal?: AbortSignal | undefined;
  /** Time limit in milliseconds, if it is lower than the one that follows from the size. */
  ms?: number;
  /** Sends the worker its first message. */
  begin: (worker: Worker) => void;
  /** Handles a message of the worker. Returns the result once there is one; throws to refuse the file. */
  hear: (data: never, worker: Worker) => { result: T } | undefined | Promise<undefined>;
}

/**
 * Runs a worker and terminates it when it is done, is cancelled, or takes too long or too much memory. The page is not
 * affected.
 * @throws scene-too-large, not-a-scene, cancelled; what `hear` throws
 */
export async function beside<T>(worker: Worker, { title, bytes, signal, ms, begin, hear }: Beside<T>): Promise<T> {
  const allowance = allowanceFor(bytes);
  const endings: (() => void)[] = [() => worker.terminate()];
  try {
    throwIfCancelled(signal);
    return await new Promise<T>((resolve, reject) => {
      const refuse = (thrown: unknown): void => reject(ZoetropeError.from(toErrorInfo(thrown)));
      const timer = setTimeout(() => reject(tooSlow(title)), ms ?? allowance.ms);
      const watch = watchMemory(allowance.growth, () => reject(tooLarge(title)));
      const stop = (): void => reject(cancelled());
      signal?.addEventListener('abort', stop);
      endings.push(
        () => clearTimeout(timer),
        watch,
        () => signal?.removeEventListener('abort', stop),
      );
      worker.onerror = (event) => {
        event.preventDefault();
        reject(tooLarge(title, event.message));
      };
      worker.onmessage = ({ data }: MessageEvent) => {
        try {
          const heard = hear(data as never, worker);
          if (heard instanceof Promise) heard.catch(refuse);
          else if (heard) resolve(heard.result);
        } catch (thrown) {
          refuse(thrown);
        }
      };
      begin(worker);
    });
  } finally {
    for (const end of endings) end();
  }
}

const tooSlow = (title: string): ZoetropeError =>
  new ZoetropeError(
    'scene-too-large',
    say`${title} took too long to read.`,
    say`Simplify it, or export it in another format.`,
  );

const tooLarge = (title: string, detail?: string): ZoetropeError =>
  new ZoetropeError(
    'scene-too-large',
    say`${title} needs too much memory to be read.`,
    say`Simplify it, or export it in another format.`,
    detail,
  );

/**
 * Calls `onFull` once, when the page's process has grown by more than `growth` bytes. Returns a function that stops it.
 */
function watchMemory(growth: number, onFull: () => void): () => void {
  let ended = false;
  const look = async (): Promise<void> => {
    const memory = async (): Promise<number> => valueOf(await window.zoetrope['scene.memory'](undefined));
    const before = await memory();
    while (!ended) {
      await new Promise((resolve) => setTimeout(resolve, WATCH_MS));
      if (ended || (await memory()) - before <= growth) continue;
      ended = true;
      onFull();
    }
  };
  look().catch(() => undefined); // where the system reports no memory use, time is the only limit
  return () => {
    ended = true;
  };
}
