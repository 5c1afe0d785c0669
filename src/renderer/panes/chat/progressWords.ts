// SPDX-License-Identifier: Apache-2.0
import type { TFunction } from 'i18next';
import type { Progress } from '../../../contract';
import { formatCount } from '../../ui';

/** Describes the current step of a job. */
export function progressWords(progress: Progress | null, t: TFunction): string {
  if (!progress) return t('progress.starting');
  const { step, done, total } = progress;
  if (total <= 0) return t(`progress.${step}`);
  // `done` counts finished steps; the text names the one in progress.
  const current = Math.min(Math.floor(done) + 1, total);
  return t(`progress.${step}Of`, { current: formatCount(current), done: formatCount(done), total: formatCount(total) });
}
