// SPDX-License-Identifier: Apache-2.0
/** Videos and photographs: find ffmpeg, index, choose frames, read them. The only room that starts ffmpeg. */
export { findFfmpeg, installCommand } from './locate';
export type { FfmpegBinary } from './locate';
export { fileKind, kindByName, photoFormat } from './kind';
export type { FileKind, PhotoFormat } from './kind';
export { frameAt, frameAtTime, keyframeBefore, openVideo, peekVideo } from './video';
export type { FrameInfo, MediaOptions, VideoIndex } from './video';
export type { FrameTable } from './packets';
export { ffmpegCommand, quoted } from './command';
export { denserFrames } from './denser';
export { planFrames } from './plan';
export { withinVideo } from './past-end';
export type { IndexPlan } from './plan';
export { linspaceIndices, stretchesOf, uniformFrames } from './stretches';
export { sceneFrames } from './scenes';
export { renderingFor } from './frame-rendering';
export { nearestSound } from './nearest';
export { readFrames } from './frames';
export type { ReadFrame, ReadOptions } from './frames';
export { clipEnding, clipOf, cutClip, type Clip } from './cut';
export { sourceThumbnail } from './source-thumbnail';
export { keptThumbnails } from './strip-cache';
export { thumbnails } from './thumbnails';
export type { Thumbnail, ThumbnailOptions } from './thumbnails';
export { isSubtitleFile, readCues, subtitleTracks } from './subtitles';
export { makePreview, previewWay } from './preview';
export { PEAKS_PER_SECOND, waveform } from './waveform';
export { FileCache } from './file-cache';
export {
  decodePng,
  encodeJpeg,
  encodePng,
  encodePng16,
  pictureHash,
  pictureHashSteps,
  readPhoto,
  type PhotoOptions,
} from './photo';
export { checkUnchanged } from './file';
export { PARTIAL, writeWhole } from './whole-file';
export type { FileStamp } from './file';
export { stopFfmpeg } from './ffmpeg';
/** For measuring the cost of other ways to call ffmpeg. */
export { everyFrame, input, startFfmpeg } from './ffmpeg';
