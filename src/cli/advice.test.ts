// SPDX-License-Identifier: Apache-2.0
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { say, ZoetropeError } from '../contract';
import { ADVICE, adviceOf } from './advice';

const source = join(import.meta.dirname, '..');
/** Rooms whose sentences can be printed by the command line. */
const ROOMS = [
  'camera',
  'cli',
  'contract',
  'engine',
  'library',
  'lifetime',
  'media',
  'model',
  'renderer/capture-page',
  'scene',
  'runtime',
  'sequence',
  'vision',
];
/** Things that exist only in a window: buttons, keys, panes. */
const WINDOWED =
  /\bSettings\b(?! >)|Locate|\btray\b|\b[Cc]hoose\b|\b[Pp]ress\b|\bclick|on screen|\bOpen (?!source)|\bopen (it|that|those|them|the|others|an?)\b|new conversation|\btheir marks\b|\bsample\b|^Sample|^Capture it/;
/** Sentences about things that only the window does, or that state a fact. */
const NOT_HERE = new Set([
  'Free some space, then open the video again. Its frames can still be sampled.',
  'Its frames can still be sampled.',
  'Install a full ffmpeg to play this file here; its frames can still be read.',
  '"{0}" has no frames in the tray.',
  'Sample the video first.',
  'A picture of the tray is no longer on disk.',
  'Choose another folder.',
  'Try again; if it happens again, open the scene in the app.',
]);

function sentences(): string[] {
  const files = ROOMS.flatMap((room) =>
    readdirSync(join(source, room), { recursive: true, encoding: 'utf8' }).map((name) => join(source, room, name)),
  );
  return files
    .filter((file) => /(?<!\.test)\.tsx?$/.test(file))
    .flatMap((file) =>
      [...readFileSync(file, 'utf8').matchAll(/\bsay`((?:[^`$]|\$\{[^}]*\})*)`/g)].map(([, text]) => text!),
    )
    .map((text) => {
      let k = 0;
      return text.replace(/\$\{[^}]*\}/g, () => `{${k++}}`);
    });
}

describe('what can come out of the command line', () => {
  const said = sentences();

  it('is found', () => expect(said.length).toBeGreaterThan(300));

  it('never sends to a button, a key or a pane', () => {
    expect(
      [...new Set(said)].filter((text) => WINDOWED.test(text) && !(text in ADVICE) && !NOT_HERE.has(text)),
    ).toEqual([]);
  });

  it("has words for nothing that is no longer said, and none of the window's in them", () => {
    const all = new Set(said);
    expect(Object.keys(ADVICE).filter((text) => !all.has(text))).toEqual([]);
    expect(Object.values(ADVICE).filter((text) => WINDOWED.test(text))).toEqual([]);
  });

  it('keeps what is filled in', () => {
    expect(
      adviceOf(
        new ZoetropeError(
          'ffmpeg-missing',
          say`No.`,
          say`Install it (${'apt install ffmpeg'}), then open the video again.`,
        ),
      ),
    ).toBe('Install it (apt install ffmpeg), then run the command again.');
    expect(adviceOf({ advice: 'Check it.' })).toBe('Check it.');
  });
});
