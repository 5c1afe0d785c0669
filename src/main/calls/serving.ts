// SPDX-License-Identifier: Apache-2.0
import type { MainHandlers } from '../../contract';
import type { OpenDialogs } from '../dialogs';
import type { ServingSwitch } from '../serving';

/** Calls about Zoetrope as a server for other programs. */
export const servingCalls = (serving: ServingSwitch, dialogs: OpenDialogs) =>
  ({
    'serving.read': () => serving.read(),
    'serving.set': (change) => serving.set(change),
    'serving.addFolder': async () => serving.addFolder(await dialogs.folder()),
    'serving.removeFolder': ({ index }) => serving.removeFolder(index),
    'serving.newToken': () => serving.newToken(),
  }) satisfies Partial<MainHandlers>;
