// SPDX-License-Identifier: Apache-2.0
/**
 * What a file may make us hold and do, asked before anything is decoded. A few bytes can declare gigabytes, so what a
 * file claims never decides. Together these keep any one file under about 1 GB, but for true HDR video of more than 4K.
 */

interface Size {
  width: number;
  height: number;
}

/** Pixels of a video's picture: 8K (8192 x 4320), either way up. */
export const VIDEO_PIXELS = 36e6;
/** Frames of a video: 27 hours at 30 a second. */
export const VIDEO_FRAMES = 3e6;
/** Frames of an animated picture: all of them are decoded to list them. */
export const ANIMATION_FRAMES = 50_000;
/** Seconds on a video's clock that its sound is drawn for. */
export const WAVEFORM_SECONDS = 24 * 3600;

/** The most that ffmpeg may ask for at once, in bytes: an 8K picture of floats, as tone mapping needs. */
export const FFMPEG_ALLOCATION = VIDEO_PIXELS * 12 + 1e6;
/** Pictures larger than this, in pixels, are decoded one at a time: each thread would hold one more. */
const LARGE_PICTURE = 16e6;

/** Bytes of data that one ffmpeg may have, for pictures of so many pixels; tone mapping holds a few as floats. */
export const ffmpegMemory = ({ width, height }: Size = { width: 0, height: 0 }, toneMapped = false): number =>
  600e6 + Math.min(width * height, VIDEO_PIXELS) * (toneMapped ? 60 : 12);
/** Seconds of a processor that ffmpeg may take to list the packets of so many bytes: it lists 300 MB a second and more. */
export const listingSeconds = (bytes: number): number => 5 + bytes / 20e6;
/** Seconds of a processor that decoding so many frames may take, shown, scaled or tone-mapped: several times what any codec takes. */
export const decodingSeconds = (frames: number, { width, height }: Size): number =>
  8 + Math.min(frames, VIDEO_FRAMES) * (0.005 + Math.min(width * height, VIDEO_PIXELS) * 0.3e-6);
/** As long as to wait for ffmpeg on a busy machine with a slow disk, in seconds, where a processor takes so many. */
export const patience = (cpuSeconds: number): number => 60 + 10 * cpuSeconds;
/** Seconds of a processor that decoding the sound of a file may take. */
export const soundSeconds = (seconds: number, bytes: number): number =>
  8 + Math.min(seconds, WAVEFORM_SECONDS) / 10 + bytes / 20e6;
export const isLargePicture = ({ width, height }: Size): boolean => width * height > LARGE_PICTURE;

/** Bytes of a file of subtitles, and of those converted from a video. */
export const SUBTITLE_BYTES = 20e6;
/** Subtitles of one file. */
export const SUBTITLE_CUES = 100_000;
/** Characters of one subtitle that are kept; what is on screen at once is a hundred or two. */
export const SUBTITLE_LENGTH = 2000;

/** Pixels of a photograph. */
export const PHOTO_PIXELS = 200e6;
/** Pixels that are kept of a photograph: a larger one is read at half its size. */
export const PHOTO_KEPT_PIXELS = 100e6;
/** Bytes that reading a photograph may take. */
export const PHOTO_BYTES = 900e6;
/** Pixels of a BMP: ffmpeg holds it several times over. */
export const BMP_PIXELS = 40e6;
/** Pixels to decode for all the pictures of an animated WebP. */
export const WEBP_DECODED_PIXELS = 20e9;
/** Seconds that decoding a photograph of so many pixels may take. */
export const photoSeconds = (pixels: number): number => Math.ceil(5 + pixels / 10e6);
