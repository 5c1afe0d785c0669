// SPDX-License-Identifier: Apache-2.0
/** What ffmpeg's banner says about the first real video stream of an input. Times in seconds, sizes in pixels. */
export interface StreamInfo {
  /** `mov,mp4,m4a,3gp,3g2,mj2`, `matroska,webm`, ... */
  container: string;
  /** Duration of the longest stream, or 0 if the file does not say. */
  containerDuration: number;
  /** When the earliest stream begins, on the file's own clock; may be negative. */
  startTime: number;
  hasAudio: boolean;
  /** Codec of the first audio stream: `aac`, `ac3`, ...; empty if there is none. */
  sound: string;
  /** In file order. `language` and `title` are empty if the file does not say. */
  subtitles: { stream: number; codec: string; language: string; title: string }[];
  /** True if the only pictures are attached ones (cover art). */
  coverOnly: boolean;
  video?: {
    codec: string;
    /** How pixels are stored: `yuv420p`, `yuv422p10le`, ...; empty if unknown. */
    pixels: string;
    /** Its alpha is stored as a second picture beside each (VP8 and VP9). */
    alphaBeside?: true;
    /** As shown: after rotation, before any stretch by `sar`. */
    width: number;
    height: number;
    /** Degrees clockwise that were applied for display: 0, 90, 180, 270. */
    rotation: number;
    /** Width of a pixel over its height; 1 for square ones. Frames are not stretched by it. */
    sar: number;
    /** Frame rate in the file's header; 0 if there is none. The frame index is more accurate. */
    fps: number;
    /** PQ (`smpte2084`) or HLG (`arib-std-b67`), else undefined. */
    hdr?: 'PQ' | 'HLG';
    /**
     * The YUV matrix, primaries and transfer that the file or its codec names, in ffmpeg's words; empty if not named.
     */
    matrix: string;
    primaries: string;
    transfer: string;
  };
}

/** Parses the banner that `ffmpeg -i` prints (the same format since 2.x). Pure; never throws. */
export function parseStreamInfo(lines: readonly string[]): StreamInfo {
  const info: StreamInfo = {
    container: '',
    containerDuration: 0,
    startTime: 0,
    hasAudio: false,
    sound: '',
    subtitles: [],
    coverOnly: false,
  };
  let covers = 0;
  let inVideo = false; // whether the current line belongs to the chosen stream
  let inSubtitle = false;
  for (const line of lines) {
    if (/^(Output #|Stream mapping:)/.test(line)) break;
    const head = /^Input #0, (\S+), from /.exec(line);
    if (head) info.container = head[1]!;
    const times = /^\s*Duration: (?:(\d+):(\d\d):(\d\d(?:\.\d+)?)|N\/A)(?:, start: (-?[\d.]+))?/.exec(line);
    if (times) {
      if (times[1]) info.containerDuration = Number(times[1]) * 3600 + Number(times[2]) * 60 + Number(times[3]);
      info.startTime = Number(times[4] ?? 0);
    }
    const words = /^\s*Stream #0:(\d+)(?:\[\w+\])?(?:\(([^)]*)\))?: Subtitle: (\w+)/.exec(line);
    if (words)
      info.subtitles.push({
        stream: Number(words[1]),
        codec: words[3]!,
        language: words[2] === 'und' ? '' : (words[2] ?? ''),
        title: '',
      });
    if (/^\s*Stream #/.test(line)) inSubtitle = words !== null;
    const title = /^\s*title\s*: (.*)$/.exec(line);
    if (title && inSubtitle) info.subtitles.at(-1)!.title = title[1]!.trim();
    const stream = /^\s*Stream #0:\d+\S*: (Video|Audio|Subtitle|Data|Attachment): (.*)$/.exec(line);
    if (stream) {
      inVideo = false;
      if (stream[1] === 'Audio') {
        info.hasAudio = true;
        info.sound ||= /^\w+/.exec(stream[2]!)?.[0] ?? '';
      }
      if (stream[1] === 'Video') {
        if (/\((?:attached pic|timed thumbnails)\)/.test(line)) covers++;
        else if (!info.video) {
          info.video = parseVideo(stream[2]!);
          inVideo = true;
        }
      }
    }
    if (inVideo && info.video && /^\s+alpha_mode\s*: 1$/i.test(line)) info.video.alphaBeside = true;
    const turn = /displaymatrix: rotation of (-?[\d.]+) degrees/.exec(line);
    if (turn && inVideo && info.video) {
      // ffmpeg gives the angle counterclockwise.
      const rotation = ((Math.round(-Number(turn[1])) % 360) + 360) % 360;
      const { width, height } = info.video;
      info.video.rotation = rotation;
      if (rotation === 90 || rotation === 270) Object.assign(info.video, { width: height, height: width });
    }
  }
  info.coverOnly = !info.video && covers > 0;
  return info;
}

/**
 * The three colour names in the brackets after the pixel format, as in `tv, bt709/unknown/bt709, progressive`; a single
 * name stands for all three.
 */
function colourNames(brackets: string): { matrix: string; primaries: string; transfer: string } {
  const words = brackets.split(', ').map((word) => word.split('/'));
  const names =
    words.find(({ length }) => length === 3) ??
    words.find(([word = '']) => /^(bt\d|smpte|fcc|film|ycgco|gbr)/.test(word)) ??
    [];
  const named = (name = ''): string => (/^(unknown|reserved)/.test(name) ? '' : name);
  return { matrix: named(names[0]), primaries: named(names[1] ?? names[0]), transfer: named(names[2] ?? names[0]) };
}

function parseVideo(text: string): NonNullable<StreamInfo['video']> {
  const size = /, (\d+)x(\d+)(?:[ ,]|$)/.exec(text);
  const sar = /\bSAR (\d+):(\d+)/.exec(text);
  const fps = /, ([\d.]+)(k?) fps\b/.exec(text);
  const ratio = sar ? Number(sar[1]) / Number(sar[2]) : 1;
  // After the codec's own brackets, which may hold commas.
  const [, pixels = '', brackets = ''] = /^[\w-]+(?: \([^)]*\))*, (\w+)(?:\(([^)]*)\))?/.exec(text) ?? [];
  const hdr = /smpte2084/.test(text) ? 'PQ' : /arib-std-b67/.test(text) ? 'HLG' : undefined;
  return {
    codec: /^[\w-]+/.exec(text)?.[0] ?? 'unknown',
    pixels,
    ...colourNames(brackets),
    width: Number(size?.[1] ?? 0),
    height: Number(size?.[2] ?? 0),
    rotation: 0,
    sar: ratio > 0 && Number.isFinite(ratio) ? ratio : 1,
    fps: fps ? Number(fps[1]) * (fps[2] ? 1000 : 1) : 0,
    ...(hdr && { hdr }),
  };
}
