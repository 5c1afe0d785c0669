// SPDX-License-Identifier: Apache-2.0
import { HOSTILE_PHOTOS } from './hostile-photos';
import { HOSTILE_SUBTITLES } from './hostile-subtitles';
import { HOSTILE_VIDEOS } from './hostile-videos';
import type { Hostile } from './hostile';

/** Videos, photographs and subtitles. */
export const HOSTILE_MEDIA: readonly Hostile[] = [...HOSTILE_VIDEOS, ...HOSTILE_PHOTOS, ...HOSTILE_SUBTITLES];
