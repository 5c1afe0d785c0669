// SPDX-License-Identifier: Apache-2.0
export { SubtitleLine } from './SubtitleLine';
export { SubtitleMenu } from './SubtitleMenu';
export { useSubtitles } from './use-subtitles';
