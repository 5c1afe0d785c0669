// ffmpeg, in the same order as the app looks for it: FFMPEG_BIN, the ffmpeg-static package, the PATH.
import { spawnSync } from 'node:child_process';
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

function staticFfmpeg() {
  try {
    const file = createRequire(import.meta.url)('ffmpeg-static');
    return typeof file === 'string' && fs.existsSync(file) ? file : undefined;
  } catch {
    return undefined; // optional, and its download may have failed
  }
}
