// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { SourceRef } from './items';

/** Text encodings of subtitle files, by the names that TextDecoder knows. */
export const TextEncodingName = z.enum([
  ...([
    'utf-8',
    'utf-16le',
    'utf-16be',
    'windows-1250',
    'windows-1251',
    'windows-1252',
    'windows-1253',
    'windows-1254',
    'windows-1255',
    'windows-1256',
    'windows-1257',
    'windows-1258',
    'windows-874',
  ] as const),
  ...([
    'iso-8859-2',
    'iso-8859-5',
    'iso-8859-7',
    'koi8-r',
    'koi8-u',
    'ibm866',
    'gb18030',
    'big5',
    'shift_jis',
    'euc-jp',
    'iso-2022-jp',
    'euc-kr',
  ] as const),
]);
export type TextEncodingName = z.infer<typeof TextEncodingName>;

/** `guessed`: the file does not name its encoding, and other encodings are possible. */
export const FileEncoding = z.object({ name: TextEncodingName, guessed: z.boolean() });
export type FileEncoding = z.infer<typeof FileEncoding>;

/** A text shown from `start` to `end`, in seconds on the video's own clock. Lines are separated by a newline. */
export const Cue = z.object({ start: z.number(), end: z.number(), text: z.string() });
export type Cue = z.infer<typeof Cue>;

export const SubtitleTrack = z.object({
  id: z.string().min(1).max(64),
  /** The title in the file, or the name of its file. */
  label: z.string(),
  /** The language as the file gives it: `eng`, `zh-CN`; empty if it does not. */
  language: z.string(),
  /** `bitmap` subtitles are pictures of text and cannot be read as text. */
  kind: z.enum(['text', 'bitmap']),
  place: z.enum(['inside', 'beside', 'opened']),
});
export type SubtitleTrack = z.infer<typeof SubtitleTrack>;

/**
 * The cues of a track. `encoding`: how its file was read; null for a track inside a video, whose encoding is always
 * known.
 */
export const ReadCues = z.object({ cues: z.array(Cue), encoding: FileEncoding.nullable() });
export type ReadCues = z.infer<typeof ReadCues>;

/** Subtitles that were written before frames, and how their file was read. */
export const SentSubtitles = z.object({ source: SourceRef, track: z.string(), encoding: FileEncoding.nullable() });
export type SentSubtitles = z.infer<typeof SentSubtitles>;
