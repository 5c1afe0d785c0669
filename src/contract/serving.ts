// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { ShownError } from './wire';

/** Zoetrope as a server for other programs on this machine, as switched on in the settings. */

/** The port that is used unless the user chooses another. */
export const SERVING_PORT = 8177;

const port = z.number().int().min(1024).max(65_535);

/** What the user has chosen. Only the main process changes the folders, because a page must not name a path. */
export const ServingChoice = z.object({
  on: z.boolean().default(false),
  port: port.default(SERVING_PORT),
  /** The folders whose videos, photographs and scenes other programs may ask about. */
  folders: z.array(z.string().min(1)).default([]),
});
export type ServingChoice = z.infer<typeof ServingChoice>;

/** A change by the page. It has no defaults, so that what it does not name stays. */
export const ServingChange = z.object({ on: z.boolean().optional(), port: port.optional() });

/** What the window shows. */
export const Serving = ServingChoice.extend({
  state: z.enum(['off', 'starting', 'on', 'failed']),
  /** Address without a path; null unless it is on. */
  url: z.string().nullable(),
  /** What other programs must send with each request. */
  token: z.string(),
  error: ShownError.nullable(),
});
export type Serving = z.infer<typeof Serving>;
