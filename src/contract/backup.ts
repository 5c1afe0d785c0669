// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { Id } from './items';

/** Why a backup was made: the day's, before a change of format, before another one was restored, because it was asked for. */
export const BackupReason = z.enum(['daily', 'migration', 'restore', 'asked']);
export type BackupReason = z.infer<typeof BackupReason>;

/** What a backup of the library holds. */
export const BackupContents = z.object({
  /** The names of its projects, those used last first. */
  projects: z.array(z.string()),
  questions: z.number(),
});
export type BackupContents = z.infer<typeof BackupContents>;

export const BackupInfo = z.object({
  name: Id,
  /** When it was made, milliseconds since 1970. */
  at: z.number(),
  reason: BackupReason,
  bytes: z.number(),
  /** Null where it cannot be read. */
  contents: BackupContents.nullable(),
});
export type BackupInfo = z.infer<typeof BackupInfo>;
