// SPDX-License-Identifier: Apache-2.0
import { cpus, totalmem } from 'node:os';

/** The machine that a measurement ran on, for the report. */
export function machine(): { processor: string; cores: number; memory: string; system: string } {
  const all = cpus();
  return {
    processor: all[0]?.model.trim() ?? 'unknown',
    cores: all.length,
    memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
    system: `${process.platform} ${process.arch}`,
  };
}
