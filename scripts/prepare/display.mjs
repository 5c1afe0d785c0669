// SPDX-License-Identifier: Apache-2.0
// A display for Electron where there is none: a private X server that draws into memory and ends with this process.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { findProgram } from './command.mjs';
import { Stop } from './report.mjs';

const SCREEN = '1600x1000x24';
const START_MS = 15_000;

export const hasDisplay = () =>
  process.platform !== 'linux' || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);

/** The user's own display, if there is one. */
export const ownDisplay = () => process.env.WAYLAND_DISPLAY || process.env.DISPLAY;

export const needsXvfb = () => !hasDisplay() && !findProgram('Xvfb');

/**
 * Starts Xvfb where there is no display.
 * @returns {Promise<{env: Record<string, string>, stop: () => Promise<void>}>} what Electron's environment needs
 */
export async function startDisplay() {
  if (hasDisplay()) return { env: {}, stop: async () => {} };
  const server = findProgram('Xvfb');
  if (!server) throw new Stop('Xvfb is missing: `npm start -- --check` installs it, or says how.');

  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'zoetrope-display-'));
  const authority = path.join(folder, 'Xauthority');
  fs.writeFileSync(authority, authorityFile(randomBytes(16)), { mode: 0o600 });

  // The shell holds one end of a pipe: when this process ends in any way, `read` returns and Xvfb is ended. It runs in
  // a session of its own, so Ctrl+C does not reach it and Electron can close first.
  const script = 'folder=$1; shift; "$@" 3>&3 & read _; kill $! 2>/dev/null; wait; rm -rf "$folder"';
  const options = ['-displayfd', '3', '-screen', '0', SCREEN, '-auth', authority, '-nolisten', 'tcp', '-noreset'];
  const guard = spawn('/bin/sh', ['-c', script, 'sh', folder, server, ...options], {
    detached: true,
    stdio: ['pipe', 'ignore', 'pipe', 'pipe'],
  });
  guard.stdin.on('error', () => {});
  let complaint = '';
  guard.stderr.on('data', (text) => {
    complaint = (complaint + text).slice(-2000);
  });
  const gone = new Promise((resolve) => guard.once('close', resolve));
  const stop = async () => {
    guard.ref();
    guard.stdin.end();
    await gone;
  };

  const number = await new Promise((resolve) => {
    const timer = setTimeout(resolve, START_MS, undefined);
    const answer = (value) => {
      clearTimeout(timer);
      resolve(value);
    };
    guard.stdio[3].once('data', (data) => answer(String(data).trim()));
    guard.once('close', () => answer(undefined));
  });
  if (!number) {
    await stop();
    throw new Stop(`Xvfb did not start: ${complaint.trim() || 'no answer'}`);
  }
  for (const stream of [guard, guard.stdin, guard.stderr, guard.stdio[3]]) stream.unref?.();
  return { env: { DISPLAY: `:${number}`, XAUTHORITY: authority }, stop };
}

/** An Xauthority file with one MIT cookie for any host and any display number, as `xauth` would write it. */
export function authorityFile(cookie) {
  const anyHost = Buffer.from([0xff, 0xff]);
  const field = (bytes) => Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 0xff]), bytes]);
  const nothing = Buffer.alloc(0);
  return Buffer.concat([
    anyHost,
    field(nothing),
    field(nothing),
    field(Buffer.from('MIT-MAGIC-COOKIE-1')),
    field(cookie),
  ]);
}
