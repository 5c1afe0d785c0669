// SPDX-License-Identifier: Apache-2.0
/** What ends with the process that made it, however that one ends: child processes and temporary folders. And how a process that no longer answers is noticed. */

export { cpuSeconds, HEAP_MEGABYTES } from './allowance';
export { endsWithUs } from './guard';
export { Heartbeat, type Watched } from './heartbeat';
export { makeTemporary, makeTemporarySync, removeTemporary, sweepTemporary } from './temporary';
