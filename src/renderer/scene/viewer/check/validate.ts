import { say, throwIfCancelled } from '../../../../contract';
import { beside } from '../beside';
import { notAScene, type Companions } from './glb';

/** Beyond this the validator takes longer than it is worth; the checks before it hold for any size. */
const MAX_BYTES = 96 * 2 ** 20;
const LIMIT_MS = 6_000;

type Outcome = { errors: string[] } | { failed: string };

/**
 * Asks the Khronos validator, in a worker, and throws `not-a-scene` if it finds errors. A validator that fails or
 * takes too long proves nothing against the file: then the loader has the last word.
 */
export async function validate(file: ArrayBuffer, name: string, companions: Companions, signal?: AbortSignal): Promise<void> {
  throwIfCancelled(signal);
  const bytes = [...companions.values()].reduce((sum, { byteLength }) => sum + byteLength, file.byteLength);
  if (bytes > MAX_BYTES) return;
  const outcome = await beside<Outcome>(new Worker(new URL('./validation.worker.ts', import.meta.url), { type: 'module' }), {
    title: name,
    bytes,
    signal,
    ms: LIMIT_MS,
    begin: (worker) => worker.postMessage({ file: new Uint8Array(file), companions }),
    hear: (data: Outcome) => ({ result: data }),
  }).catch((thrown: unknown): Outcome => {
    if (signal?.aborted) throw thrown;
    return { failed: String(thrown) };
  });
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
