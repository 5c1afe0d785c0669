// SPDX-License-Identifier: Apache-2.0
import { loadOrt } from './library';

/**
 * Gives freed memory back to the system: glibc keeps what lies between blocks that are still in use. Other systems'
 * allocators do so by themselves, and nothing happens.
 */
export async function giveBackPages(): Promise<void> {
  if (process.platform !== 'linux') return;
  try {
    const { koffi } = loadOrt();
    const trim = koffi.load('libc.so.6').func('malloc_trim', 'int', ['size_t']);
    await new Promise<void>((resolve) => {
      trim.async(0, () => resolve());
    });
  } catch {
    // Another C library, or no way to call it.
  }
}
