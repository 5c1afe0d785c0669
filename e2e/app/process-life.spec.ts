// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@playwright/test';
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hungModel } from '../fixtures/engine';
import { root, samples } from '../fixtures/window';

test.skip(process.platform !== 'linux', 'reads /proc, which only Linux has');

let folder: string;
/** The folder in which the commands make their temporary folders. */
let temporary: string;
test.beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'zoetrope-life-'));
  temporary = join(folder, 'tmp');
  mkdirSync(temporary);
});
test.afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Run {
  child: ChildProcess;
  ended: Promise<{ code: number | null; err: string }>;
}

function start(args: string[], env: Record<string, string> = {}): Run {
  const flags = JSON.parse(process.env['ZOETROPE_ELECTRON_FLAGS'] ?? '[]') as string[];
  const electron = JSON.stringify([process.env['ELECTRON_EXEC_PATH'], ...flags, root]);
  const child = spawn(process.execPath, [join(root, 'out/main/cli.js'), ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, TMPDIR: temporary, ZOETROPE_ELECTRON_COMMAND: electron, ...env },
  });
  started.clear();
  started.add(child.pid!);
  let err = '';
  child.stderr.on('data', (data) => (err += String(data)));
  return { child, ended: new Promise((done) => child.once('close', (code) => done({ code, err }))) };
}

interface Process {
  pid: number;
  parent: number;
  command: string;
}

/** All running processes. */
const processes = (): Process[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid): Process[] => {
      try {
        const [state, parent] = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1]!.split(' ');
        return state === 'Z'
          ? []
          : [
              {
                pid: Number(pid),
                parent: Number(parent),
                command: readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim(),
              },
            ];
      } catch {
        return []; // it has just ended
      }
    });

/** Processes started by a command, and their descendants: remembered, because they may lose their parent. */
const started = new Set<number>();
function alive(): Process[] {
  const all = processes();
  for (let size = -1; size !== started.size;) {
    size = started.size;
    for (const { pid, parent } of all) if (started.has(parent)) started.add(pid);
  }
  return all.filter(({ pid }) => started.has(pid));
}
const running = (what: RegExp) =>
  expect.poll(() => alive().some(({ command }) => what.test(command)), { timeout: 30_000, intervals: [50] }).toBe(true);
const nothingLeft = async () => {
  await expect.poll(alive, { timeout: 10_000 }).toEqual([]);
  await expect
    .poll(() => readdirSync(temporary).filter((name) => name.startsWith('zoetrope-')), { timeout: 10_000 })
    .toEqual([]);
};
/** Waits until the command is only computing. */
const busy = async (): Promise<void> => {
  const seconds = () =>
    alive()
      .filter(({ command }) => /command\.js/.test(command))
      .map(({ pid }) => readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1]!.split(' '))
      .reduce((sum, stat) => sum + Number(stat[11]) / 100, 0);
  await expect.poll(seconds, { timeout: 30_000, intervals: [50] }).toBeGreaterThan(2);
};

test('a command that is hung says so and ends by itself', async () => {
  const { ended } = start([
    'ask',
    '--device',
    'cpu',
    '--model',
    hungModel(folder),
    '--image',
    join(samples, 'pictures', 'photo-1.jpg'),
    'Where is the thing that is none of these?',
  ]);
  const { code, err } = await ended;
  expect(code).toBe(2);
  expect(err).toMatch(/^The command stopped answering and was ended\..*\n$/);
  await nothingLeft();
});

test('a hung command ends on a signal', async () => {
  const { child, ended } = start([
    'ask',
    '--device',
    'cpu',
    '--model',
    join(folder, 'hung'),
    '--image',
    join(samples, 'pictures', 'photo-1.jpg'),
    'Where is the thing that is none of these?',
  ]);
  await busy();
  child.kill('SIGTERM');
  expect(await ended).toEqual({ code: 143, err: '' });
  await nothingLeft();
});

test('an ffmpeg that never ends goes with the command that is killed, and so do its folders', async () => {
  const ffmpeg = join(folder, 'ffmpeg');
  writeFileSync(
    ffmpeg,
    `#!/bin/sh\ncase "$*" in *-i*) exec sleep 1000;; esac\nexec "${process.env['FFMPEG_BIN'] ?? 'ffmpeg'}" "$@"\n`,
    { mode: 0o755 },
  );
  for (const [signal, which] of [
    ['SIGKILL', 'cli'],
    ['SIGKILL', 'command'],
    ['SIGINT', 'cli'],
  ] as const) {
    const { child, ended } = start(['frames', join(samples, 'clip.mp4')], { FFMPEG_BIN: ffmpeg });
    await running(/^sleep 1000/);
    expect(readdirSync(temporary)).not.toEqual([]);
    if (which === 'cli') child.kill(signal);
    else process.kill(alive().find(({ command }) => /command\.js/.test(command))!.pid, signal);
    const { code } = await ended;
    expect(code).toBe({ SIGINT: 130, SIGKILL: which === 'cli' ? null : 2 }[signal]);
    await nothingLeft();
  }
});

test('a window that draws views goes with the command that is killed or told to end', async () => {
  for (const signal of ['SIGKILL', 'SIGTERM'] as const) {
    const { child, ended } = start([
      'views',
      join(samples, 'scene.glb'),
      '--count',
      '512',
      '--size',
      '2048',
      '--strategy',
      'sphere',
    ]);
    await running(/--type=renderer/);
    expect(alive().length).toBeGreaterThan(5);
    child.kill(signal);
    await ended;
    await nothingLeft();
  }
});
