import { cancelled, say, throwIfCancelled } from '../../../../contract';
import { notAScene, type Companions } from './glb';

/** Beyond this the validator takes longer than it is worth; the checks before it hold for any size. */
const MAX_BYTES = 96 * 2 ** 20;
const LIMIT_MS = 15_000;

type Outcome = { errors: string[] } | { failed: string };

/**
 * Asks the Khronos validator, in a worker, and throws `not-a-scene` if it finds errors. A validator that fails or
 * takes too long proves nothing against the file: then the loader has the last word.
 */
export async function validate(file: ArrayBuffer, name: string, companions: Companions, signal?: AbortSignal): Promise<void> {
  throwIfCancelled(signal);
  const bytes = [...companions.values()].reduce((sum, { byteLength }) => sum + byteLength, file.byteLength);
  if (bytes > MAX_BYTES) return;
  const worker = new Worker(new URL('./validation.worker.ts', import.meta.url), { type: 'module' });
  const outcome = await new Promise<Outcome>((resolve, reject) => {
    const timer = setTimeout(() => resolve({ failed: 'took too long' }), LIMIT_MS);
    signal?.addEventListener('abort', () => reject(cancelled()), { once: true });
    worker.onmessage = (event: MessageEvent<Outcome>) => {
      clearTimeout(timer);
      resolve(event.data);
    };
    worker.onerror = (event) => {
      clearTimeout(timer);
      resolve({ failed: event.message });
    };
    worker.postMessage({ file: new Uint8Array(file), companions });
  }).finally(() => worker.terminate());
  if ('errors' in outcome) refuseFaults(name, outcome.errors);
}

const LONGEST = 160;

/** Says where the first fault is; the detail names them all. @throws not-a-scene where there is one */
export function refuseFaults(name: string, errors: readonly string[]): void {
  const [first] = errors;
  if (first === undefined) return;
  const words = first.length > LONGEST ? `${first.slice(0, LONGEST)}…` : first;
  throw notAScene(name, say`has faults that make it unsafe to show, at ${words.replace(/\.$/, '')}`, errors.join('\n'));
}
