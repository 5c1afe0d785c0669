// SPDX-License-Identifier: Apache-2.0
/** Subtitles inside a video, beside it, or opened by the user: text on the video's own clock. */
export { decodeText, encodingOf } from './encoding';
export { parseSubtitles } from './parse';
export { isSubtitleFile, readCues, subtitleTracks } from './tracks';
