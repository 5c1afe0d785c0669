// The system libraries that Electron links to on Linux.
import { spawnSync } from 'node:child_process';
import { installSystemPackages } from './apt.mjs';
import { Stop } from './report.mjs';

// With their names since Debian 13 and Ubuntu 24.04 first, where they changed.
const packages = [
  ['libnss3'],
  ['libgtk-3-0t64', 'libgtk-3-0'],
  ['libasound2t64', 'libasound2'],
  ['libgbm1'],
  ['libatk-bridge2.0-0t64', 'libatk-bridge2.0-0'],
];

export async function ensureLibraries(electron, say) {
  if (process.platform !== 'linux') return 'none needed here';
  const missing = missingLibraries(electron);
  if (missing.length === 0) return 'all there';
  const why = `Electron needs system libraries that are missing: ${missing.join(', ')}.`;
  const names = await installSystemPackages({ packages, why, say });
  const still = missingLibraries(electron);
  if (still.length > 0) throw new Stop(`Still missing for Electron after installing ${names.join(' ')}: ${still.join(', ')}.`);
  return `installed ${names.join(' ')}`;
}

function missingLibraries(file) {
  const { stdout, error } = spawnSync('ldd', [file], { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' } });
  if (error) return []; // no ldd (musl): Electron itself will say what it lacks
  return [...stdout.matchAll(/^\s*(\S+) => not found/gm)].map(([, name]) => name);
}
