// SPDX-License-Identifier: Apache-2.0
// Finds ffmpeg in the same order as the app: FFMPEG_BIN, the ffmpeg-static package, the PATH.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import { findProgram } from './command.mjs';
import { Stop } from './report.mjs';

/** @returns {{file: string, from: string} | undefined} */
export function findFfmpeg() {
  const named = process.env.FFMPEG_BIN;
  if (named) {
    if (!fs.existsSync(named)) throw new Stop(`FFMPEG_BIN is set to ${named}, and there is no such file.`);
    return { file: named, from: 'FFMPEG_BIN' };
  }
  const packaged = staticFfmpeg();
  if (packaged) return { file: packaged, from: 'ffmpeg-static' };
  const found = findProgram('ffmpeg');
  return found && { file: found, from: "the system's" };
}

export function versionOfFfmpeg(file) {
  const { stdout, status } = spawnSync(file, ['-hide_banner', '-version'], { encoding: 'utf8' });
  if (status !== 0) throw new Stop(`${file} does not run. Set FFMPEG_BIN to an ffmpeg that does.`);
  return /^ffmpeg version ([^\s-]+)/.exec(stdout)?.[1] ?? '';
}

/**
 * SHA-256 of the programs that ffmpeg-static 5.3.0 downloads (its release b6.1.1); that package checks none. Several
 * public projects pin the same hashes; that of linux-x64 is also the program inside PyPI's imageio-ffmpeg 0.6.0.
 */
const published = {
  'linux-x64': 'e7e7fb30477f717e6f55f9180a70386c62677ef8a4d4d1a5d948f4098aa3eb99',
  'linux-arm64': '6bb182d0d75d23028db82e9e4f723ca69b853d055698486e6984ddb2c06fb8ce',
  'darwin-x64': 'ebdddc936f61e14049a2d4b549a412b8a40deeff6540e58a9f2a2da9e6b18894',
  'darwin-arm64': 'a90e3db6a3fd35f6074b013f948b1aa45b31c6375489d39e572bea3f18336584',
  'win32-x64': '04e1307997530f9cf2fe35cba2ca7e8875ca91da02f89d6c7243df819c94ad00',
};

function staticFfmpeg() {
  let file;
  try {
    file = createRequire(import.meta.url)('ffmpeg-static');
  } catch {
    return undefined; // optional, and its download may have failed
  }
  if (typeof file !== 'string' || !fs.existsSync(file)) return undefined;
  return keepPublished(file, published[`${process.platform}-${process.arch}`]) ? file : undefined;
}

/**
 * Removes a downloaded program that differs from the published one, so that it is never run or packaged.
 * @param {string} file
 * @param {string | undefined} hash its SHA-256
 * @returns whether it was kept
 */
export function keepPublished(file, hash) {
  if (createHash('sha256').update(fs.readFileSync(file)).digest('hex') === hash) return true;
  fs.rmSync(file);
  console.error(`${file} is not the ffmpeg that was published, so it was removed. The system's own is used instead.`);
  return false;
}
