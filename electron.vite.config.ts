import { defineConfig } from 'electron-vite';
import react from '@vitejs/plugin-react';
import { resolve } from 'node:path';
import type { Plugin } from 'vite';
import pkg from './package.json' with { type: 'json' };

// The oldest Electron we run on is 33 (Chrome 130, Node 20.18): one build serves it and every later one.
const node = 'node20.18';
const chrome = 'chrome130';

const at = (path: string): string => resolve(import.meta.dirname, path);

/** Vite's hot reload needs an inline script and a socket, which the pages' own policy rightly forbids. */
const looserPolicyWhileDeveloping: Plugin = {
  name: 'looser-policy-while-developing',
  apply: 'serve',
  transformIndexHtml: (html) =>
    html
      .replace(/script-src /, "script-src 'unsafe-inline' ")
      .replace(/style-src /, "style-src 'unsafe-inline' ")
      .replace(/connect-src /, 'connect-src ws://localhost:* http://localhost:* '),
};

export default defineConfig(({ command }) => {
  const sourcemap = command === 'serve';
  return {
    main: {
      build: {
        target: node,
        sourcemap,
        // Native modules are loaded from node_modules; everything else is bundled.
        externalizeDeps: { include: Object.keys(pkg.optionalDependencies) },
        rolldownOptions: {
          input: {
            index: at('src/main/index.ts'),
            engine: at('src/engine/process.ts'), // Electron's utility process
            cli: at('src/cli/index.ts'), // plain Node
          },
          output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
        },
      },
    },
    preload: {
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
        assetsInlineLimit: 0, // the pages' policy has no data:
        modulePreload: { polyfill: false },
        rolldownOptions: {
          input: {
            index: at('src/renderer/index.html'),
            capture: at('src/renderer/capture.html'), // the hidden page that draws 3D views
          },
        },
      },
      worker: { format: 'es' },
      plugins: [react(), looserPolicyWhileDeveloping],
    },
  };
});
