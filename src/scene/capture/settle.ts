// SPDX-License-Identifier: Apache-2.0
import { planViews, posePosition, type PlannedView } from '../../camera';
import { PlannedStrategy, say, throwIfCancelled, type CaptureStrategy, type Sentence } from '../../contract';
import { nextFrame } from '../frames';
import { captureFailed } from '../render/picture';
import type { SceneViewer } from '../viewer/scene-viewer';

/** Views that all show something, and notes about what was changed to achieve that. */
export interface Settled {
  views: PlannedView[];
  notes: Sentence[];
}

/** Strategies that look at the scene from outside. A blank view of theirs may be replaced by one from another place. */
const FROM_OUTSIDE: readonly CaptureStrategy[] = ['ring', 'ring-top', 'hemisphere', 'sphere'];
/** Strategies that choose camera places themselves, so that another strategy may replace them. */
const PLANNED: readonly CaptureStrategy[] = [...PlannedStrategy.options, 'coverage', 'path'];

/** Number of places around the scene to try when the planned ones show nothing. */
const PLACES = 64;
/** Milliseconds of surveying after which the window gets a frame to draw. */
const SLICE_MS = 50;

/**
 * Makes sure that every view shows something. A view that would be blank is drawn with both sides of surfaces if that
 * helps. Otherwise, a view from outside moves to the nearest place that sees something, and any other view is left out.
 * If no view of a plan is left, views are taken from outside.
 * @throws capture-failed if nothing is visible from anywhere, or from the given cameras
 */
export async function settleViews(
  viewer: SceneViewer,
  planned: readonly PlannedView[],
  signal?: AbortSignal,
): Promise<Settled> {
  const glance = glancer(viewer, signal);
  const others = lazily(() => otherPlaces(viewer, planned[0]));
  const views: PlannedView[] = [];
  const lost = { moved: 0, left: 0 };
  const nearby = async (blank: PlannedView): Promise<PlannedView | null> => {
    const places = others();
    const from = posePosition(blank.pose);
    const distance = ({ pose }: PlannedView): number =>
      Math.hypot(...posePosition(pose).map((n, axis) => n - from[axis]!));
    for (const place of [...places].sort((a, b) => distance(a) - distance(b))) {
      places.delete(place); // used, or blank
      const seen = await glance(place);
      if (seen) return { ...seen, strategy: blank.strategy };
    }
    return null;
  };
  for (const view of planned) {
    const seen = await glance(view);
    const instead = seen ?? (FROM_OUTSIDE.includes(view.strategy) ? await nearby(view) : null);
    if (instead) views.push(instead);
    if (!seen) lost[instead ? 'moved' : 'left'] += 1;
  }
  if (views.length > 0) return { views, notes: [...bothSidesNote(views), ...lostNotes(lost)] };
  const outside: PlannedView[] = [];
  if (planned.every(({ strategy }) => PLANNED.includes(strategy))) {
    for (const place of others()) {
      const seen = outside.length < planned.length && (await glance(place));
      if (seen) outside.push(seen);
    }
  }
  if (outside.length === 0) throw captureFailed('blank');
  return {
    views: outside,
    notes: [
      say`Nothing is seen from where the views were to be taken: they were taken from outside.`,
      ...bothSidesNote(outside),
    ],
  };
}

/** The same views of a second scene. Views that would be blank are left out, so that the pictures stay in pairs. */
export async function settlePairs(
  second: SceneViewer,
  views: readonly PlannedView[],
  signal?: AbortSignal,
): Promise<Settled> {
  const glance = glancer(second, signal);
  const seen: PlannedView[] = [];
  for (const view of views) {
    const one = await glance(view);
    if (one) seen.push(one);
  }
  if (seen.length === 0) throw captureFailed('blank');
  return { views: seen, notes: lostNotes({ moved: 0, left: views.length - seen.length }) };
}

const lostNotes = ({ moved, left }: { moved: number; left: number }): Sentence[] => [
  ...(moved > 0 ? [say`Views that would have shown nothing were taken from another place: ${moved}.`] : []),
  ...(left > 0 ? [say`Views that would have shown nothing were left out: ${left}.`] : []),
];

function bothSidesNote(views: readonly PlannedView[]): Sentence[] {
  const count = views.filter(({ bothSides }) => bothSides).length;
  return count > 0 ? [say`Views that see the scene only from behind, drawn from both sides: ${count}.`] : [];
}

/** Returns a check for whether a view shows anything: as planned, or else with both sides of surfaces drawn. */
function glancer(viewer: SceneViewer, signal?: AbortSignal): (view: PlannedView) => Promise<PlannedView | null> {
  let rested = performance.now();
  return async (view) => {
    if (performance.now() - rested > SLICE_MS) {
      await nextFrame();
      throwIfCancelled(signal);
      rested = performance.now();
    }
    const { culled: _culled, ...plain } = view;
    return [view, { ...plain, bothSides: true }].find((one) => viewer.shows(one)) ?? null;
  };
}

/** The golden ratio: places sorted by its multiples are evenly spread, however many of the first ones are used. */
const GOLDEN = (Math.sqrt(5) - 1) / 2;

/** Places around the scene, in an order whose first few are evenly spread. */
function otherPlaces({ bounds }: SceneViewer, like: PlannedView | undefined): Set<PlannedView> {
  const places =
    bounds && like ? planViews({ strategy: 'sphere', bounds, count: PLACES, size: like.intrinsics.height }) : [];
  const ordered = places.map((place, k) => ({ place, at: (k * GOLDEN) % 1 })).sort((a, b) => a.at - b.at);
  return new Set(ordered.map(({ place }) => place));
}

function lazily<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}
