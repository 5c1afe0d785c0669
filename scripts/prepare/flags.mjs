// SPDX-License-Identifier: Apache-2.0
// The switches that Electron needs on this machine, each with a reason for the user.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

/** Chromium repeatedly looks for D-Bus; containers have none, and it is not needed here. */
export const harmlessNoise = /Failed to connect to the bus/;

/**
 * @param {string} electron
 * @param {object} options
 * @param {boolean} options.softwareGl true: render in software even if there is a GPU (a virtual display has none)
 * @returns {{flags: string[], reasons: string[]}}
 */
export function electronFlags(electron, { softwareGl }) {
  const flags = [];
  const reasons = [];
  const unsafe = sandboxObstacle(electron);
  if (unsafe) {
    flags.push('--no-sandbox');
    reasons.push(`--no-sandbox: ${unsafe}`);
  }
  if (softwareGl || !hasGpu()) {
    flags.push('--use-gl=angle', '--use-angle=swiftshader', '--enable-unsafe-swiftshader');
    reasons.push('3D is drawn in software: slower, but the same pictures');
  }
  if (hasSmallSharedMemory()) {
    flags.push('--disable-dev-shm-usage');
    reasons.push('--disable-dev-shm-usage: /dev/shm is too small');
  }
  return { flags, reasons };
}

/** Why Chromium's sandbox cannot be used here, or undefined. */
function sandboxObstacle(electron) {
  if (process.platform !== 'linux') return undefined;
  if (process.getuid() === 0) return 'Chromium has no sandbox for root; start as an ordinary user to have one';
  const helper = fs.statSync(path.join(path.dirname(electron), 'chrome-sandbox'), { throwIfNoEntry: false });
  const helperIsSetUp = helper !== undefined && helper.uid === 0 && (helper.mode & 0o4000) !== 0;
  if (helperIsSetUp || spawnSync('unshare', ['-U', 'true'], { stdio: 'ignore' }).status === 0) return undefined;
  return 'this system allows ordinary users no namespaces, which the sandbox is made of';
}

function hasGpu() {
  if (process.platform !== 'linux') return true;
  if (fs.existsSync('/dev/nvidia0') || fs.existsSync('/dev/dxg')) return true;
  const cards = fs.existsSync('/dev/dri') ? fs.readdirSync('/dev/dri') : [];
  return cards.some((name) => name.startsWith('render'));
}

function hasSmallSharedMemory() {
  if (process.platform !== 'linux') return false;
  try {
    const { bsize, blocks } = fs.statfsSync('/dev/shm');
    return bsize * blocks < 256 * 1024 * 1024;
  } catch {
    return true;
  }
}
