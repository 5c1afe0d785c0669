// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { AppState } from '../app-state';
import { Happened } from '../happened';
import { Settings } from '../project';
import { none, nothing, type Calls } from './call';

export const app = {
  /**
   * Answers the question shown after failed starts. `plain`: start without the last project, scene and model; else as
   * usual.
   */
  'start.choose': { owner: 'main', from: 'start', request: z.object({ plain: z.boolean() }), answer: nothing },
  'app.state': { owner: 'main', request: none, answer: AppState },
  /** Opens, in the user's browser, a document that comes with the app or a page from a fixed list. */
  'app.openLink': {
    owner: 'main',
    request: z.object({ link: z.enum(['licences', 'model-card']) }),
    answer: nothing,
  },
  'settings.set': { owner: 'main', request: Settings, answer: Settings },

  'happened.read': { owner: 'main', request: none, answer: Happened },
  /** Copies the diagnostics to the clipboard, without the user's names, paths or words. */
  'happened.copy': { owner: 'main', request: none, answer: nothing },
  /** Shows the log file in the system's file manager. */
  'happened.show': { owner: 'main', request: none, answer: nothing },
} as const satisfies Calls;
