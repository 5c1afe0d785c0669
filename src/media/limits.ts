// SPDX-License-Identifier: Apache-2.0
/**
 * Limits on the memory and time that one file may use, checked before anything is decoded. A few bytes can declare
 * gigabytes, so the file's own claims never decide. Together these keep any one file under about 1 GB, except for real
 * HDR video of more than 4K.
 */

interface Size {
  width: number;
  height: number;
}

/** Pixels of a video's picture: 8K (8192 x 4320), in either orientation. */
export const VIDEO_PIXELS = 36e6;
/** Frames of a video: 27 hours at 30 a second. */
export const VIDEO_FRAMES = 3e6;
/** Frames of an animated picture: all of them are decoded to list them. */
export const ANIMATION_FRAMES = 50_000;
/** Longest sound, in seconds, for which a waveform is drawn. */
export const WAVEFORM_SECONDS = 24 * 3600;

/** The most that ffmpeg may allocate at once, in bytes: an 8K picture of floats, which tone mapping needs. */
export const FFMPEG_ALLOCATION = VIDEO_PIXELS * 12 + 1e6;
/** Pictures with more pixels than this are decoded in one thread: each further thread would hold another picture. */
const LARGE_PICTURE = 16e6;

/** Data memory that one ffmpeg may use for pictures of this size, in bytes; tone mapping holds a few as floats. */
export const ffmpegMemory = ({ width, height }: Size = { width: 0, height: 0 }, toneMapped = false): number =>
  600e6 + Math.min(width * height, VIDEO_PIXELS) * (toneMapped ? 60 : 12);
/** CPU seconds that ffmpeg may use to list the packets of `bytes` bytes: it lists 300 MB a second and more. */
export const listingSeconds = (bytes: number): number => 5 + bytes / 20e6;
/**
 * CPU seconds that decoding `frames` frames may use, including scaling or tone mapping: several times what any codec
 * needs.
 */
export const decodingSeconds = (frames: number, { width, height }: Size): number =>
  8 + Math.min(frames, VIDEO_FRAMES) * (0.005 + Math.min(width * height, VIDEO_PIXELS) * 0.3e-6);
/** Seconds to wait for ffmpeg on a busy machine with a slow disk, for work that needs `cpuSeconds`. */
export const patience = (cpuSeconds: number): number => 60 + 10 * cpuSeconds;
/** CPU seconds that decoding the sound of a file may use. */
export const soundSeconds = (seconds: number, bytes: number): number =>
  8 + Math.min(seconds, WAVEFORM_SECONDS) / 10 + bytes / 20e6;
export const isLargePicture = ({ width, height }: Size): boolean => width * height > LARGE_PICTURE;

/** Bytes of a subtitle file, and of subtitles converted from a video. */
export const SUBTITLE_BYTES = 20e6;
/** Cues of one subtitle file. */
export const SUBTITLE_CUES = 100_000;
/** Characters of one cue that are kept; a screen usually shows one or two hundred. */
export const SUBTITLE_LENGTH = 2000;

/** Pixels of a photograph. */
export const PHOTO_PIXELS = 200e6;
/** Pixels that are kept of a photograph: a larger one is read at half its size. */
export const PHOTO_KEPT_PIXELS = 100e6;
/** Bytes that reading a photograph may take. */
export const PHOTO_BYTES = 900e6;
/** Pixels of a BMP: ffmpeg holds several copies of it. */
export const BMP_PIXELS = 40e6;
/** Pixels to decode in total for all the pictures of an animated WebP. */
export const WEBP_DECODED_PIXELS = 20e9;
/** Seconds that decoding a photograph of `pixels` pixels may take. */
export const photoSeconds = (pixels: number): number => Math.ceil(5 + pixels / 10e6);
