// SPDX-License-Identifier: Apache-2.0
import type { MainHandlers } from '../../contract';
import type { OpenDialogs } from '../dialogs';
import type { ModelChoice } from '../model-choice';

/** Calls about the model that answers and its device. */
export const modelCalls = (models: ModelChoice, dialogs: OpenDialogs) =>
  ({
    'model.pick': async () => {
      const folder = await dialogs.folder();
      return folder === undefined ? null : models.choose(folder);
    },
    'model.useBundled': () => models.choose(null),
    'model.loadAnyway': () => models.loadAnyway(),
    'model.tryDevices': () => models.tryDevices(),
  }) satisfies Partial<MainHandlers>;
