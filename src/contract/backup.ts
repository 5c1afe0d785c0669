// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { Id } from './items';

/**
 * Why a backup was made: daily, before a change of format, before another backup was restored, or because the user
 * asked for it.
 */
export const BackupReason = z.enum(['daily', 'migration', 'restore', 'asked']);
export type BackupReason = z.infer<typeof BackupReason>;

/** The contents of a backup of the library. */
export const BackupContents = z.object({
  /** The names of its projects, the most recently used first. */
  projects: z.array(z.string()),
  questions: z.number(),
});
export type BackupContents = z.infer<typeof BackupContents>;

export const BackupInfo = z.object({
  name: Id,
  /** When the backup was made, in milliseconds since 1970. */
  at: z.number(),
  reason: BackupReason,
  bytes: z.number(),
  /** Null if the backup cannot be read. */
  contents: BackupContents.nullable(),
});
export type BackupInfo = z.infer<typeof BackupInfo>;
