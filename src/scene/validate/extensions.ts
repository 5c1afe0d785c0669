// SPDX-License-Identifier: Apache-2.0
import { say, ZoetropeError, type Sentence } from '../../contract';
import type { Gltf } from './gltf';

/** The required extensions that our loader supports. Unknown optional extensions are ignored. */
const READABLE = new Set([
  'EXT_mesh_gpu_instancing',
  'EXT_meshopt_compression',
  'EXT_texture_avif',
  'EXT_texture_webp',
  'KHR_draco_mesh_compression',
  'KHR_gaussian_splatting',
  'KHR_lights_punctual',
  'KHR_materials_anisotropy',
  'KHR_materials_clearcoat',
  'KHR_materials_dispersion',
  'KHR_materials_emissive_strength',
  'KHR_materials_ior',
  'KHR_materials_pbrSpecularGlossiness', // shown with its diffuse colour
  'KHR_materials_iridescence',
  'KHR_materials_sheen',
  'KHR_materials_specular',
  'KHR_materials_transmission',
  'KHR_materials_unlit',
  'KHR_materials_volume',
  'KHR_mesh_quantization',
  'KHR_meshopt_compression',
  'KHR_texture_basisu',
  'KHR_texture_transform',
]);

/** Advice for unsupported extensions that are common in practice: how to export without them. */
const ADVICE: Record<string, Sentence> = {
  KHR_gaussian_splatting_compression_spz_2: say`Export its splats without compression, or as .spz.`,
};

export function refuseUnknownExtensions(gltf: Gltf, name: string): void {
  const unknown = [...new Set(gltf.extensionsRequired)].filter((extension) => !READABLE.has(extension));
  if (unknown.length === 0) return;
  const known = unknown.map((extension) => ADVICE[extension]).find((advice) => advice !== undefined);
  throw new ZoetropeError(
    'not-a-scene',
    say`${name} needs glTF extensions that Zoetrope cannot read: ${unknown.slice(0, 5).map((extension) => extension.slice(0, 60))}.`,
    known ?? say`Export it again without them.`,
    unknown.join(', '),
  );
}

export interface DecodersNeeded {
  draco: boolean;
  meshopt: boolean;
}

export function decodersNeeded(gltf: Gltf): DecodersNeeded {
  const uses = (extension: string): boolean =>
    gltf.extensionsUsed.includes(extension) || gltf.extensionsRequired.includes(extension);
  return {
    draco: uses('KHR_draco_mesh_compression'),
    meshopt: uses('EXT_meshopt_compression') || uses('KHR_meshopt_compression'),
  };
}
