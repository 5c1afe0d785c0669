// SPDX-License-Identifier: Apache-2.0
import os from 'node:os';
import path from 'node:path';

export const root = path.resolve(import.meta.dirname, '../..');

/** A path inside the checkout. */
export const inRoot = (...parts) => path.join(root, ...parts);

/** Shared between checkouts: what was downloaded and unpacked once. */
export const cacheFolder = process.env.ZOETROPE_CACHE ?? path.join(userCache(), 'zoetrope');

function userCache() {
  const home = os.homedir();
  if (process.platform === 'win32') return process.env.LOCALAPPDATA ?? path.join(home, 'AppData', 'Local');
  if (process.platform === 'darwin') return path.join(home, 'Library', 'Caches');
  return process.env.XDG_CACHE_HOME ?? path.join(home, '.cache');
}
