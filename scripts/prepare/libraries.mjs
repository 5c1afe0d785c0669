// SPDX-License-Identifier: Apache-2.0
// The system libraries that Electron links to on Linux.
import { spawnSync } from 'node:child_process';

/** Where names changed, those since Debian 13 and Ubuntu 24.04 come first. */
export const libraryPackages = [
  ['libnss3'],
  ['libgtk-3-0t64', 'libgtk-3-0'],
  ['libasound2t64', 'libasound2'],
  ['libgbm1'],
  ['libatk-bridge2.0-0t64', 'libatk-bridge2.0-0'],
];

export function missingLibraries(file) {
  if (process.platform !== 'linux') return [];
  const { stdout, error } = spawnSync('ldd', [file], { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' } });
  if (error) return []; // no ldd: Electron itself will report what is missing
  return [...stdout.matchAll(/^\s*(\S+) => not found/gm)].map(([, name]) => name);
}
