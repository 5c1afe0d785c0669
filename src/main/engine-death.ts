// SPDX-License-Identifier: Apache-2.0
import { say, ZoetropeError, type Sentence } from '../contract';

/**
 * SIGKILL, as a wait status and as a shell's exit code. If we did not send it, most likely the system ran out of
 * memory.
 */
const KILLED = [9, 137];
/** Exit codes of a Chromium process that could not get more memory, on Windows. */
const NO_MEMORY = [-536870904, 0xe0000008];
/**
 * SIGTRAP and SIGABRT: exit codes of Chromium's allocator and of C++ when memory runs out, and of some other faults.
 */
const GAVE_UP = [5, 133, 6, 134];
/** Last messages when memory runs out, from the JavaScript engine, C++ and the allocator. */
const WORDS = /out of memory|bad_alloc|allocation failed|failed to reserve|cannot allocate|heap limit|OOM/i;

const LESS = say`It has been started again and your conversation is kept. Use fewer pictures or a smaller model, or close other programs, then ask again.`;

/**
 * The error of every call that was in progress when the engine's process ended.
 * @param said the last output of the process.
 */
export function engineDied(code: number, said = ''): ZoetropeError {
  const died = (message: Sentence, advice: Sentence) =>
    new ZoetropeError('engine-crashed', message, advice, `exit code ${code} ${said}`.trim());
  if (KILLED.includes(code))
    return died(say`The system ended the model engine by force, most likely because memory ran out.`, LESS);
  if (WORDS.test(said) || NO_MEMORY.includes(code))
    return died(say`The model engine stopped because memory ran out.`, LESS);
  if (GAVE_UP.includes(code)) return died(say`The model engine stopped, probably because memory ran out.`, LESS);
  return died(
    say`The model engine stopped unexpectedly.`,
    say`It has been started again and your conversation is kept. Ask again.`,
  );
}
