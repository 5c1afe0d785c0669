// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { lstatSync, mkdtempSync, readdirSync, readlinkSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { hostname, tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { removedWithUs } from './guard';

/**
 * The name of a temporary folder contains the id of the process that made it, and identifies the machine or container
 * in which that id is valid.
 */
const NAME = /^zoetrope-[a-z]+-([0-9a-f]{8})-(\d+)-\w{6}$/;

const here = createHash('sha256').update(`${hostname()} ${processNumbers()}`).digest('hex').slice(0, 8);

/** Distinguishes containers that share a folder but not their process ids. Only Linux has it. */
function processNumbers(): string {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return '';
  }
}

/** The beginning of a folder's path. @param purpose lower-case letters. */
const start = (purpose: string): string => join(tmpdir(), `zoetrope-${purpose}-${here}-${process.pid}-`);

/**
 * Makes a temporary folder. It is removed at the latest when this process ends, or at the next start if that was not
 * possible.
 */
export async function makeTemporary(purpose: string): Promise<string> {
  const folder = await mkdtemp(start(purpose));
  removedWithUs(folder);
  return folder;
}

/** As `makeTemporary`, but synchronous. */
export function makeTemporarySync(purpose: string): string {
  const folder = mkdtempSync(start(purpose));
  removedWithUs(folder);
  return folder;
}

/**
 * Removes a temporary folder. Files that cannot be removed now, because a program still writes to them, are removed at
 * the next start.
 */
export async function removeTemporary(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true, maxRetries: 3 }).catch(() => undefined);
}

/**
 * Removes the folders of processes that have ended: only folders of ours, and no links. Never throws. @returns how many
 * were removed.
 */
export async function sweepTemporary(): Promise<number> {
  const root = tmpdir();
  let swept = 0;
  for (const name of namesIn(root)) {
    const [, machine, owner] = NAME.exec(name) ?? [];
    if (machine !== here || isAlive(Number(owner)) || !isOurFolder(join(root, name))) continue;
    await removeTemporary(join(root, name));
    swept += 1;
  }
  return swept;
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH'; // another error, for example for a process of another user, means that it is running
  }
}

function isOurFolder(path: string): boolean {
  const found = lstatSync(path, { throwIfNoEntry: false });
  return found?.isDirectory() === true && (process.platform === 'win32' || found.uid === userInfo().uid);
}
