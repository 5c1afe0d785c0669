// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { ModelInfo } from '../ask';
import { DeviceUse } from '../device';
import { MemoryLimits, MemoryUse, ModelNeeds, PrecisionChoice } from '../memory';
import { ProgressInfo } from '../wire';
import { none, nothing, type Calls } from './call';

export const model = {
  /** Shows the open dialog; null: the user closed it. */
  'model.pick': { owner: 'main', request: none, answer: ModelInfo.nullable() },
  'model.useBundled': { owner: 'main', request: none, answer: ModelInfo },
  /** Loads the model that was refused for want of memory. */
  'model.loadAnyway': { owner: 'main', request: none, answer: ModelInfo },
  /** Tries the devices once more, and loads the model where it then runs. */
  'model.tryDevices': { owner: 'main', request: none, answer: ModelInfo },
  /** Loads a model; without `anyway` only one for which there is memory. */
  'model.load': {
    owner: 'engine',
    from: 'main',
    request: z.object({
      folder: z.string().min(1),
      bundled: z.boolean(),
      device: DeviceUse,
      anyway: z.boolean(),
      precision: PrecisionChoice,
      threads: z.number().int().nullable(),
      limits: MemoryLimits,
    }),
    event: z.union([ProgressInfo, ModelNeeds]),
    answer: ModelInfo,
  },

  'memory.use': { owner: 'engine', request: none, answer: MemoryUse },
  /** Forgets what was made of pictures, in memory and on disk. */
  'memory.forget': { owner: 'engine', request: none, answer: MemoryUse },
  'memory.limit': { owner: 'engine', from: 'main', request: MemoryLimits, answer: nothing },
} as const satisfies Calls;
