// SPDX-License-Identifier: Apache-2.0
import { toErrorInfo } from '../contract';
import { adviceOf } from './advice';
import { zoetrope } from './commands';
import { asUsage } from './define';
import { harmless, toErr } from './terminal';

async function main(): Promise<void> {
  const argv = process.argv.slice(2);
  const abort = new AbortController();
  // The process that started this one (index.ts) passes on signals, and checks now and then that this one still
  // answers.
  process.on('message', (message) => (message === 'stop' ? abort.abort() : process.send?.('here')));
  process.on('disconnect', () => process.exit(1)); // the parent has ended
  process.channel?.unref();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => abort.abort());
  try {
    await zoetrope(abort.signal).parseAsync(argv.length > 0 ? argv : ['help'], { from: 'user' });
  } catch (error) {
    const wrong = asUsage(error);
    if (wrong === null) return;
    const info = toErrorInfo(wrong);
    if (info.code === 'cancelled') return void (process.exitCode = 130);
    toErr(`${info.message} ${adviceOf(info)}`);
    if (info.detail !== undefined && process.env.ZOETROPE_LOG) process.stderr.write(`${harmless(info.detail)}\n`);
    process.exitCode = 2;
  }
}

await main();
