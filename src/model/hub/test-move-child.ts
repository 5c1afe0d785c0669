// SPDX-License-Identifier: Apache-2.0
import { ModelFolders } from './folders';
import { moveModels, settleMove } from './move';

/** For tests: a process that moves models, reports every step, and may be killed. */
const [file, shared, to] = process.argv.slice(2) as [string, string, string];
const folders = new ModelFolders(file, shared);
await settleMove(folders);
process.stdout.write('begins\n');
await moveModels(folders, to, { withShared: true });
process.exit(0);
