// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { ModelInfo, ModelSpeed } from '../ask';
import { DeviceUse } from '../device';
import { MemoryLimits, MemoryUse, ModelNeeds, PrecisionChoice } from '../memory';
import { ProgressInfo } from '../wire';
import { none, nothing, type Calls } from './call';

export const model = {
  /** Shows the open dialog. Null if the user closed it. */
  'model.pick': { owner: 'main', request: none, answer: ModelInfo.nullable() },
  'model.useBundled': { owner: 'main', request: none, answer: ModelInfo },
  /** Loads the model that was refused because too little memory was free. */
  'model.loadAnyway': { owner: 'main', request: none, answer: ModelInfo },
  /** Tries the devices again and loads the model on the one that is chosen. */
  'model.tryDevices': { owner: 'main', request: none, answer: ModelInfo },
  /** Loads a model. Without `anyway`, a model that needs more memory than is free is refused. */
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

  /** Measures the loaded model with noise and estimates how long a question about a video takes. @throws model-missing. */
  'model.speed': { owner: 'engine', request: none, answer: ModelSpeed },

  'memory.use': { owner: 'engine', request: none, answer: MemoryUse },
  /** Deletes the vision features of all pictures, in memory and on disk. */
  'memory.forget': { owner: 'engine', request: none, answer: MemoryUse },
  'memory.limit': { owner: 'engine', from: 'main', request: MemoryLimits, answer: nothing },
} as const satisfies Calls;
