// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import {
  notFound,
  say,
  throwIfCancelled,
  ZoetropeError,
  type Cue,
  type ReadCues,
  type SubtitleTrack,
  type TextEncodingName,
} from '../../contract';
import { input, startFfmpeg } from '../ffmpeg';
import { checkUnchanged } from '../file';
import { listingSeconds, SUBTITLE_BYTES, SUBTITLE_CUES } from '../limits';
import type { MediaOptions, VideoIndex } from '../video';
import { decodeText, encodingOf } from './encoding';
import { parseSubtitles } from './parse';

const EXTENSIONS = new Set(['.srt', '.vtt']);
/** Codecs of subtitles that are pictures. */
const BITMAP = new Set([
  'hdmv_pgs_subtitle',
  'dvd_subtitle',
  'dvb_subtitle',
  'xsub',
  'dvb_teletext',
  'pgssub',
  'dvdsub',
  'dvbsub',
]);

export const isSubtitleFile = (path: string): boolean => EXTENSIONS.has(extname(path).toLowerCase());

interface FoundTrack extends SubtitleTrack {
  /** The file it is in; absent for a stream of the video. */
  path?: string;
  /** Number of its stream. */
  stream?: number;
}

/** The subtitles of a video: those inside it, those beside it under its name, and `opened`, in this order. */
export async function subtitleTracks(
  path: string,
  index: VideoIndex,
  opened: readonly string[],
): Promise<SubtitleTrack[]> {
  const tracks = await findTracks(path, index, opened);
  return tracks.map(({ id, label, language, kind, place }) => ({ id, label, language, kind, place }));
}

/**
 * The cues of a track by time, in seconds from the video's first frame.
 * @param options.encoding the file's encoding; null or absent: detected.
 * @throws ZoetropeError `file-missing`, `file-changed`, `file-too-large`, `subtitles-unreadable`, `cancelled`.
 */
export async function readCues(
  path: string,
  index: VideoIndex,
  opened: readonly string[],
  id: string,
  options: MediaOptions & { encoding?: TextEncodingName | null } = {},
): Promise<ReadCues> {
  const track = (await findTracks(path, index, opened)).find((candidate) => candidate.id === id);
  if (!track)
    throw new ZoetropeError(
      'file-missing',
      say`These subtitles are no longer there.`,
      say`Choose others, or open the file again.`,
      id,
    );
  if (track.kind === 'bitmap') {
    throw new ZoetropeError(
      'subtitles-unreadable',
      say`The subtitles "${track.label}" are pictures of words, not text.`,
      say`Open an .srt or .vtt file of them instead.`,
    );
  }
  if (track.path !== undefined) {
    const read = await readFileCues(track.path, options.encoding ?? null);
    return { ...read, cues: sooner(read.cues, index.lead) };
  }
  await checkUnchanged(path, index);
  const cues = parsed(track.label, await convert(path, index, track, options));
  if (cues.length > 0) return { cues: sooner(cues, index.lead), encoding: null };
  throw new ZoetropeError(
    'subtitles-unreadable',
    say`The subtitles "${track.label}" hold no words.`,
    say`Choose others.`,
  );
}

/**
 * Moves cues `lead` seconds earlier: subtitles count from the file's start, perhaps with sound, but frames from the
 * first of them.
 */
const sooner = (cues: Cue[], lead: number): Cue[] =>
  lead === 0
    ? cues
    : cues.map(({ start, end, text }) => ({ start: start - lead, end: end - lead, text })).filter(({ end }) => end > 0);

async function findTracks(path: string, index: VideoIndex, opened: readonly string[]): Promise<FoundTrack[]> {
  const inside = index.subtitles.map(({ stream, codec, language, title }, k): FoundTrack => ({
    ...{ id: `stream-${stream}`, stream, language, place: 'inside' },
    label: title || language || String(k + 1),
    kind: BITMAP.has(codec) ? 'bitmap' : 'text',
  }));
  const beside = await besideOf(path);
  const files = [...beside, ...opened.filter((file) => !beside.includes(file))].map((file): FoundTrack => ({
    id: `file-${createHash('sha256').update(file).digest('hex').slice(0, 16)}`,
    ...{ path: file, label: basename(file), kind: 'text', place: beside.includes(file) ? 'beside' : 'opened' },
    language: /\.([a-z]{2,3}(?:-[a-z]{2,4})?)\.\w+$/i.exec(basename(file))?.[1] ?? '',
  }));
  return [...inside, ...files];
}

/** Subtitle files beside a video: `clip.srt`, `clip.en.vtt` beside `clip.mp4`. */
async function besideOf(path: string): Promise<string[]> {
  const folder = dirname(path);
  const stem = basename(path, extname(path));
  const names = await readdir(folder).catch(() => []); // a folder that cannot be listed has none
  return names
    .filter((name) => isSubtitleFile(name) && name.startsWith(`${stem}.`))
    .sort()
    .map((name) => join(folder, name));
}

async function readFileCues(path: string, chosen: TextEncodingName | null): Promise<ReadCues> {
  const name = basename(path);
  const info = await stat(path).catch(() => undefined);
  if (!info?.isFile())
    throw notFound(
      path,
      new ZoetropeError('file-missing', say`"${name}" is no longer there.`, say`Open it from where it is now.`, path),
    );
  if (info.size > SUBTITLE_BYTES) throw tooLarge(name);
  const bytes = await readFile(path);
  const encoding = chosen === null ? await encodingOf(bytes) : { name: chosen, guessed: false };
  const cues = parsed(name, decodeText(bytes, encoding.name));
  if (cues.length > 0) return { cues, encoding };
  throw new ZoetropeError(
    'subtitles-unreadable',
    say`"${name}" holds no subtitles that can be read.`,
    say`Choose a SubRip (.srt) or WebVTT (.vtt) file.`,
  );
}

/** @throws file-too-large */
function parsed(name: string, text: string): Cue[] {
  const cues = parseSubtitles(text);
  if (cues.length > SUBTITLE_CUES) throw tooLarge(name);
  return cues;
}

const tooLarge = (name: string): ZoetropeError =>
  new ZoetropeError(
    'file-too-large',
    say`The subtitles "${name}" are too large: up to ${SUBTITLE_BYTES / 1e6} MB and ${SUBTITLE_CUES} lines of them are read.`,
    say`Choose others.`,
  );

/** Converts a track with ffmpeg, which knows every format of text inside a video. */
async function convert(
  path: string,
  index: VideoIndex,
  { stream, label }: FoundTrack,
  { signal }: MediaOptions,
): Promise<string> {
  const run = await startFfmpeg(
    [
      ...['-loglevel', 'error', '-copyts', ...input(path), '-map', `0:${stream!}`, '-c:s', 'webvtt'],
      ...['-output_ts_offset', (index.lead - index.startTime).toFixed(6), '-f', 'webvtt', 'pipe:1'],
    ],
    { signal, cpuSeconds: listingSeconds(index.size), limitSeconds: 120 + index.size / 5e6 },
  );
  try {
    const chunks: Buffer[] = [];
    let bytes = 0;
    for (let chunk = await run.read(); chunk; chunk = await run.read()) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes > SUBTITLE_BYTES) throw tooLarge(label);
    }
    throwIfCancelled(signal);
    return Buffer.concat(chunks).toString('utf8');
  } finally {
    run.stop();
    await run.closed;
  }
}
