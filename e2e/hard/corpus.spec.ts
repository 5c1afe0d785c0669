import { expect, test } from '@playwright/test';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { long, report } from './amount';
import { frames, photo, type Hostile } from './hostile';
import { HOSTILE_MEDIA } from './hostile-media';
import { watched } from './watched';

const CASES: readonly Hostile[] = HOSTILE_MEDIA;

/** The most memory over that of the same kind of command on a harmless input, in bytes. */
const MOST_ABOVE = 1e9;
/** A hang, in seconds: what is within it is no matter of speed, but of coming to an end. */
const HANG = 10;
/** On a busy machine all is slower: only well past it the command is ended and the test fails. */
const PATIENCE = 3 * HANG;

const figures: Record<string, string> = {};
let folder: string;
/** Peak of harmless commands, in bytes. */
const idle = new Map<string, number>();

test.beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'zoetrope-corpus-'));
  const video = join(folder, 'harmless.mp4');
  const picture = join(folder, 'harmless.png');
  const make = (...args: string[]): void => void execFileSync(process.env['FFMPEG_BIN'] ?? 'ffmpeg', ['-v', 'error', '-y', '-f', 'lavfi', '-i', 'testsrc2=s=320x180:d=1', ...args]);
  make(video);
  make('-frames:v', '1', picture);
  for (const command of [frames(video), photo(picture)]) idle.set(command[0]!, (await watched(command, PATIENCE)).peak);
});
test.afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
  report('corpus', figures);
});

for (const [k, { name, make, command, short }] of CASES.entries()) {
  if (!long && !short) continue;
  test(`${name} gets an answer or a plain refusal, in bounds`, async () => {
    test.setTimeout(120_000);
    const own = mkdtempSync(join(folder, `${k}-`));
    const args = command(await make(own));
    const { code, err, seconds, peak } = await watched(args, PATIENCE);
    rmSync(own, { recursive: true, force: true });
    const above = Math.max(0, peak - (idle.get(args[0]!) ?? 0));
    figures[name] = `${seconds.toFixed(1)} s, ${Math.round(above / 1e6)} MB above idle, code ${code}, ${err.trim() || 'opened'}`;
    expect([0, 2], err).toContain(code);
    expect(err).not.toMatch(/went wrong inside|\n\s+at |\bError:/);
    if (code === 2) expect(err.trim().split('\n')).toHaveLength(1);
    expect(above).toBeLessThan(MOST_ABOVE);
    expect(seconds).toBeLessThan(PATIENCE);
  });
}
