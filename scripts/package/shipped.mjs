// SPDX-License-Identifier: Apache-2.0
// Third-party software in a package: code bundled into out/ and packages loaded from node_modules.
import fs from 'node:fs';
import path from 'node:path';
import { inRoot } from '../prepare/paths.mjs';

/** Names of files in which a package states its licence. */
const terms = /^(licen[cs]e|copying|notice|third[-_ ]?party)/i;

/**
 * Needs a build.
 * @returns {{folder: string, name: string, version: string, licence: string, home: string, bundled: boolean, texts: string[]}[]}
 */
export function shippedPackages() {
  const bundled = JSON.parse(fs.readFileSync(inRoot('out/packages.json'), 'utf8'));
  const folders = [...new Set([...bundled, ...loadedPackages()])].sort();
  return folders.map((folder) => {
    const { name, version, license, licenses, homepage, repository } = readPackage(folder);
    const licence = license?.type ?? license ?? licenses?.map(({ type }) => type).join(' OR ') ?? 'not said';
    const names = fs
      .readdirSync(inRoot(folder))
      .filter((file) => terms.test(file) && fs.statSync(inRoot(folder, file)).isFile());
    const texts = names.sort().map((file) => fs.readFileSync(inRoot(folder, file), 'utf8').trim());
    return {
      folder,
      name,
      version,
      licence,
      home: homepage ?? repository?.url ?? repository ?? '',
      bundled: bundled.includes(folder),
      texts,
    };
  });
}

/** The folders of `dependencies`, of `optionalDependencies` and of all their dependencies, if installed. */
function loadedPackages() {
  const found = new Set();
  const visit = (names, from) => {
    for (const name of names) {
      const folder = resolved(name, from);
      if (folder === undefined || found.has(folder)) continue;
      found.add(folder);
      const { dependencies, optionalDependencies } = readPackage(folder);
      visit(Object.keys({ ...dependencies, ...optionalDependencies }), folder);
    }
  };
  const { dependencies, optionalDependencies } = readPackage('.');
  visit(Object.keys({ ...dependencies, ...optionalDependencies }), '.');
  return found;
}

/** The folder in which Node finds a package: nearest node_modules first. */
function resolved(name, from) {
  for (let at = from; ; at = path.posix.dirname(at)) {
    const folder = path.posix.join(at, 'node_modules', name);
    if (fs.existsSync(inRoot(folder, 'package.json'))) return folder;
    if (at === '.') return undefined;
  }
}

const readPackage = (folder) => JSON.parse(fs.readFileSync(inRoot(folder, 'package.json'), 'utf8'));
