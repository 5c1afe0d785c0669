import { candidateViews, chooseGreedy, orderAlongPath, soundCandidates, squareIntrinsics, type PlannedView } from '../../../capture';
import { throwIfCancelled, ZoetropeError } from '../../../contract';
import { nextFrame } from './frames';
import type { SceneViewer } from './scene-viewer';

export interface CoverageOrder {
  /** The most views to choose; fewer when they show enough. */
  count: number;
  /** Edge of the pictures to be taken, pixels. */
  size: number;
  seed: number;
  signal?: AbortSignal | undefined;
  onProgress?: ((done: number, total: number) => void) | undefined;
}

/** Milliseconds of looking before the window gets a frame. */
const SLICE_MS = 50;

/**
 * Looks at the scene from many places, small and quickly, and plans the few views that together show the most, in an
 * order one could walk. Each says which share of all that can be seen the plan covers.
 */
export async function planCoverage(viewer: SceneViewer, { count, size, seed, signal, onProgress }: CoverageOrder): Promise<PlannedView[]> {
  const { bounds, facts } = viewer;
  if (!bounds || !facts) throw new ZoetropeError('capture-failed', 'There is no scene to take a picture of.', 'Open a 3D scene first.');
  const candidates = candidateViews(bounds, facts.room, seed);
  const survey = viewer.survey(facts.room);
  const looks: { pieces: Uint32Array; backs: number }[] = [];
  try {
    let rested = -Infinity;
    for (const [k, view] of candidates.entries()) {
      if (performance.now() - rested > SLICE_MS) {
        onProgress?.(k, candidates.length);
        await nextFrame();
        throwIfCancelled(signal);
        rested = performance.now();
      }
      looks.push(survey.look(view));
    }
  } finally {
    survey.dispose();
  }
  const sound = soundCandidates(looks.map(({ backs }) => backs), facts.room);
  const seen = sound.map((k) => looks[k]!.pieces);
  const { chosen, covered } = chooseGreedy({ seen, areaOf: viewer.pieceWorth() }, count);
  const coverage = covered.at(-1);
  if (coverage === undefined) {
    throw new ZoetropeError('capture-failed', 'No place was found from which this scene shows anything.', 'Choose another way to take views, or capture the view on screen.');
  }
  const views = chosen.map((k) => candidates[sound[k]!]!);
  return orderAlongPath(views.map(({ pose }) => pose)).map((k) => {
    const { pose, intrinsics, ...rest } = views[k]!;
    return { pose, intrinsics: squareIntrinsics(pose, bounds, size, intrinsics.fovY), ...rest, coverage };
  });
}
