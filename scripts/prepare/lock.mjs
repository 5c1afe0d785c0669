// SPDX-License-Identifier: Apache-2.0
// Keeps two commands in one checkout from installing or building at the same time.
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { cacheFolder, root } from './paths.mjs';
import { digest } from './stamp.mjs';

const file = path.join(cacheFolder, 'locks', digest([root]));
let held = 0;

/** Runs `work` while no other process of this checkout is inside `locked`. */
export async function locked(say, work) {
  if (held === 0) await take(say);
  held += 1;
  try {
    return await work();
  } finally {
    held -= 1;
    if (held === 0) fs.rmSync(file, { force: true });
  }
}

process.on('exit', () => {
  if (held > 0) fs.rmSync(file, { force: true });
});

async function take(say) {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  for (;;) {
    if (tryTake()) return;
    const owner = Number(readOr(file, '0'));
    if (!isAlive(owner)) {
      fs.rmSync(file, { force: true });
      continue;
    }
    say(`waiting for another Zoetrope command in this folder (process ${owner})`);
    await sleep(300);
  }
}

/** Creates the lock atomically, with its owner's id in it. */
function tryTake() {
  const mine = `${file}.${process.pid}`;
  fs.writeFileSync(mine, String(process.pid));
  try {
    fs.linkSync(mine, file);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  } finally {
    fs.rmSync(mine, { force: true });
  }
}

function readOr(name, fallback) {
  try {
    return fs.readFileSync(name, 'utf8') || fallback;
  } catch {
    return fallback;
  }
}

function isAlive(pid) {
  if (!pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
