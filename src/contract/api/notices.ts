// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { EngineStatus } from '../app-state';
import { Project } from '../project';
import { Serving } from '../serving';
import { ShownError } from '../wire';

/** Notices that the main process sends to the window without being asked. */
export const notices = {
  'engine.status': EngineStatus,
  'project.changed': Project,
  'serving.changed': Serving,
  /** A message for the user, such as an engine restart or a recovered library. */
  'app.notice': z.object({ level: z.enum(['info', 'warning']), error: ShownError }),
  /** A menu entry or global key was chosen. */
  'menu.command': z.object({
    command: z.enum(['open', 'new-project', 'save-conversation', 'settings', 'sample', 'capture', 'stop', 'happened']),
  }),
} satisfies Record<string, z.ZodType>;

export type NoticeName = keyof typeof notices;
export type Notice<N extends NoticeName> = z.output<(typeof notices)[N]>;
