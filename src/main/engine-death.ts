// SPDX-License-Identifier: Apache-2.0
import { say, ZoetropeError, type Sentence } from '../contract';

/** SIGKILL, as a wait status and as a shell's exit code: of all that ends a process so, unasked, only the system's want of memory is likely. */
const KILLED = [9, 137];
/** How Chromium ends a process of its own that gets no more memory, on Windows. */
const NO_MEMORY = [-536870904, 0xe0000008];
/** SIGTRAP and SIGABRT: how Chromium's allocator and C++ end a process that gets no more memory, and some other mistakes. */
const GAVE_UP = [5, 133, 6, 134];
/** What is said last for want of memory: by JavaScript's engine, by C++, by the allocator. */
const WORDS = /out of memory|bad_alloc|allocation failed|failed to reserve|cannot allocate|heap limit|OOM/i;

const LESS = say`It has been started again and your conversation is kept. Use fewer pictures or a smaller model, or close other programs, then ask again.`;

/**
 * The error of every call that was under way when the engine's process ended.
 * @param said the last that it wrote.
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
