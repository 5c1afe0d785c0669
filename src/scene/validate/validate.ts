// SPDX-License-Identifier: Apache-2.0
import { say, throwIfCancelled, type Sentence } from '../../contract';
import { beside } from '../files/beside';
import type { Findings } from './validation';
import { notAScene, type Companions } from './glb';

/** Larger files are not validated, because it would take too long; the other checks apply to any size. */
const MAX_BYTES = 96 * 2 ** 20;
const LIMIT_MS = 6_000;

type Outcome = Findings | { failed: string };

/**
 * Runs the Khronos validator in a worker. Returns notes about harmless errors. If the validator fails or takes too
 * long, the file is passed on to the loader.
 * @throws not-a-scene if it finds errors that do harm
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

/** Reports the first fault; the detail names all of them. @throws not-a-scene if there is one */
export function refuseFaults(name: string, errors: readonly string[]): void {
  const [first] = errors;
  if (first === undefined) return;
  throw notAScene(name, say`has faults that make it unsafe to show, at ${shortened(first)}`, errors.join('\n'));
}
