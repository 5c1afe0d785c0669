// SPDX-License-Identifier: Apache-2.0
import type { GLTFLoader } from 'three/addons/loaders/GLTFLoader.js';
import type { DecodersNeeded } from '../validate';

/**
 * Adds decoders for compressed geometry, loaded from the app's own files only when a scene needs one. Both run in
 * workers, so that one that never ends can be terminated. Returns a function that terminates them.
 */
export async function addDecoders(loader: GLTFLoader, needed: DecodersNeeded): Promise<() => void> {
  const endings: (() => void)[] = [];
  if (needed.draco) {
    const { DRACOLoader, DRACO_GLTF_CONFIG } = await import('three/addons/loaders/DRACOLoader.js');
    const draco = new DRACOLoader().setDecoderPath(DRACO_GLTF_CONFIG).setWorkerLimit(2);
    loader.setDRACOLoader(draco);
    endings.push(() => draco.dispose());
  }
  if (needed.meshopt) {
    const { MeshoptDecoder } = await import('three/addons/libs/meshopt_decoder.module.js');
    await MeshoptDecoder.ready;
    const setWorkers = MeshoptDecoder.useWorkers; // not a React hook, despite its name
    setWorkers(1);
    loader.setMeshoptDecoder(MeshoptDecoder);
    endings.push(() => setWorkers(0));
  }
  return () => endings.forEach((end) => end());
}
