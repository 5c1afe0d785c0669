// SPDX-License-Identifier: Apache-2.0
import { cancelled, say, throwIfCancelled, toErrorInfo, ZoetropeError } from '../../contract';
import { valueOf } from './reply';
import { allowanceFor } from './allowance';

/** How often the memory is asked for, milliseconds. */
const WATCH_MS = 100;

export interface Beside<T> {
  /** What the user calls the file. */
  title: string;
  /** What it weighs: time and memory are measured out by it. */
  bytes: number;
  signal?: AbortSignal | undefined;
  /** Milliseconds, where it is not to have all that is due to its weight. */
  ms?: number;
  /** Asks the worker to begin. */
  begin: (worker: Worker) => void;
  /** What the worker says. Returns its result once it has come; throws to refuse the file. */
  hear: (data: never, worker: Worker) => { result: T } | undefined | Promise<undefined>;
}

/**
 * Has a worker do something. It is ended when it is done, no longer wanted, takes too long or too much memory: the page
 * lives on.
 * @throws scene-too-large, not-a-scene, cancelled; what `hear` throws.
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

/** Calls `onFull` once when the page's process has grown by more than so many bytes. Returns what ends the watch. */
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
  look().catch(() => undefined); // where the system does not say, time is the only limit
  return () => {
    ended = true;
  };
}
