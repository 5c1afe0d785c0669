// SPDX-License-Identifier: Apache-2.0
import { parseShown, type Fields } from './decode';
import { everyFrame, input, startFfmpeg } from './ffmpeg';
import { decodingSeconds, ffmpegMemory, patience } from './limits';
import type { FrameTable } from './packets';
import type { StreamInfo } from './streaminfo';

/** Codecs whose fields ffmpeg outputs one by one; for all others it combines them into frames itself. */
const FIELD_BY_FIELD = new Set(['hevc', 'vvc']);

/** Whether a video is coded field by field: its first pictures are alternating fields. */
export async function fieldsOf(
  path: string,
  video: NonNullable<StreamInfo['video']>,
  signal?: AbortSignal,
): Promise<Fields | undefined> {
  if (!FIELD_BY_FIELD.has(video.codec)) return undefined;
  const seen: string[] = [];
  const cpuSeconds = decodingSeconds(100, video);
  const run = await startFfmpeg(
    [
      '-loglevel',
      'info',
      ...input(path, '-threads', '1'),
      '-map',
      '0:V:0',
      '-vf',
      'showinfo=checksum=0',
      '-frames:v',
      '4',
      ...everyFrame(),
      '-f',
      'null',
      '-',
    ],
    {
      signal,
      ...{ cpuSeconds, limitSeconds: patience(cpuSeconds), memory: ffmpegMemory(video) },
      onLine: (line) => {
        const shown = parseShown(line);
        if (shown) seen.push(shown.field);
      },
    },
  );
  try {
    while (await run.read());
  } finally {
    run.stop();
    await run.closed;
  }
  const order = seen.slice(0, 4).join('');
  return order === 'TBTB' ? 'top' : order === 'BTBT' ? 'bottom' : undefined;
}

/** The frame table made from the table of fields: each frame begins with its first field. */
export function paired({ pts, keyframes, lastDuration, ...rest }: FrameTable): FrameTable {
  const places = Array.from(keyframes, (place) => place >> 1);
  return {
    ...rest,
    pts: pts.filter((_, i) => i % 2 === 0),
    keyframes: Uint32Array.from(places.filter((place, i) => place !== places[i - 1])),
    lastDuration: pts.length % 2 === 0 ? lastDuration + pts.at(-1)! - pts.at(-2)! : lastDuration,
  };
}
