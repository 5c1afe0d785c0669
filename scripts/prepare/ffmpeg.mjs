// ffmpeg, in the same order as the app looks for it: FFMPEG_BIN, the ffmpeg-static package, the PATH.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import { installSystemPackages } from './apt.mjs';
import { findProgram } from './command.mjs';
import { Stop } from './report.mjs';

export function findFfmpeg() {
  const named = process.env.FFMPEG_BIN;
  if (named) {
    if (!fs.existsSync(named)) throw new Stop(`FFMPEG_BIN is set to ${named}, and there is no such file.`);
    return { file: named, from: 'FFMPEG_BIN' };
  }
  const packaged = staticFfmpeg();
  if (packaged) return { file: packaged, from: 'the ffmpeg-static package' };
  const found = findProgram('ffmpeg');
  return found && { file: found, from: 'this system' };
}

/** @param {object} [options] @param {boolean} [options.needed] false: without it only videos cannot be opened */
export async function ensureFfmpeg(say, { needed = true } = {}) {
  let found = findFfmpeg();
  if (!found) {
    say('looking for ffmpeg');
    const why = 'Zoetrope reads videos with ffmpeg, which is not installed.';
    try {
      await installSystemPackages({ packages: [['ffmpeg']], why, say });
    } catch (error) {
      if (needed || !(error instanceof Stop)) throw error;
      return `not found: videos cannot be opened. ${error.message}`;
    }
    found = findFfmpeg();
    if (!found) throw new Stop(`${why} Installing it did not help: set FFMPEG_BIN to its path.`);
  }
  return `${versionOf(found.file)} from ${found.from}`;
}

function versionOf(file) {
  const { stdout, status } = spawnSync(file, ['-hide_banner', '-version'], { encoding: 'utf8' });
  if (status !== 0) throw new Stop(`${file} does not run. Set FFMPEG_BIN to an ffmpeg that does.`);
  return /^ffmpeg version \S+/.exec(stdout)?.[0].replace('version ', '') ?? 'ffmpeg';
}

function staticFfmpeg() {
  try {
    const file = createRequire(import.meta.url)('ffmpeg-static');
    return typeof file === 'string' && fs.existsSync(file) ? file : undefined;
  } catch {
    return undefined; // optional, and its download may have failed
  }
}
