// SPDX-License-Identifier: Apache-2.0
// Checks that node_modules exists and matches package-lock.json exactly; otherwise installs it.
import fs from 'node:fs';
import path from 'node:path';
import { run } from './command.mjs';
import { locked } from './lock.mjs';
import { inRoot, root } from './paths.mjs';
import { Stop } from './report.mjs';

export async function ensureNodeModules(say) {
  if (isInstalled()) return 'packages are up to date';
  return locked(say, async () => {
    if (isInstalled()) return 'packages are up to date';
    const wanted = lockedPackages().map(([name]) => inRoot(name, 'package.json'));
    const show = () => {
      const there = wanted.filter((file) => fs.existsSync(file)).length;
      say(`npm ci: ${there} of ${wanted.length} packages`);
    };
    show();
    const timer = setInterval(show, 1000);
    try {
      await runNpm(['ci', '--no-audit', '--no-fund'], { what: 'Installing the packages (npm ci)' });
    } finally {
      clearInterval(timer);
    }
    if (!isInstalled())
      throw new Stop('npm ci ended, and still packages are missing. Remove node_modules and try again.');
    return `installed ${wanted.length} packages (npm ci)`;
  });
}

/** Runs the npm that started this script, else the one on the PATH. */
export function runNpm(args, { env, ...rest } = {}) {
  // The runtime for NVIDIA cards would be downloaded from another host; platforms.md says how to install it.
  const options = { ...rest, env: { ONNXRUNTIME_NODE_INSTALL: 'skip', ...env } };
  const script = process.env.npm_execpath;
  if (script && path.basename(script) === 'npm-cli.js') {
    return run(process.execPath, [script, ...args], { cwd: root, ...options });
  }
  return run('npm', args, { cwd: root, shell: process.platform === 'win32', ...options });
}

/** Compares npm's list of installed packages with the lock file, because file times mean nothing after a checkout. */
function isInstalled() {
  const installed = readJson(inRoot('node_modules', '.package-lock.json'))?.packages;
  if (!installed) return false;
  return lockedPackages().every(([name, wanted]) => installed[name]?.version === wanted.version);
}

/** Packages that every machine must have; optional ones depend on the machine and on network access. */
function lockedPackages() {
  const lock = readJson(inRoot('package-lock.json'));
  if (!lock) throw new Stop('package-lock.json is missing: this is not a whole checkout of Zoetrope.');
  return Object.entries(lock.packages).filter(([name, entry]) => name && !entry.optional && !entry.devOptional);
}

function readJson(file) {
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}
