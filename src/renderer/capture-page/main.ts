// SPDX-License-Identifier: Apache-2.0
import '../no-eval';
import { candidateViews, spacedViews } from '../../camera';
import {
  say,
  toErrorInfo,
  ZoetropeError,
  type CaptureJob,
  type CaptureResult,
  type Sentence,
  type Vec3,
  type ViewCapture,
} from '../../contract';
import {
  captureViews,
  chooseEvenly,
  surveyFrom,
  matchedViews,
  planCapture,
  SceneFiles,
  SceneViewer,
  settlePairs,
  type Settled,
  usableViewpoints,
  capturePhotographs,
  valueOf,
} from '../../scene';

/**
 * The hidden page that renders views for the command line. It requests its job, hands over the pictures in order, and
 * reports the result. It uses the same viewer as the window, so its pictures are the same.
 */
async function work(): Promise<CaptureResult> {
  const job = valueOf(await window.zoetrope['capture.job'](undefined));
  const clock = [performance.now()];
  const files = await SceneFiles.open(job.source, 'The scene');
  const viewer = new SceneViewer({ interactive: false });
  let objects: string[] | undefined;
  let origin: Vec3 | undefined;
  const notes: Sentence[] = [];
  const missing: string[] = [];
  try {
    const facts = await viewer.load(files, { up: job.up, origin: job.origin });
    const { up, ownUp } = facts;
    origin = facts.origin;
    notes.push(...facts.notes);
    missing.push(...facts.missing);
    if (missing.length > 0) notes.push(say`Files the scene names that are not there: ${missing.slice(0, 20)}.`);
    viewer.setRenderSettings(job.look);
    clock.push(performance.now());
    const of = { source: job.source, sceneHash: await files.hash(up === ownUp ? undefined : up) };
    const handOver = async (view: ViewCapture): Promise<void> => valueOf(await window.zoetrope['capture.view'](view));
    const { photographs, bounds } = viewer;
    // Posed photographs are used as the views, unless others are asked for.
    if (job.task === 'survey') {
      await survey(job, viewer);
      clock.push(performance.now());
    } else if (job.strategy === null && !job.views && photographs.length > 0 && bounds) {
      clock.push(performance.now());
      const { fileToScene } = facts;
      const taken = await capturePhotographs(
        { ...of, bounds, fileToScene, photographs: chooseEvenly(photographs, job.count) },
        handOver,
      );
      notes.push(...taken.notes);
    } else {
      const settled = await plan(job, viewer);
      notes.push(...settled.notes);
      clock.push(performance.now());
      if (job.passes) objects = viewer.objectNames;
      await captureViews(viewer, { ...of, views: settled.views, passes: job.passes }, handOver);
    }
    clock.push(performance.now());
  } finally {
    viewer.dispose();
  }
  const [start = 0, loaded = 0, planned = 0, taken = 0] = clock;
  return {
    error: null,
    timings: { load: loaded - start, plan: planned - loaded, render: taken - planned },
    origin,
    objects,
    notes,
    missing,
  };
}

/** Plans exactly the requested views (as for the second of two scenes), or those of a strategy. */
function plan({ views, ...order }: CaptureJob, viewer: SceneViewer): Promise<Settled> {
  return views
    ? settlePairs(viewer, matchedViews(viewer, views))
    : planCapture(viewer, { ...order, onProgress: alive });
}

async function survey({ count, seed }: CaptureJob, viewer: SceneViewer): Promise<void> {
  const { bounds, facts } = shown(viewer);
  const places = candidateViews(bounds, facts.room, seed);
  const sightings = await surveyFrom(viewer, [...places, ...spacedViews(bounds, facts.room, count)], {
    onProgress: alive,
  });
  const lists = (some: typeof sightings): number[][] => some.map(({ cells }) => [...cells]);
  const spaced = lists(sightings.slice(places.length));
  const candidates = sightings.slice(0, places.length);
  const seen = lists(usableViewpoints(candidates, facts.room).map((k) => candidates[k]!));
  const worthOf = viewer.cellWorth();
  const worth = [...new Set([...seen, ...spaced].flat())].map((cell): [number, number] => [cell, worthOf(cell)]);
  valueOf(await window.zoetrope['capture.survey']({ seen, spaced, worth }));
}

function shown({ bounds, facts }: SceneViewer) {
  if (bounds && facts) return { bounds, facts };
  throw new ZoetropeError('capture-failed', say`There is no scene to take a picture of.`, say`Open a 3D scene first.`);
}

const alive = (): void => void window.zoetrope['capture.alive'](undefined);
const finish = (result: CaptureResult) => window.zoetrope['capture.finish'](result);

work().then(finish, (thrown: unknown) => finish({ error: toErrorInfo(thrown) }));
