// SPDX-License-Identifier: Apache-2.0
import fs from 'node:fs';
import path from 'node:path';
import type { Plugin } from 'vite';

/** Matches a `node_modules` folder and the package in it, also nested ones. */
const inPackage = /^(.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+)[\\/]/;

/** Writes the packages whose code goes into the build to out/packages.json: for the notices and the SBOM. */
export function noteBundled(root: string): Plugin {
  const folders = new Set<string>();
  return {
    name: 'note-bundled-packages',
    generateBundle(_options, bundle) {
      for (const id of Object.values(bundle).flatMap((file) => (file.type === 'chunk' ? file.moduleIds : []))) {
        const folder = inPackage.exec(id.replace(/^\0/, ''))?.[1];
        if (folder !== undefined && path.isAbsolute(folder))
          folders.add(path.relative(root, folder).replaceAll('\\', '/'));
      }
      fs.mkdirSync(path.join(root, 'out'), { recursive: true });
      fs.writeFileSync(path.join(root, 'out/packages.json'), `${JSON.stringify([...folders].sort(), null, 2)}\n`);
    },
  };
}
