// SPDX-License-Identifier: Apache-2.0
/** Formats the report as tables for the terminal, which are also Markdown. */

import { table } from '../table';
import { shareOfLimit } from './roofline';
import type { SpeedReport } from './speed';
import { figure, quartiles } from './words';

export function printSpeed(report: SpeedReport): string {
  const {
    machine: { processor, cores, memory, system },
    limits,
    rows,
    ratios,
    verdicts,
    threads,
    versions,
    size,
  } = report;
  const parts = [
    `${processor}, ${cores} cores, ${memory}, ${system}; ` +
      `${threads} thread${threads === 1 ? '' : 's'}; ${Object.entries(versions)
        .map(([name, version]) => `${name} ${version}`)
        .join(', ')}` +
      `${size === 'small' ? '; SMALL SIZE: these figures mean nothing' : ''}`,
  ];
  if (limits) {
    parts.push(
      table(
        ['limit of the machine', ''],
        [
          ['reading memory', `${(limits.memory / 1e9).toFixed(1)} GB/s`],
          ['32-bit products', `${(limits.floats / 1e9).toFixed(0)} GFLOP/s`],
          ['8-bit products', `${(limits.integers / 1e9).toFixed(0)} GOP/s`],
        ],
      ),
    );
  }
  if (rows.length > 0) {
    parts.push(
      table(
        ['measured', 'at', 'who', 'median', 'quartiles', 'processor ms', 'peak memory', 'of the limit'],
        rows.map((row) => [
          `${row.metric}, ${row.unit}`,
          row.context === null ? '' : String(row.context),
          row.subject,
          figure(row.wall.median),
          quartiles(row.wall),
          row.cpu ? figure(row.cpu.median) : '',
          row.peakBytes === null ? '' : gigabytes(row.peakBytes),
          share(limits && shareOfLimit(row, limits, size, threads)),
        ]),
      ),
    );
  }
  if (ratios.length > 0) {
    parts.push(
      table(
        ['times as fast', 'at', 'as', 'by the clock', 'quartiles', 'by processor time', 'quartiles'],
        ratios.map(({ metric, context, against, wall, cpu }) => [
          metric,
          context === null ? '' : String(context),
          against,
          figure(wall.median),
          quartiles(wall),
          figure(cpu.median),
          quartiles(cpu),
        ]),
      ),
    );
  }
  if (verdicts.length > 0) {
    parts.push(
      table(
        ['aim', 'at', 'against', 'bar', 'reached', 'met'],
        verdicts.map(({ what, at, against, bar, reached, met }) => [
          what,
          at === null ? '' : String(at),
          against,
          String(bar),
          figure(reached),
          met ? 'yes' : 'no',
        ]),
      ),
    );
  }
  return `${parts.join('\n\n')}\n`;
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(bytes < 1e10 ? 2 : 0)} GB`;
}

function share(value: number | null): string {
  return value === null ? '' : `${(100 * value).toFixed(0)} %`;
}
