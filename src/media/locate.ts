// SPDX-License-Identifier: Apache-2.0
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, join, sep } from 'node:path';
import { say, ZoetropeError } from '../contract';

/** Where ffmpeg is, its version, and how it was found. */
export interface FfmpegBinary {
  path: string;
  /** As ffmpeg prints it: `7.0.2-static`, `5.1.9-0+deb12u1`, `N-112345-g...`. */
  version: string;
  source: 'FFMPEG_BIN' | 'ffmpeg-static' | 'PATH';
}

let found: FfmpegBinary | undefined;

/**
 * The ffmpeg to use: `FFMPEG_BIN`, else the one that came with the app, else the one on PATH. Each candidate is run
 * once (`-version`), so that a binary for another machine is skipped. The result is kept.
 * @throws ZoetropeError `ffmpeg-missing`, with the command that installs it here.
 */
export function findFfmpeg(): FfmpegBinary {
  const named = process.env['FFMPEG_BIN'];
  if (found && (!named || named === found.path)) return found;
  if (named) {
    const version = versionOf(named);
    if (!version) {
      throw new ZoetropeError(
        'ffmpeg-missing',
        say`The ffmpeg that FFMPEG_BIN names cannot be run.`,
        say`Point FFMPEG_BIN at an ffmpeg program, or unset it.`,
        named,
      );
    }
    return (found = { path: named, version, source: 'FFMPEG_BIN' });
  }
  const candidates: [string | undefined, FfmpegBinary['source']][] = [
    [bundled(), 'ffmpeg-static'],
    [onPath(), 'PATH'],
  ];
  for (const [path, source] of candidates) {
    const version = path && versionOf(path);
    if (path && version) return (found = { path, version, source });
  }
  throw new ZoetropeError(
    'ffmpeg-missing',
    say`Videos need ffmpeg, and it is not on this computer.`,
    say`Install it (${installCommand(process.platform)}), then open the video again.`,
  );
}

/** The one-line install command for a platform. */
export function installCommand(platform: NodeJS.Platform): string {
  if (platform === 'win32') return 'winget install Gyan.FFmpeg';
  if (platform === 'darwin') return 'brew install ffmpeg';
  return 'sudo apt-get install ffmpeg';
}

/** Maps a path inside app.asar, where programs cannot be run, to electron-builder's app.asar.unpacked beside it. */
export function outsideAsar(path: string): string {
  return path.replace(/([\\/])app\.asar([\\/])/, '$1app.asar.unpacked$2');
}

function bundled(): string | undefined {
  try {
    const path: unknown = createRequire(import.meta.url)('ffmpeg-static');
    return typeof path === 'string' ? outsideAsar(path) : undefined;
  } catch {
    return undefined; // optional: its download may have been refused
  }
}

function onPath(): string | undefined {
  const name = process.platform === 'win32' ? 'ffmpeg.exe' : 'ffmpeg';
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  // A Mac app opened from the Dock has a minimal PATH, without the package managers' folders.
  if (process.platform === 'darwin') folders.push('/opt/homebrew/bin', '/usr/local/bin', '/opt/local/bin');
  return folders
    .filter((folder) => folder.includes(sep))
    .map((folder) => join(folder, name))
    .find((path) => existsSync(path));
}

function versionOf(path: string): string | undefined {
  const run = spawnSync(path, ['-version'], { encoding: 'utf8', timeout: 10_000, windowsHide: true });
  return /^ffmpeg version (\S+)/.exec(run.stdout ?? '')?.[1];
}
