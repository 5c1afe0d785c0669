// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path';
import {
  machine,
  measureSending,
  measureThroughput,
  table,
  type SendingResult,
  type Spread,
  type ThroughputResult,
} from '../../bench/src';
import { makeTemporary, removeTemporary } from '../lifetime';
import { findFfmpeg } from '../media';
import { command } from './define';
import { number, numbers } from './options';
import { jsonOut, toErr, toOut } from './terminal';

/** `bench server`: how soon a question with many pictures is at a server, and how busy many questions keep one. */
export const serverBenchmark = (signal: AbortSignal) =>
  command('server', 'Measures sending pictures to a server on this machine, and asking it many questions.')
    .addOption(number('--pictures <n>', 'pictures of a question', { min: 1, max: 512 }).default(64))
    .addOption(number('--height <px>', 'height of the pictures', { min: 16, max: 2160 }).default(1080))
    .addOption(number('--questions <n>', 'short questions', { min: 1, max: 10_000 }).default(200))
    .addOption(numbers('--at-once <n,n>', 'how many of them', { min: 1, max: 256 }).default([1, 4, 16], '1,4,16'))
    .addOption(number('--delay <ms>', 'how long the server takes for an answer', { min: 1, max: 60_000 }).default(100))
    .addOption(number('--rounds <n>', 'rounds of each measurement', { min: 1, max: 100 }).default(3))
    .option('--json', 'print one object')
    .action(async ({ atOnce, json, ...counts }) => {
      const folder = await makeTemporary('bench');
      try {
        const peers = join(import.meta.dirname, '../../bench/peers');
        const wanted = { ...counts, concurrency: atOnce.map(Math.round), folder, peers };
        const about = { ...machine(), ffmpeg: findFfmpeg().version };
        const throughput = await measureThroughput(wanted, signal);
        toErr('asked many questions');
        const sending = await measureSending(wanted, signal);
        if (json) return jsonOut({ ...about, ...counts, sending, throughput });
        toOut(`${Object.values(about).join(', ')}\n\n${sendingTable(sending)}\n\n${throughputTable(throughput)}\n`);
      } finally {
        await removeTemporary(folder);
      }
    });

function sendingTable(results: readonly SendingResult[]): string {
  const seconds = ({ median, from, to }: Spread): string =>
    `${median.toFixed(2)} (${from.toFixed(2)}-${to.toFixed(2)})`;
  const rows = results.map(({ sender, first, last, bytes, cpu }) => {
    const peer = results.find((other) => other.sender === sender.replace('zoetrope', 'ffmpeg'))!;
    return [
      sender,
      seconds(first),
      seconds(last),
      `${(last.median / peer.last.median).toFixed(2)} x`,
      cpu?.toFixed(1) ?? '',
      (bytes / 1e6).toFixed(0),
    ];
  });
  return table(['way', 'first byte, s', 'last byte, s', 'of ffmpeg', 'CPU s', 'sent MB'], rows);
}

function throughputTable(results: readonly ThroughputResult[]): string {
  const rows = results.map(({ concurrency, rate, fetch, ideal }) => [
    String(concurrency),
    rate.toFixed(1),
    ideal.toFixed(1),
    (rate / ideal).toFixed(2),
    (rate / fetch).toFixed(2),
  ]);
  return table(['at once', 'answers a second', 'ideal', 'of ideal', 'of fetch'], rows);
}
