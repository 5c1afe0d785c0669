// SPDX-License-Identifier: Apache-2.0
/** What speaks in ffmpeg's log and is no decoder: containers, filters, outputs, parsers of packets. Matroska does when it loses packets. */
const OTHERS =
  /^\[(?:NULL|Parsed_\w+|swscaler|rawvideo|null|avi|mpegts|mpeg|flv|ogg|asf|mxf|nut|ivf|(?!matroska)\w+,[\w,]+|(?:in|out|vost|vf|fc)#\S*) @ /;

/**
 * What decoders also say of sound files: where decoding starts in the middle, pictures before the keyframe lean on some
 * that were not read. A parser that shares its decoder's name says the first two of a packet; the decoder then says more.
 */
const HARMLESS =
  /\] (?:Invalid NAL unit size|missing picture in access unit|mmco: |co located POCs|SEI type |File ended prematurely)/;

const ERROR = /^(?:\[[^\]]+ @ \w+\] )+\[(?:error|fatal)\] |^\[error\] Error while decoding/;

/** Whether the line says of the very frame that is decoded next that it is damaged: it comes all the same. */
export const saysCorrupt = (line: string): boolean =>
  line.endsWith('corrupt decoded frame') || /: corrupt decoded frame in stream \d+$/.test(line);

/**
 * Hears, line by line of `-loglevel level+info`, whether ffmpeg finds that what it decodes is damaged. What it says while
 * it looks at a file's beginning is not of that.
 */
export function complaints(): (line: string) => boolean {
  let decoding = false;
  return (line) => {
    decoding ||= line.endsWith('Stream mapping:');
    return decoding && (saysCorrupt(line) || (ERROR.test(line) && !OTHERS.test(line) && !HARMLESS.test(line)));
  };
}
