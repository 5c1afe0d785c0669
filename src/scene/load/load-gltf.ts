// SPDX-License-Identifier: Apache-2.0
import { LoadingManager, type Object3D } from 'three';
import { GLTFLoader, type GLTF } from 'three/addons/loaders/GLTFLoader.js';
import type { KTX2Loader } from 'three/addons/loaders/KTX2Loader.js';
import { say, throwIfCancelled, ZoetropeError, type Sentence } from '../../contract';
import {
  aligned,
  allowanceFor,
  checkGlb,
  emptyScene,
  missingFiles,
  namedFiles,
  notAScene,
  validate,
} from '../validate';
import { diffuseInstead, diffuseNotes, type MaterialDef } from './specular-glossiness';
import { addDecoders } from './decoders';
import type { SceneFiles } from '../files/scene-files';
import { Ktx2Reader } from './ktx2/ktx2';
import { within } from '../frames';
import { replaceSplats } from './gltf-splats';
import { ownFilesOnly } from './own-files';
import { pictureNotes } from '../formats/picture-notes';

/** Time limit in ms. Every valid file of the permitted size takes less, even in software on a slow machine. */
const PARSE_LIMIT_MS = 60_000;
/** Additional time for the pictures, ms. */
const DECODE_MS = 6_000;

/**
 * Reads a glTF, binary or text, with its companion files. Everything that can be checked is checked before three.js
 * sees it.
 */
export async function loadGltf(
  bytes: Uint8Array<ArrayBuffer>,
  files: SceneFiles,
  signal?: AbortSignal,
): Promise<{ root: Object3D; notes: Sentence[] }> {
  const { title } = files;
  const given = bytes.byteLength === bytes.buffer.byteLength ? bytes.buffer : bytes.slice().buffer;
  const companions = await gather(given, files);
  const allowance = allowanceFor(files.weight);
  const { decoders, cost, glb } = checkGlb(given, title, companions, allowance);
  const file = aligned(glb, title) ?? given;
  const faults = await validate(file, title, companions, signal);
  if (cost.draws === 0) throw emptyScene(title);
  throwIfCancelled(signal);

  let lostPictures = 0;
  const loader = new GLTFLoader(closedManager());
  const ktx2 = new Ktx2Reader();
  loader.setKTX2Loader({} as KTX2Loader); // it is only checked for presence: the plugin reads the pictures
  let converted = 0;
  loader.register((parser) => {
    converted = diffuseInstead(parser.json as { materials?: MaterialDef[] });
    return { name: 'diffuse-instead' };
  });
  loader.register((parser) =>
    ownFilesOnly(parser, { companions, ktx2, edge: cost.textures.edge, onLostPicture: () => (lostPictures += 1) }),
  );
  const endDecoders = await addDecoders(loader, decoders);
  let gltf: GLTF;
  try {
    gltf = await within(loader.parseAsync(file, ''), {
      ms: Math.min(PARSE_LIMIT_MS, DECODE_MS + allowance.ms),
      signal,
      error: () =>
        new ZoetropeError(
          'not-a-scene',
          say`${title} took too long to unpack.`,
          say`Export it again without compression.`,
        ),
    });
  } catch (thrown) {
    if (thrown instanceof ZoetropeError) throw thrown;
    throw notAScene(title, say`could not be read`, thrown instanceof Error ? thrown.message : String(thrown));
  } finally {
    endDecoders();
    ktx2.dispose();
  }
  throwIfCancelled(signal);
  // A file may have scenes and no default one; three's types declare `scene` as always present.
  const root = (gltf.scene as Object3D | undefined) ?? gltf.scenes[0];
  if (!root) throw emptyScene(title);
  const splatNotes = replaceSplats(root, title);
  const { edge, smaller } = cost.textures;
  return {
    root,
    notes: [
      ...faults,
      ...diffuseNotes(converted),
      ...splatNotes,
      ...pictureNotes(Math.max(0, lostPictures - files.missing.size), smaller ? edge : null),
    ],
  };
}

/** The companion files, as far as they were opened with it. A missing buffer is an error: nothing could be shown. */
async function gather(file: ArrayBuffer, files: SceneFiles): Promise<Map<string, Uint8Array<ArrayBuffer>>> {
  const { buffers, pictures } = namedFiles(file, files.title);
  const companions = new Map<string, Uint8Array<ArrayBuffer>>();
  for (const uri of [...buffers, ...pictures]) {
    const bytes = await files.find(uri);
    if (bytes) companions.set(uri, bytes);
  }
  if (buffers.some((uri) => !companions.has(uri))) throw missingFiles(files.title, [...files.missing]);
  return companions;
}

/** A loading manager whose loaders can fetch nothing, in case one still tries. */
function closedManager(): LoadingManager {
  const manager = new LoadingManager();
  manager.setURLModifier(() => {
    throw new Error('a scene may not load other files');
  });
  return manager;
}
