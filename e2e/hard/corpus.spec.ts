// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@playwright/test';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { long, report } from './amount';
import { frames, photo, views, type Hostile } from './hostile';
import { HOSTILE_MEDIA } from './hostile-media';
import { HOSTILE_MODELS } from './hostile-models';
import { HOSTILE_SCENES } from './hostile-scenes';
import { samples } from '../fixtures/window';
import { watched, type Watched } from './watched';

/** Scenes that are also opened in `npm test`. */
const SHORT_SCENES = ['texture-gif.glb', 'groups.obj'];
const SCENES = HOSTILE_SCENES.map(({ name, make }): Hostile => ({
  name,
  make: (folder) => Promise.resolve(make(folder)),
  command: views,
  ...(SHORT_SCENES.includes(name) && { short: true }),
}));
const CASES: readonly Hostile[] = [...HOSTILE_MEDIA, ...HOSTILE_MODELS, ...SCENES];

/** The most memory, in bytes, above that of the same command on a harmless input. */
const MOST_ABOVE = 1e9;
/** Longer than this, in seconds, counts as a hang. */
const HANG = 10;
/** A busy machine is slower: the command is killed and the test fails only after this time, in seconds. */
const PATIENCE = 6 * HANG;

let folder: string;
/** Peak memory of harmless commands, in bytes. */
const idle = new Map<string, number>();

test.beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'zoetrope-corpus-'));
  const video = join(folder, 'harmless.mp4');
  const picture = join(folder, 'harmless.png');
  const make = (...args: string[]): void =>
    void execFileSync(process.env['FFMPEG_BIN'] ?? 'ffmpeg', [
      '-v',
      'error',
      '-y',
      '-f',
      'lavfi',
      '-i',
      'testsrc2=s=320x180:d=1',
      ...args,
    ]);
  make(video);
  make('-frames:v', '1', picture);
  for (const command of [frames(video), photo(picture), views(join(samples, 'scene.glb'))])
    idle.set(command[0]!, (await watched(command, PATIENCE)).peak);
});
test.afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What is wrong with how a command ended; empty if it ended correctly. */
function faults({ code, err, seconds, peak }: Watched, command: string): string[] {
  const lines = err.trim().split('\n');
  return [
    ...(code === 0 || code === 2 ? [] : [`ended with ${String(code)}`]),
    ...(/went wrong inside|^\s+at |\bError:/m.test(err) ? ['told of its inside'] : []),
    ...(code === 2 && (lines.length !== 1 || lines[0] === '') ? [`refused in ${lines.length} lines`] : []),
    ...(peak - (idle.get(command) ?? 0) < MOST_ABOVE ? [] : ['took too much memory']),
    ...(seconds < PATIENCE ? [] : ['did not come to an end']),
  ];
}

test('hostile files get an answer or a plain refusal, in bounded memory and time', async () => {
  const cases = CASES.filter(({ short }) => long || short);
  test.setTimeout(long ? 0 : cases.length * 2 * PATIENCE * 1000);
  const figures: Record<string, string> = {};
  const wrong: string[] = [];
  for (const { name, make, command } of cases) {
    const own = mkdtempSync(join(folder, 'case-'));
    const args = command(await make(own));
    const ended = await watched(args, PATIENCE);
    rmSync(own, { recursive: true, force: true });
    const { code, err, seconds, peak } = ended;
    const above = Math.max(0, peak - (idle.get(args[0]!) ?? 0));
    figures[name] =
      `${seconds.toFixed(1)} s, ${Math.round(above / 1e6)} MB above idle, ${code === 0 ? 'opened' : `code ${String(code)}`}. ${err.trim().slice(0, 300)}`;
    console.log(`  ${name}: ${figures[name]}`);
    wrong.push(...faults(ended, args[0]!).map((fault) => `${name}: ${fault}. ${figures[name]}`));
  }
  report('corpus', {
    inputs: cases.length,
    over10s: Object.values(figures).filter((text) => Number.parseFloat(text) > HANG).length,
    wrong: wrong.length,
    figures,
  });
  expect(wrong).toEqual([]);
});
