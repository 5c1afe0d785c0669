// SPDX-License-Identifier: Apache-2.0
// Checks whether a build product is up to date. A stamp is a hash over names, sizes and times of its sources.
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { root } from './paths.mjs';

/** Every file below `entries` (files or folders, relative to the checkout) that `keep` accepts, sorted. */
export function listFiles(entries, keep = () => true) {
  const found = [];
  const visit = (relative) => {
    const stat = fs.statSync(path.join(root, relative), { throwIfNoEntry: false });
    if (stat?.isDirectory()) {
      for (const name of fs.readdirSync(path.join(root, relative))) visit(`${relative}/${name}`);
    } else if (stat?.isFile() && keep(relative)) {
      found.push({ name: relative, size: stat.size, time: stat.mtimeMs });
    }
  };
  for (const entry of entries) visit(entry);
  return found.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Fast: names, sizes and modification times. */
export function stampOfTimes(files) {
  return digest(files.map(({ name, size, time }) => `${name} ${size} ${Math.round(time)}`));
}

/**
 * Slower, for few and small files: hashes their contents, so that a fresh checkout of the same code gives the same
 * stamp.
 */
export function stampOfContents(files) {
  return digest(files.map(({ name }) => `${name} ${digest([fs.readFileSync(path.join(root, name))])}`));
}

export function digest(parts) {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part).update('\n');
  return hash.digest('hex').slice(0, 32);
}

export function readStamp(file) {
  try {
    return fs.readFileSync(file, 'utf8').trim();
  } catch {
    return undefined;
  }
}

export function writeStamp(file, stamp) {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, `${stamp}\n`);
}
