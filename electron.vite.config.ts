// SPDX-License-Identifier: Apache-2.0
import { defineConfig } from 'electron-vite';
import react from '@vitejs/plugin-react';
import { resolve } from 'node:path';
import pkg from './package.json' with { type: 'json' };
import { noteBundled } from './scripts/package/bundled';

// The oldest Electron we run on is 33 (Chrome 130, Node 20.18): one build serves it and every later one.
const node = 'node20.18';
const chrome = 'chrome130';

const at = (path: string): string => resolve(import.meta.dirname, path);

export default defineConfig(({ command }) => {
  const sourcemap = command === 'serve';
  const noted = noteBundled(import.meta.dirname);
  return {
    main: {
      plugins: [noted],
      build: {
        target: node,
        sourcemap,
        // Native modules are loaded from node_modules; everything else is bundled.
        externalizeDeps: { include: Object.keys(pkg.optionalDependencies) },
        rolldownOptions: {
          input: {
            index: at('src/main/index.ts'),
            engine: at('src/engine-process/process.ts'), // Electron's utility process
            trial: at('src/engine-process/trial-process.ts'), // tries devices, for both
            cli: at('src/cli/index.ts'), // plain Node; it starts the next
            subject: at('src/cli/subject.ts'), // a process of `bench speed`
            command: at('src/cli/command.ts'),
          },
          output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
        },
      },
    },
    preload: {
      plugins: [noted],
      build: {
        target: node,
        sourcemap,
        externalizeDeps: false, // a sandboxed preload is one CommonJS file
        rolldownOptions: {
          input: { index: at('src/preload/index.ts') },
          output: { format: 'cjs', entryFileNames: '[name].cjs' },
        },
      },
    },
    renderer: {
      root: 'src/renderer',
      build: {
        target: chrome,
        sourcemap,
        minify: true,
        assetsInlineLimit: 0, // every asset is a file of its own, so that the pages' policy can say 'self'
        modulePreload: { polyfill: false },
        rolldownOptions: {
          input: {
            index: at('src/renderer/index.html'),
            capture: at('src/renderer/capture.html'), // the hidden page that draws 3D views
          },
        },
      },
      worker: { format: 'es', plugins: () => [noted] },
      plugins: [react(), noted],
    },
  };
});
