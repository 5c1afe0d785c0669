// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { benchLibrary, machine, table } from '../../bench/src';
import { formatBytes } from '../contract';
import { command } from './define';
import { number } from './options';
import { jsonOut, toOut } from './terminal';

/** `bench library`: the time to open and to search a large library, compared with SQLite alone. */
export const libraryBenchmark = (signal: AbortSignal) =>
  command('library', 'Measures opening and searching a large library.')
    .addOption(number('--projects <n>', 'how many projects', { min: 1, max: 10_000 }).default(100))
    .addOption(number('--conversations <n>', 'how many conversations', { min: 1, max: 100_000 }).default(1000))
    .addOption(number('--messages <n>', 'how many messages', { min: 2, max: 1_000_000 }).default(50_000))
    .addOption(number('--rounds <n>', 'rounds of each measurement', { min: 1, max: 100 }).default(5))
    .option('--json', 'print one object')
    .action(async ({ projects, conversations, messages, rounds, json }) => {
      const folder = mkdtempSync(join(tmpdir(), 'zoetrope-bench-library-'));
      try {
        const counts = { projects, conversations, messages };
        const { bytes, results } = await benchLibrary({ ...counts, rounds, folder }, signal);
        if (json) return jsonOut({ ...machine(), ...counts, bytes, results });
        const rows = results.map(({ what, ours, sqlite }) => [
          what,
          ours.toFixed(1),
          sqlite?.toFixed(1) ?? '',
          sqlite === null ? '' : `${(ours / sqlite).toFixed(2)} x`,
        ]);
        toOut(`${Object.values(machine()).join(', ')}\n`);
        toOut(`${conversations} conversations, ${messages} messages, ${formatBytes(bytes)}\n\n`);
        toOut(`${table(['', 'Zoetrope ms', 'SQLite ms', 'ratio'], rows)}\n`);
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    });
