// SPDX-License-Identifier: Apache-2.0
import { createRequire } from 'node:module';
import type sharpModule from 'sharp';
import type { Sharp } from 'sharp';

const load = createRequire(import.meta.url);

const LOADERS = ['Jpeg', 'Png', 'Webp', 'Nsgif', 'Tiff', 'Heif'].map((format) => `VipsForeignLoad${format}`);

/**
 * Loads sharp. Electron on Linux loads the system's GLib into its processes, and sharp's native build, which contains
 * its own GLib, calls into the wrong one (thousands of g_object assertions; binding it with RTLD_DEEPBIND crashes on
 * Chromium's allocator). There the WebAssembly build is used: the same pixels, about 1.7 times slower. Packaged apps
 * for Linux contain only that build.
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
      // no native build here: sharp finds the WebAssembly build by itself
    }
  }
  const library = load('sharp') as typeof sharpModule;
  // Of the many formats that sharp opens, some draw, refer to other files or are obsolete: allow only the intended
  // ones.
  library.block({ operation: ['VipsForeignLoad'] });
  library.unblock({ operation: LOADERS });
  // Its cache is keyed by file name and would return the old picture after a file is replaced.
  library.cache(false);
  return library;
}

let loaded: typeof sharpModule | undefined;

/** Loads sharp at its first use: the main process, which has this room in its bundle, never uses it. */
export const sharp = (...given: Parameters<typeof sharpModule>): Sharp => (loaded ??= loadSharp())(...given);
