// SPDX-License-Identifier: Apache-2.0
import { test } from '@playwright/test';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Zoetrope } from '../fixtures/window';

/**
 * Measures the window with hours of video: `ZOETROPE_MEASURE=1 npm run e2e -- hours`. Prints tables; no speed is
 * asserted.
 */

const HOURS = Number(process.env['ZOETROPE_MEASURE_HOURS'] ?? 3);
const ROUNDS = 2;
const ffmpeg = process.env['FFMPEG_BIN'] ?? 'ffmpeg';

/** A moving test picture with sound, a keyframe every ten seconds; one minute of it, repeated. Made once. */
function makeFile(): string {
  const folder = join(tmpdir(), 'zoetrope-measure');
  mkdirSync(folder, { recursive: true });
  const [loop, file] = [join(folder, 'minute.mp4'), join(folder, `${HOURS} hours.mp4`)];
  if (existsSync(file)) return file;
  const picture = ['-f', 'lavfi', '-i', 'testsrc2=size=426x240:rate=25:duration=59.48'];
  const sound = ['-f', 'lavfi', '-i', "aevalsrc='sin(1500*t)*abs(sin(t/2))':d=59.48:s=44100"];
  const run = (...args: string[]) => execFileSync(ffmpeg, ['-v', 'error', '-y', ...args]);
  run(
    ...picture,
    ...sound,
    '-c:v',
    'libx264',
    '-preset',
    'veryfast',
    '-g',
    '250',
    '-bf',
    '3',
    '-pix_fmt',
    'yuv420p',
    '-c:a',
    'aac',
    loop,
  );
  run('-stream_loop', '-1', '-i', loop, '-t', String(HOURS * 3600), '-c', 'copy', '-f', 'mp4', `${file}.part`);
  renameSync(`${file}.part`, file);
  return file;
}

/** Milliseconds between frames on screen, and tasks during which the page could not respond. */
interface Gaps {
  gaps: number[];
  longest: number;
}

/** Runs some work and measures the gaps between frames on screen. */
async function watched(zoetrope: Zoetrope, work: () => Promise<void>): Promise<Gaps> {
  await zoetrope.page.evaluate(() => {
    const gaps: number[] = [];
    const tasks: number[] = [];
    const observer = new PerformanceObserver((list) =>
      list.getEntries().forEach(({ duration }) => tasks.push(duration)),
    );
    observer.observe({ entryTypes: ['longtask'] });
    let last = performance.now();
    let running = true;
    const tick = (now: number) => {
      gaps.push(now - last);
      last = now;
      if (running) requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
    Object.assign(window, {
      watch: () => {
        running = false;
        observer.takeRecords().forEach(({ duration }) => tasks.push(duration));
        observer.disconnect();
        gaps.push(performance.now() - last);
        return { gaps, longest: Math.max(0, ...tasks) };
      },
    });
  });
  await work();
  return zoetrope.page.evaluate(() => (window as unknown as { watch: () => Gaps }).watch());
}

/** Megabytes that belong to each process alone, after garbage collection in the page; on Linux only. */
async function memory(zoetrope: Zoetrope): Promise<Record<string, number>> {
  const session = await zoetrope.page.context().newCDPSession(zoetrope.page);
  await session.send('HeapProfiler.collectGarbage');
  const heap = await session.send('Runtime.getHeapUsage');
  await session.detach();
  const metrics = await zoetrope.app.evaluate(({ app }) =>
    app.getAppMetrics().map(({ pid, type, name, serviceName }) => ({
      pid,
      what: type === 'Tab' ? 'page' : type === 'Browser' ? 'main' : (name ?? serviceName ?? type),
    })),
  );
  const out: Record<string, number> = { 'page heap': heap.usedSize / 1e6 };
  for (const { pid, what } of metrics) out[what] = (out[what] ?? 0) + own(pid);
  return out;
}

function own(pid: number): number {
  try {
    const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'latin1');
    return (
      [...text.matchAll(/^Private_(?:Clean|Dirty):\s+(\d+) kB/gm)].reduce((sum, [, kB]) => sum + Number(kB), 0) / 1000
    );
  } catch {
    return NaN;
  }
}

