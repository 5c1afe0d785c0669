// SPDX-License-Identifier: Apache-2.0
import {
  cameraInScene,
  candidateViews,
  chooseGreedy,
  clipRange,
  givenPose,
  orderAlongPath,
  ringViews,
  soundCandidates,
  squareIntrinsics,
  walkPoses,
  type PlannedView,
} from '../../camera';
import { say, throwIfCancelled, ZoetropeError, type Camera, type GivenCamera } from '../../contract';
import { nextFrame } from '../frames';
import type { SceneViewer } from '../viewer/scene-viewer';
import type { Sighting } from '../render/survey';

export interface CoverageOrder {
  /** The largest number of views to choose; fewer if they already show enough. */
  count: number;
  /** Edge of the captured pictures, pixels. */
  size: number;
  seed: number;
  signal?: AbortSignal | undefined;
  onProgress?: ((done: number, total: number) => void) | undefined;
}

/** Milliseconds of surveying after which the window gets a frame to draw. */
const SLICE_MS = 50;

/** Surveys the scene from each of these poses, in small pictures. */
export async function surveyFrom(
  viewer: SceneViewer,
  views: readonly PlannedView[],
  { signal, onProgress }: Pick<CoverageOrder, 'signal' | 'onProgress'> = {},
): Promise<Sighting[]> {
  const survey = viewer.survey(sceneOf(viewer).facts.room);
  const sightings: Sighting[] = [];
  try {
    let rested = -Infinity;
    for (const [k, view] of views.entries()) {
      if (performance.now() - rested > SLICE_MS) {
        onProgress?.(k, views.length);
        await nextFrame();
        throwIfCancelled(signal);
        rested = performance.now();
      }
      sightings.push(survey.sight(view));
    }
  } finally {
    survey.dispose();
  }
  return sightings;
}

/** Indices of the candidates where a person could stand. */
export const usableViewpoints = (sightings: readonly Sighting[], room: boolean): number[] =>
  soundCandidates(
    sightings.map(({ backs }) => backs),
    room,
  );

/**
 * Surveys the scene from many places, in small pictures, and plans the few views that together show the most, in an
 * order that could be walked. Each view holds the share of the visible surface that the whole plan covers. A scene
 * without surfaces gets a ring of views.
 */
export async function planCoverage(
  viewer: SceneViewer,
  { count, size, seed, signal, onProgress }: CoverageOrder,
): Promise<PlannedView[]> {
  const { bounds, facts } = sceneOf(viewer);
  const candidates = candidateViews(bounds, facts.room, seed);
  const sightings = await surveyFrom(viewer, candidates, { signal, onProgress });
  const sound = usableViewpoints(sightings, facts.room);
  const seen = sound.map((k) => sightings[k]!.cells);
  const { chosen, covered } = chooseGreedy({ seen, areaOf: viewer.cellWorth() }, count);
  const coverage = covered.at(-1);
  if (coverage === undefined) return ringViews({ bounds, count, size }); // only lines or glass: no surface to plan by
  const views = chosen.map((k) => candidates[sound[k]!]!);
  return orderAlongPath(views.map(({ pose }) => pose)).map((k) => {
    const { pose, intrinsics, ...rest } = views[k]!;
    return { pose, intrinsics: squareIntrinsics(pose, bounds, size, intrinsics.fovY), ...rest, coverage };
  });
}

/** Enough stations for the path to follow the shape of the room, few enough to keep it short. */
const STATIONS = 6;

/**
 * Plans a path through the given places, or, if fewer than two are given, through the places that show most of the
 * scene.
 */
export async function planWalk(
  viewer: SceneViewer,
  places: readonly Camera[],
  order: CoverageOrder,
): Promise<PlannedView[]> {
  const { bounds } = sceneOf(viewer);
  const named = places.length >= 2;
  const stations = named
    ? places
    : (await planCoverage(viewer, { ...order, count: STATIONS })).map(({ pose, intrinsics: { fovY } }) => ({
        pose,
        fovY,
      }));
  const fovY = Math.max(...stations.map((station) => station.fovY));
  return walkPoses(
    stations.map(({ pose }) => pose),
    order.count,
  ).map((pose) => ({
    pose,
    intrinsics: squareIntrinsics(pose, bounds, order.size, fovY),
    strategy: 'path',
    ...(named ? {} : { seed: order.seed }),
  }));
}

/**
 * The cameras of a pose file as they stand in its scene, or those in the scene's own file, with pictures `size` high.
 */
export function fileViews(viewer: SceneViewer, given: readonly GivenCamera[] | undefined, size: number): PlannedView[] {
  const { bounds, facts } = sceneOf(viewer);
  const cameras = given ?? viewer.cameras;
  if (cameras.length === 0) {
    throw new ZoetropeError(
      'capture-failed',
      say`This scene has no cameras of its own.`,
      say`Name a file of camera poses, or choose another way to take views.`,
    );
  }
  return cameras.map(({ cameraToWorld, fovY, width, height }) => {
    const pose = givenPose(given ? cameraInScene(cameraToWorld, facts.fileToScene) : cameraToWorld, bounds);
    const by = given ? 1 : size / height;
    const shape = { width: Math.max(1, Math.round(by * width)), height: Math.round(by * height) };
    return { pose, intrinsics: { ...squareIntrinsics(pose, bounds, size, fovY), ...shape }, strategy: 'file' };
  });
}

/** The same cameras for another scene; only the near and far planes are that scene's own. */
export function matchedViews(viewer: SceneViewer, views: readonly PlannedView[]): PlannedView[] {
  const { bounds } = sceneOf(viewer);
  return views.map((view) => ({ ...view, intrinsics: { ...view.intrinsics, ...clipRange(view.pose, bounds) } }));
}

export function sceneOf({ bounds, facts }: SceneViewer) {
  if (bounds && facts) return { bounds, facts };
  throw new ZoetropeError('capture-failed', say`There is no scene to take a picture of.`, say`Open a 3D scene first.`);
}
