// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { Serving, ServingChange } from '../serving';
import { none, nothing, type Calls } from './call';

/** Zoetrope as a server for other programs. */
export const serving = {
  'serving.read': { owner: 'main', request: none, answer: Serving },
  'serving.set': { owner: 'main', request: ServingChange, answer: Serving },
  /** Asks the user for a folder that other programs may ask about. */
  'serving.addFolder': { owner: 'main', request: none, answer: Serving },
  /** @param index position in the list of folders. */
  'serving.removeFolder': {
    owner: 'main',
    request: z.object({ index: z.number().int().nonnegative() }),
    answer: Serving,
  },
  /** Makes a new token; programs that send the old one are refused from now on. */
  'serving.newToken': { owner: 'main', request: none, answer: Serving },

  /** Starts to listen, with the loaded model. What was served before ends. @throws model-missing; bad-request for a port in use. */
  'serving.start': {
    owner: 'engine',
    from: 'main',
    request: z.object({
      port: z.number().int(),
      token: z.string().min(16),
      folders: z.array(z.string()),
      version: z.string(),
    }),
    answer: z.object({ url: z.string() }),
  },
  'serving.stop': { owner: 'engine', from: 'main', request: none, answer: nothing },
} as const satisfies Calls;