const table = (head: string[], rows: (string | number)[][]): string =>
  [
    head,
    head.map((_, k) => (k === 0 ? '---' : '---:')),
    ...rows.map((row) => row.map((cell) => (typeof cell === 'number' ? cell.toFixed(0) : cell))),
  ]
    .map((row) => `| ${row.join(' | ')} |`)
    .join('\n');
const rank = (gaps: readonly number[], share: number): number =>
  [...gaps].sort((a, b) => a - b)[Math.floor((gaps.length - 1) * share)] ?? NaN;

test(`${HOURS} hours in the window`, async () => {
  test.setTimeout(1_800_000);
  const file = makeFile();
  const zoetrope = await Zoetrope.start();
  const { page } = zoetrope;
  const rows: (string | number)[][] = [];
  const held: Record<string, number>[] = [];
  const moments: string[] = [];
  const weigh = async (moment: string) => {
    moments.push(moment);
    held.push(await memory(zoetrope));
  };
  const phase = async (name: string, work: () => Promise<void>) => {
    const { gaps, longest } = await watched(zoetrope, work);
    console.log(`${name}: ${gaps.length} pictures, longest gap ${Math.max(...gaps).toFixed(0)} ms`);
    rows.push([name, gaps.length, rank(gaps, 0.5), rank(gaps, 0.95), Math.max(...gaps), longest]);
  };
  try {
    await weigh('empty window');
    await phase('nothing', () => page.waitForTimeout(3000));
    const began = Date.now();
    await phase('opening', async () => {
      await zoetrope.open(file);
      await page.locator('[data-testid=sample-button]:not([disabled])').waitFor({ timeout: 600_000 });
    });
    const listed = (Date.now() - began) / 1000;
    await page.locator('[data-testid=strip]:not([data-pictures="0"])').waitFor({ timeout: 600_000 });
    const pictured = (Date.now() - began) / 1000;
    await page.locator('[data-testid=waveform]:not([data-peaks="0"])').waitFor({ timeout: 900_000 });
    const heard = (Date.now() - began) / 1000;
    await weigh('opened');
    const track = page.getByRole('slider', { name: 'Position' });
    for (let round = 1; round <= ROUNDS; round++) {
      const box = (await track.boundingBox())!;
      const [y, at] = [box.y + 20, (k: number) => box.x + box.width * (0.03 + 0.94 * k)];
      await page.mouse.move(at(0.4), y);
      const turn = async (dx: number, dy: number, steps: number) => {
        for (let k = 0; k < steps; k++) await page.mouse.wheel(dx, dy);
      };
      await phase(`zooming, ${round}`, async () => (await turn(0, -120, 30), await turn(0, 120, 15)));
      await phase(`panning, ${round}`, async () => (await turn(60, 0, 30), await turn(-60, 0, 30)));
      await track.focus();
      await page.keyboard.press('0');
      await phase(`scrubbing, ${round}`, async () => {
        await page.mouse.move(at(0), y);
        await page.mouse.down();
        for (let k = 0; k <= 120; k++) await page.mouse.move(at(k / 120), y);
        for (let k = 60; k >= 0; k--) await page.mouse.move(at(k / 60), y);
        await page.mouse.up();
      });
      await phase(`playing, ${round}`, async () => {
        await page.keyboard.press('l');
        await page.waitForTimeout(5000);
        await page.keyboard.press('k');
      });
      await weigh(`round ${round}`);
    }
    await phase('taking 16 frames', async () => {
      await page.getByTestId('sample-button').click();
      await page.getByTestId('tray-item').nth(15).waitFor({ timeout: 600_000 });
    });
    await weigh('16 frames taken');
    await page.waitForTimeout(40_000); // players free their buffers when idle
    await weigh('after a rest');
    const kinds = [...new Set(held.flatMap((all) => Object.keys(all)))];
    console.log(
      `${cpus()[0]?.model.trim()}, ${cpus().length} processors. Listed after ${listed.toFixed(1)} s, first pictures ${pictured.toFixed(1)} s, sound ${heard.toFixed(1)} s.\n`,
    );
    console.log(
      table(['', 'pictures on screen', 'gap, middle, ms', 'gap, 95 %', 'gap, longest', 'task, longest'], rows),
    );
    console.log(
      `\n${table(
        ['MB', ...moments],
        kinds.map((kind) => [kind, ...held.map((all) => all[kind] ?? '')]),
      )}`,
    );
  } finally {
    await zoetrope.end();
  }
});
