// SPDX-License-Identifier: Apache-2.0
import { spawn } from 'node:child_process';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import {
  cancelled,
  CaptureResult,
  PlannedViewSchema,
  ofTake,
  say,
  SceneSurvey,
  ViewCapture,
  ZoetropeError,
  type Arrangement,
  type CaptureJob,
  type CaptureTimings,
  type Item,
  type PassKind,
  type Passes,
  type Sentence,
  type Vec3,
} from '../contract';
import { inOrder, type Pair } from '../sequence';
import { endsWithUs, makeTemporary, removeTemporary } from '../lifetime';
import type { Engine } from './engine';
import { viewItem, type JobOptions } from './items';
import { notThere, sourceOf } from './source';

const Command = z.array(z.string()).min(1);

/** How to start the app, as determined by the start script: a JSON list of the program and its arguments. */
const COMMAND_VARIABLE = 'ZOETROPE_ELECTRON_COMMAND';

/** How long the hidden window has to end by itself, in milliseconds. */
const STOP_MS = 1000;

type Job = Omit<z.input<typeof CaptureJob>, 'source' | 'task'>;

export interface CaptureOptions extends JobOptions {
  /** Called with a note about everything that was left out or assumed. */
  onNote?: (note: Sentence) => void;
}

/** Results of the hidden window besides the pictures. Valid only while they are being read. */
export interface Rendered {
  items: readonly Item[];
  /** Reads the passes of a view. @throws bad-request for a photograph, which has none. */
  passesOf: (index: number) => Promise<Passes>;
  /** Names of the objects; the first has number 1. */
  objects: readonly string[];
  /** Files that the scene names but that are missing. */
  missing: readonly string[];
  /** The point of the file that its coordinates are counted from. */
  origin: Vec3 | undefined;
}

/**
 * Views of a scene, rendered by the app itself in a hidden window, so that they equal those of the 3D pane.
 * @param also is called with the results before they are deleted, for example to read the passes.
 * @throws not-a-scene, scene-incomplete, scene-too-large, capture-failed, cancelled.
 */
export async function captureViews(
  scene: string,
  job: Job,
  engine: Pick<Engine, 'pictures'>,
  { signal, onProgress, onNote }: CaptureOptions = {},
  also?: (rendered: Rendered) => Promise<void>,
): Promise<Item[]> {
  onProgress?.({ step: 'render', done: 0, total: job.count });
  return withJob(scene, { task: 'views', ...job }, signal, async (out, { objects = [], notes, missing, origin }) => {
    notes.forEach((note) => onNote?.(note));
    const facts = (await readdir(out)).filter((name) => /^\d{3}\.json$/.test(name)).sort();
    const items: Item[] = [];
    for (const name of facts) {
      const rgba = new Uint8Array(await readFile(join(out, name.replace('.json', '.rgba'))));
      const capture = ViewCapture.parse({ ...JSON.parse(await readFile(join(out, name), 'utf8')), rgba });
      items.push(await viewItem(capture, sourceOf(scene), engine.pictures));
    }
    const passesOf = (index: number): Promise<Passes> => readPasses(join(out, facts[index]!.replace('.json', '')));
    await also?.({ items, passesOf, objects, missing, origin });
    return items;
  });
}

/**
 * Views of two scenes from the same places, as pairs in order. The places are planned in the first scene.
 * @throws as `captureViews`
 */
export async function capturePairs(
  [first, second]: readonly [string, string],
  job: Job,
  arrange: Arrangement,
  engine: Pick<Engine, 'pictures'>,
  options: CaptureOptions = {},
  also: readonly ((rendered: Rendered) => Promise<void>)[] = [],
): Promise<Item[]> {
  let pairs: Pair[] = [];
  await captureViews(first, job, engine, options, async (a) => {
    const views = a.items.flatMap(({ origin }) => (origin.kind === 'view' ? [PlannedViewSchema.parse(origin)] : []));
    await captureViews(second, { ...job, views, origin: a.origin }, engine, options, async (b) => {
      // If the second scene shows nothing from a place, that pair is left out.
      const seen = new Set(b.items.map(placeOf));
      const kept = [...a.items.keys()].filter((k) => seen.has(placeOf(a.items[k]!)));
      pairs = kept.map((k, pair): Pair => [ofTake(a.items[k]!, 'A'), ofTake(b.items[pair]!, 'B')]);
      await also[0]?.({
        ...a,
        items: pairs.map(([item]) => item),
        passesOf: (pair) => a.passesOf(kept[pair]!),
      });
      await also[1]?.({ ...b, items: pairs.map(([, item]) => item) });
    });
  });
  return inOrder(pairs, arrange);
}

