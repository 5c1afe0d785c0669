// SPDX-License-Identifier: Apache-2.0
import { createRequire } from 'node:module';
import type sharpModule from 'sharp';
import type { Sharp } from 'sharp';

const load = createRequire(import.meta.url);

const LOADERS = ['Jpeg', 'Png', 'Webp', 'Nsgif', 'Tiff', 'Heif'].map((format) => `VipsForeignLoad${format}`);

/**
 * The picture library. Electron on Linux brings the system's GLib into its processes, and sharp's native build, which
 * has its own inside, calls into the wrong one (g_object assertions by the thousand; binding it tightly with
 * RTLD_DEEPBIND crashes on Chromium's allocator). There the WebAssembly build takes its place: the same pixels, about
 * 1.7 times slower. Packaged apps for Linux carry only that one.
 */
function loadSharp(): typeof sharpModule {
  if (process.platform === 'linux' && process.versions.electron !== undefined) {
    const fromSharp = createRequire(load.resolve('sharp'));
    try {
      const native = fromSharp.resolve(`@img/sharp-linux-${process.arch}/sharp.node`);
      const stand = {
        exports: load('@img/sharp-wasm32/sharp.node') as unknown,
        loaded: true,
        id: native,
        filename: native,
      };
      load.cache[native] = stand as NodeJS.Module;
    } catch {
      // no native build here: sharp finds the other one by itself
    }
  }
  const library = load('sharp') as typeof sharpModule;
  // Of the many formats it would open, some draw, link to files or have grown old: only those that are meant.
  library.block({ operation: ['VipsForeignLoad'] });
  library.unblock({ operation: LOADERS });
  // It would remember files by their names, and give the old picture where one was replaced.
  library.cache(false);
  return library;
}

let loaded: typeof sharpModule | undefined;

/** Loaded when it is first used: the main process, which has this room in its bundle, never does. */
export const sharp = (...given: Parameters<typeof sharpModule>): Sharp => (loaded ??= loadSharp())(...given);
