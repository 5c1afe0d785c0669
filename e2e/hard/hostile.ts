// SPDX-License-Identifier: Apache-2.0
/** A harmful input, and the command that opens it. */
export interface Hostile {
  name: string;
  /** Makes the input in an empty folder; returns its path. */
  make: (folder: string) => Promise<string>;
  /** The command line that opens it. */
  command: (path: string) => string[];
  /** Also runs in `npm test`, not only in `npm run hard`. */
  short?: true;
}

/** The first frames of a video. */
export const frames = (path: string): string[] => ['frames', path, '--count', '4'];
/** Two views of a scene. */
export const views = (path: string): string[] => ['views', path, '--count', '2', '--size', '256'];
/** A question about a photograph, answered by the bundled model. */
export const photo = (path: string): string[] => ['ask', '--image', path, '--max-new-tokens', '2', 'What is this?'];
/** A question about a video, with its subtitles. */
export const subtitles = (path: string): string[] => [
  'ask',
  '--video',
  path,
  '--frames',
  '2',
  '--subtitles',
  '--max-new-tokens',
  '2',
  'What is said?',
];
