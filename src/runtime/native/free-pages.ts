// SPDX-License-Identifier: Apache-2.0
import { loadOrt } from './library';

/**
 * Returns freed memory to the system: glibc keeps free blocks that lie between used ones. Allocators of other systems
 * do this by themselves, and there this does nothing.
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