const placeOf = ({ origin }: Item): string => (origin.kind === 'view' ? origin.pose.cameraToWorld.join() : '');

async function readPasses(base: string): Promise<Passes> {
  const read = async (kind: PassKind): Promise<ArrayBuffer> => {
    const bytes = await readFile(`${base}.${kind}`).catch((error: unknown) => {
      throw new ZoetropeError(
        'bad-request',
        say`Photographs have no depth, normals or object numbers.`,
        say`Name a --strategy, and views are drawn of the scene instead.`,
        String(error),
      );
    });
    return new Uint8Array(bytes).buffer;
  };
  return {
    depth: new Float32Array(await read('depth')),
    normal: new Uint8Array(await read('normal')),
    id: new Uint16Array(await read('id')),
  };
}

/** The surface cells of a scene that are visible from all candidate places, and from `count` evenly spaced places. */
export const surveyScene = (scene: string, job: Job, signal: AbortSignal): Promise<SceneSurvey> =>
  withJob(scene, { task: 'survey', ...job }, signal, async (out) =>
    SceneSurvey.parse(JSON.parse(await readFile(join(out, 'survey.json'), 'utf8'))),
  );

/** How long it takes to capture the views of a scene. */
export const timeViews = (scene: string, job: Job, signal: AbortSignal): Promise<CaptureTimings> =>
  withJob(scene, { task: 'views', ...job }, signal, (_out, { timings }) =>
    Promise.resolve(timings ?? { load: 0, plan: 0, render: 0 }),
  );

/** Runs a job in the app's hidden window and reads the results from a temporary folder, which is then deleted. */
async function withJob<T>(
  scene: string,
  job: Omit<z.input<typeof CaptureJob>, 'source'>,
  signal: AbortSignal | undefined,
  read: (out: string, result: z.output<typeof CaptureResult>) => Promise<T>,
): Promise<T> {
  if (!(await stat(scene).catch(() => undefined))) throw notThere(scene);
  const out = await makeTemporary('views');
  try {
    const jobFile = join(out, 'job');
    await writeFile(jobFile, JSON.stringify({ scene: resolve(scene), out, job: { source: 'scene', ...job } }));
    await runApp([`--capture-job=${jobFile}`, `--user-data-dir=${join(out, 'profile')}`], signal);
    const result = await readFile(join(out, 'result.json'), 'utf8').catch(() => undefined);
    if (result === undefined) throw failed(say`The renderer ended without a result.`);
    const parsed = CaptureResult.parse(JSON.parse(result));
    if (parsed.error) throw ZoetropeError.from(parsed.error);
    return await read(out, parsed);
  } finally {
    await removeTemporary(out);
  }
}

function runApp(args: string[], signal: AbortSignal | undefined): Promise<void> {
  const given = process.env[COMMAND_VARIABLE];
  if (given === undefined) {
    throw new ZoetropeError(
      'capture-failed',
      say`There is no window to render 3D views in.`,
      say`Run it as "npm run -s zoetrope -- ...", which finds one.`,
    );
  }
  const [program = '', ...before] = Command.parse(JSON.parse(given));
  return new Promise((done, fail) => {
    // The child leads a process group, so that all of its processes can be ended. Windows has no process groups.
    const group = process.platform !== 'win32';
    const child = spawn(program, [...before, ...args], { stdio: ['ignore', 'ignore', 'pipe'], detached: group });
    endsWithUs(child, { group });
    const end = (signal: 'SIGTERM' | 'SIGKILL'): void => {
      try {
        if (group && child.pid !== undefined) process.kill(-child.pid, signal);
        else child.kill(signal);
      } catch {
        // it has just ended
      }
    };
    let insist: NodeJS.Timeout | undefined;
    let stderr = '';
    child.stderr.on('data', (data: Buffer) => void (stderr = (stderr + String(data)).slice(-4000)));
    const stop = (): void => {
      end('SIGTERM');
      insist = setTimeout(() => end('SIGKILL'), STOP_MS);
    };
    signal?.addEventListener('abort', stop, { once: true });
    child.once('error', (error) => fail(failed(say`The window to render in could not be started.`, String(error))));
    child.once('exit', (code) => {
      signal?.removeEventListener('abort', stop);
      clearTimeout(insist);
      if (signal?.aborted) fail(cancelled());
      else if (code === 0) done();
      else fail(failed(say`The window to render in ended unexpectedly.`, `exit code ${code}\n${stderr}`));
    });
  });
}

function failed(message: Sentence, detail?: string): ZoetropeError {
  return new ZoetropeError(
    'capture-failed',
    message,
    say`Try again; if it happens again, open the scene in the app.`,
    detail,
  );
}
