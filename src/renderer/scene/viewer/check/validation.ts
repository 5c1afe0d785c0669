import { validateBytes } from 'gltf-validator';

/**
 * Faults that exporters in daily use make and that change at most a shade of the picture: a normal not quite of
 * length 1, a minimum that is off in the last digit. Everything else the validator calls an error is one to us.
 */
export const HARMLESS = [
  'ACCESSOR_ANIMATION_SAMPLER_OUTPUT_NON_NORMALIZED_QUATERNION',
  'ACCESSOR_ELEMENT_OUT_OF_MAX_BOUND',
  'ACCESSOR_ELEMENT_OUT_OF_MIN_BOUND',
  'ACCESSOR_INVALID_SIGN',
  'ACCESSOR_JOINTS_INDEX_DUPLICATE',
  'ACCESSOR_MAX_MISMATCH',
  'ACCESSOR_MIN_MISMATCH',
  'ACCESSOR_VECTOR3_NON_UNIT',
  'ACCESSOR_WEIGHTS_NON_NORMALIZED',
  'IMAGE_MIME_TYPE_INVALID',
  'IO_ERROR', // a picture that was not opened with it
  'ROTATION_NON_UNIT',
];

/** A name with a colon in it is an error to the validator, which does not know the extension that has such names. */
const SPLAT_ATTRIBUTE = /\/attributes\/KHR_gaussian_splatting:/;

/** The first errors the Khronos validator finds, each as "pointer: what is wrong"; empty for a sound file. */
export async function findErrors(file: Uint8Array, companions: ReadonlyMap<string, Uint8Array> = new Map()): Promise<string[]> {
  const report = await validateBytes(file, {
    externalResourceFunction: (uri) => {
      const bytes = companions.get(uri);
      return bytes ? Promise.resolve(bytes) : Promise.reject(new Error(`${uri} was not opened with it`));
    },
    writeTimestamp: false,
    maxIssues: 200, // splats have up to 19 such names
    ignoredIssues: HARMLESS,
  });
  return report.issues.messages
    .filter(({ severity, code, pointer }) => severity === 0 && !(code === 'MESH_PRIMITIVE_INVALID_ATTRIBUTE' && SPLAT_ATTRIBUTE.test(pointer ?? '')))
    .slice(0, 20)
    .map(({ pointer, offset, code, message }) => `${pointer ?? `byte ${offset ?? 0}`}: ${message} (${code})`);
}
