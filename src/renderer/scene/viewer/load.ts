import { Box3, LoadingManager, type InstancedMesh, type Light, type Mesh, type Object3D } from 'three';
import { GLTFLoader, type GLTF } from 'three/addons/loaders/GLTFLoader.js';
import { isUsableBounds, looksLikeRoom, type Bounds } from '../../../capture';
import { throwIfCancelled, ZoetropeError } from '../../../contract';
import { checkGlb, emptyScene, notAScene, validate } from './check';
import { addDecoders } from './decoders';
import { embeddedOnly } from './embedded';
import { within } from './frames';
import { vec3 } from './pose';
import { sampleTriangles } from './triangles';

/** A scene ready to be shown. */
export interface LoadedScene {
  root: Object3D;
  bounds: Bounds;
  facts: SceneFacts;
}

export interface SceneFacts {
  triangles: number;
  /** Things drawn: meshes, lines and clouds of points. */
  objects: number;
  /** Pictures in the file that could not be read; their surfaces are shown without them. */
  lostPictures: number;
  /** A place to stand in, not a thing to walk round. */
  room: boolean;
}

/** Longer than any sound file of the permitted size takes, in software and on a slow machine. */
const PARSE_LIMIT_MS = 60_000;

/** Reads a binary glTF. Everything that can be checked is checked before three.js sees it. */
export async function loadScene(file: ArrayBuffer, name: string, signal?: AbortSignal): Promise<LoadedScene> {
  const { decoders } = checkGlb(file, name);
  await validate(file, name, signal);
  throwIfCancelled(signal);

  let lostPictures = 0;
  const loader = new GLTFLoader(closedManager());
  loader.register((parser) => embeddedOnly(parser, () => (lostPictures += 1)));
  const endDecoders = await addDecoders(loader, decoders);
  let gltf: GLTF;
  try {
    gltf = await within(loader.parseAsync(file, ''), {
      ms: PARSE_LIMIT_MS,
      signal,
      error: () =>
        new ZoetropeError('not-a-scene', `${name} took too long to unpack.`, 'Export it again without compression.'),
    });
  } catch (thrown) {
    if (thrown instanceof ZoetropeError) throw thrown;
    throw notAScene(name, 'could not be read', thrown instanceof Error ? thrown.message : String(thrown));
  } finally {
    endDecoders();
  }
  throwIfCancelled(signal);
  return measure(gltf, name, lostPictures);
}

/** A manager whose loaders can fetch nothing, should one still try. */
function closedManager(): LoadingManager {
  const manager = new LoadingManager();
  manager.setURLModifier(() => {
    throw new Error('a scene may not load other files');
  });
  return manager;
}

function measure(gltf: GLTF, name: string, lostPictures: number): LoadedScene {
  // A file may have scenes and name none of them as its own; three types `scene` as always there.
  const root = (gltf.scene as Object3D | undefined) ?? gltf.scenes[0];
  const facts: SceneFacts = { triangles: 0, objects: 0, lostPictures, room: false };
  root?.updateMatrixWorld(true);
  root?.traverse((object) => {
    // Exporters write lights in units of every kind. Left on, one file comes out white and the next black; with
    // the stage's light alone, views of different scenes can be compared.
    if ((object as Light).isLight) object.visible = false;
    const { geometry, count } = object as Mesh & Partial<InstancedMesh>;
    if (!geometry) return;
    const points = geometry.index?.count ?? geometry.getAttribute('position')?.count ?? 0;
    if (points === 0) return;
    facts.objects += 1;
    if ((object as Mesh).isMesh) facts.triangles += Math.floor(points / 3) * (count ?? 1);
  });
  if (!root || facts.objects === 0) throw emptyScene(name);
  const box = new Box3().setFromObject(root, facts.triangles < 2_000_000);
  const bounds = { min: vec3(box.min), max: vec3(box.max) };
  if (!isUsableBounds(bounds)) throw notAScene(name, 'has no sound positions', JSON.stringify(bounds));
  const sample = sampleTriangles(root, facts.triangles);
  facts.room = looksLikeRoom(bounds, sample.corners, sample.weight);
  return { root, bounds, facts };
}

/** Frees what the scene holds on the graphics card and in memory. */
export function disposeScene(root: Object3D): void {
  root.traverse((object) => {
    const { geometry, material } = object as Partial<Mesh>;
    geometry?.dispose();
    for (const one of material === undefined ? [] : [material].flat()) {
      for (const value of Object.values(one) as unknown[]) {
        const texture = value as { isTexture?: boolean; dispose(): void; image?: unknown } | null;
        if (!texture?.isTexture) continue;
        texture.dispose();
        if (texture.image instanceof ImageBitmap) texture.image.close();
      }
      one.dispose();
    }
  });
}
