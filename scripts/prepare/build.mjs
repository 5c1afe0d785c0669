// SPDX-License-Identifier: Apache-2.0
// Builds out/ again when a source is newer.
import fs from 'node:fs';
import { writeNotices } from '../package/notices.mjs';
import { run } from './command.mjs';
import { locked } from './lock.mjs';
import { inRoot, root } from './paths.mjs';
import { listFiles, readStamp, stampOfTimes, writeStamp } from './stamp.mjs';

const made = [
  'main/index.js',
  'main/engine.js',
  'main/cli.js',
  'main/command.js',
  'preload/index.cjs',
  'renderer/index.html',
  'NOTICES.txt',
];
const stampFile = inRoot('out', '.stamp');

export async function ensureBuild(say, { force = false } = {}) {
  if (!force && isBuilt()) return 'up to date';
  return locked(say, async () => {
    if (!force && isBuilt()) return 'up to date';
    const stamp = sourceStamp();
    forgetBuild();
    say('electron-vite build');
    await run(process.execPath, [electronVite, 'build'], {
      cwd: root,
      env: { NODE_ENV: 'production' },
      what: 'The build (electron-vite build)',
      onLine: (line) => line.trim() && say(`electron-vite build: ${withoutColour(line).trim()}`),
    });
    await writeNotices();
    writeStamp(stampFile, stamp);
    return 'built';
  });
}

/** Makes the next start build again; needed because the development server writes its own files into out/. */
export const forgetBuild = () => fs.rmSync(stampFile, { force: true });

export const electronVite = inRoot('node_modules/electron-vite/bin/electron-vite.js');

function isBuilt() {
  return readStamp(stampFile) === sourceStamp() && made.every((name) => fs.existsSync(inRoot('out', name)));
}

function sourceStamp() {
  const sources = [
    'src',
    'bench/src',
    'scripts/package',
    'electron.vite.config.ts',
    'package.json',
    'package-lock.json',
    'tsconfig.json',
  ];
  return stampOfTimes(listFiles(sources, (name) => !/\.test\.tsx?$/.test(name)));
}

// eslint-disable-next-line no-control-regex
const withoutColour = (text) => text.replace(/\x1b\[[0-9;]*m/g, '');
