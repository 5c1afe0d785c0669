// SPDX-License-Identifier: Apache-2.0
/**
 * Log lines that do not come from a decoder: containers, filters, outputs, packet parsers. Matroska's are kept: it
 * reports lost packets.
 */
const OTHERS =
  /^\[(?:NULL|Parsed_\w+|swscaler|rawvideo|null|avi|mpegts|mpeg|flv|ogg|asf|mxf|nut|ivf|(?!matroska)\w+,[\w,]+|(?:in|out|vost|vf|fc)#\S*) @ /;

/**
 * Messages that decoders also print for undamaged files: after a seek, pictures before the keyframe may reference
 * pictures that were not read. A parser that shares its decoder's name prints the first two; for real damage the
 * decoder then prints more.
 */
const HARMLESS =
  /\] (?:Invalid NAL unit size|missing picture in access unit|mmco: |co located POCs|SEI type |File ended prematurely)/;

const ERROR = /^(?:\[[^\]]+ @ \w+\] )+\[(?:error|fatal)\] |^\[error\] Error while decoding/;

/** Whether the line says that the next decoded frame is itself damaged. That frame is still output. */
export const saysCorrupt = (line: string): boolean =>
  line.endsWith('corrupt decoded frame') || /: corrupt decoded frame in stream \d+$/.test(line);

/**
 * Returns a function that is given each line of `-loglevel level+info` and returns whether the line reports damage in
 * what is decoded. Lines printed while ffmpeg probes the beginning of the file do not count.
 */
export function complaints(): (line: string) => boolean {
  let decoding = false;
  return (line) => {
    decoding ||= line.endsWith('Stream mapping:');
    return decoding && (saysCorrupt(line) || (ERROR.test(line) && !OTHERS.test(line) && !HARMLESS.test(line)));
  };
}
