// SPDX-License-Identifier: Apache-2.0
/**
 * Ends child processes and removes temporary folders when the process that made them ends, for whatever reason. Detects
 * a process that no longer answers.
 */

export { cpuSeconds, HEAP_MEGABYTES } from './allowance';
export { endsWithUs } from './guard';
export { Heartbeat, type Watched } from './heartbeat';
export { makeTemporary, makeTemporarySync, removeTemporary, sweepTemporary } from './temporary';
