// SPDX-License-Identifier: Apache-2.0
import { passFacts, poseInScene, type PassFacts } from '../../camera';
import {
  ALL_OBJECTS,
  say,
  throwIfCancelled,
  ZoetropeError,
  type Item,
  type Passes,
  type Source,
  type UpAxis,
} from '../../contract';
import { SceneFiles } from '../files/scene-files';
import { SceneViewer } from '../viewer/scene-viewer';

interface PassesOrder {
  source: Source;
  /** The up axis the scene was shown with when the views were taken. */
  up: UpAxis | undefined;
  /** Views of that scene. */
  views: readonly Item[];
  signal: AbortSignal;
  handOver: (view: Item, passes: Passes, facts: PassFacts) => Promise<void>;
}

/**
 * Renders depths, normals and object numbers of views that were taken earlier, one after another, on a canvas of its
 * own. Returns what the values mean.
 * @throws file-changed if the scene is no longer the one the views were taken of; the errors of loading; cancelled
 */
export async function passesOfViews({ source, up, views, signal, handOver }: PassesOrder): Promise<PassFacts> {
  const viewer = new SceneViewer({ interactive: false });
  try {
    const files = await SceneFiles.open(source.id, source.name, signal);
    const { up: shown, ownUp, fileToScene } = await viewer.load(files, { up, signal });
    const hash = await files.hash(shown === ownUp ? undefined : shown);
    const origins = views.flatMap(({ origin }) => (origin.kind === 'view' ? [origin] : []));
    if (origins.some(({ sceneHash }) => sceneHash !== hash)) {
      throw new ZoetropeError(
        'file-changed',
        say`"${source.name}" is not as it was when its views were taken.`,
        say`Capture the views again, or export them without depth.`,
      );
    }
    const facts = passFacts(
      origins.map(({ intrinsics }) => intrinsics),
      viewer.objectNames,
    );
    for (const [k, view] of views.entries()) {
      throwIfCancelled(signal);
      const origin = origins[k]!;
      viewer.setShownObjects(origin.parts ?? ALL_OBJECTS);
      await handOver(view, viewer.passes({ ...origin, pose: poseInScene(origin, fileToScene) }), facts);
    }
    return facts;
  } finally {
    viewer.dispose();
  }
}
