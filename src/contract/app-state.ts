// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { ModelInfo } from './ask';
import { Device } from './device';
import { Id } from './items';
import { ModelNeeds } from './memory';
import { Project, Settings } from './project';
import { ShownServer } from './servers';
import { ProgressInfo, Sentence, ShownError } from './wire';

export const EngineStatus = z.discriminatedUnion('state', [
  z.object({ state: z.literal('starting') }),
  /** A device is being tried in a separate process, before the model is loaded. */
  z.object({ state: z.literal('trying'), device: Device }),
  z.object({ state: z.literal('loading'), progress: ProgressInfo.nullable(), needs: ModelNeeds.nullable() }),
  z.object({ state: z.literal('ready'), model: ModelInfo }),
  /** The engine died and is being started again. The answer in progress is lost; everything else is kept. */
  z.object({ state: z.literal('restarting'), reason: Sentence }),
  z.object({ state: z.literal('failed'), error: ShownError }),
]);
export type EngineStatus = z.infer<typeof EngineStatus>;

export const SampleInfo = z.object({
  id: Id,
  kind: z.enum(['video', 'images', 'scene']),
  title: z.object({ en: z.string(), zh: z.string() }),
  questions: z.array(z.string()),
});
export type SampleInfo = z.infer<typeof SampleInfo>;

export const AppState = z.object({
  version: z.string(),
  platform: z.string(),
  locale: z.string(),
  project: Project,
  settings: Settings,
  /** Whether saved data is kept after the app ends. If not, a notice has told the user why. */
  keeps: z.boolean(),
  samples: z.array(SampleInfo),
  engine: EngineStatus,
  servers: z.array(ShownServer),
});
export type AppState = z.infer<typeof AppState>;
