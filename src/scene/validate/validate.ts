// SPDX-License-Identifier: Apache-2.0
import { say, throwIfCancelled, type Sentence } from '../../contract';
import { beside } from '../files/beside';
import type { Findings } from './validation';
import { notAScene, type Companions } from './glb';

/** Beyond this the validator takes longer than it is worth; the checks before it hold for any size. */
const MAX_BYTES = 96 * 2 ** 20;
const LIMIT_MS = 6_000;

type Outcome = Findings | { failed: string };

/**
 * Asks the Khronos validator, in a worker, and throws `not-a-scene` if it finds errors that do harm; says which do not. A validator that fails or
 * takes too long proves nothing against the file: then the loader has the last word.
 */
export async function validate(
  file: ArrayBuffer,
  name: string,
  companions: Companions,
  signal?: AbortSignal,
): Promise<Sentence[]> {
  throwIfCancelled(signal);
  const bytes = [...companions.values()].reduce((sum, { byteLength }) => sum + byteLength, file.byteLength);
  if (bytes > MAX_BYTES) return [];
  const outcome = await beside<Outcome>(
    new Worker(new URL('./validation.worker.ts', import.meta.url), { type: 'module' }),
    {
      title: name,
      bytes,
      signal,
      ms: LIMIT_MS,
      begin: (worker) => worker.postMessage({ file: new Uint8Array(file), companions }),
      hear: (data: Outcome) => ({ result: data }),
    },
  ).catch((thrown: unknown): Outcome => {
    if (signal?.aborted) throw thrown;
    return { failed: String(thrown) };
  });
  if ('failed' in outcome) return [];
  refuseFaults(name, outcome.errors);
  const [first] = outcome.noted;
  return first === undefined ? [] : [say`The file has harmless faults, the first at ${shortened(first)}.`];
}

const LONGEST = 160;
const shortened = (fault: string): string =>
  (fault.length > LONGEST ? `${fault.slice(0, LONGEST)}…` : fault).replace(/\.$/, '');

/** Says where the first fault is; the detail names them all. @throws not-a-scene where there is one */
export function refuseFaults(name: string, errors: readonly string[]): void {
  const [first] = errors;
  if (first === undefined) return;
  throw notAScene(name, say`has faults that make it unsafe to show, at ${shortened(first)}`, errors.join('\n'));
}
