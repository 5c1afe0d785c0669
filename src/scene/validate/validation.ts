// SPDX-License-Identifier: Apache-2.0
import { validateBytes } from 'gltf-validator';

/**
 * Faults that common exporters make and that hardly change the picture: a normal that is not quite of length 1, a
 * minimum that is off in the last digit. Every other error of the validator counts.
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
  'IO_ERROR', // a picture that was not opened with the scene
  'ROTATION_NON_UNIT',
];

/**
 * Faults that affect only the thing they are in: normal maps without tangents, an empty list, an undeclared extension,
 * values slightly out of range, invalid pictures. They are counted and reported, not refused.
 */
const NOTED = [
  'ACCESSOR_NON_CLAMPED',
  'ACCESSOR_WEIGHTS_NEGATIVE',
  'BUFFER_DATA_URI_MIME_TYPE_INVALID',
  'EMPTY_ENTITY',
  'IMAGE_DATA_INVALID',
  'IMAGE_NON_ENABLED_MIME_TYPE',
  'IMAGE_UNEXPECTED_EOS',
  'IMAGE_UNRECOGNIZED_FORMAT',
  'MESH_PRIMITIVE_ACCESSOR_UNALIGNED',
  'MESH_PRIMITIVE_NO_TANGENT_SPACE',
  'MESH_PRIMITIVE_POSITION_ACCESSOR_WITHOUT_BOUNDS',
  'MESH_PRIMITIVE_TANGENT_WITHOUT_NORMAL',
  'MESH_PRIMITIVE_TOO_FEW_TEXCOORDS',
  'NODE_MATRIX_NON_TRS',
  'NODE_MATRIX_TRS',
  'TEXTURE_INVALID_IMAGE_MIME_TYPE',
  'UNDECLARED_EXTENSION',
  'UNUSED_EXTENSION_REQUIRED',
];
/** Also noted: material values out of range, and anything in animations, which are not read. */
export const isNoted = (code: string, pointer = ''): boolean =>
  NOTED.includes(code) ||
  pointer.startsWith('/animations/') ||
  (code === 'VALUE_NOT_IN_RANGE' && /^\/materials\/.*(?:Factor|[sS]trength|scale|Cutoff)/.test(pointer));

/**
 * The validator's findings, each as "pointer: what is wrong": the first faults that make a file unsafe, and the
 * harmless ones.
 */
export interface Findings {
  errors: string[];
  noted: string[];
}

/** The validator reports attribute names with a colon, because it does not know the extension that uses them. */
const SPLAT_ATTRIBUTE = /\/attributes\/KHR_gaussian_splatting:/;

/** Runs the Khronos validator; both lists are empty for a valid file. */
export async function findErrors(
  file: Uint8Array,
  companions: ReadonlyMap<string, Uint8Array> = new Map(),
): Promise<Findings> {
  const report = await validateBytes(file, {
    externalResourceFunction: (uri) => {
      const bytes = companions.get(uri);
      return bytes ? Promise.resolve(bytes) : Promise.reject(new Error(`${uri} was not opened with it`));
    },
    writeTimestamp: false,
    maxIssues: 200, // splats have up to 19 such attributes
    ignoredIssues: HARMLESS,
  });
  const found = report.issues.messages.filter(
    ({ severity, code, pointer }) =>
      severity === 0 && !(code === 'MESH_PRIMITIVE_INVALID_ATTRIBUTE' && SPLAT_ATTRIBUTE.test(pointer ?? '')),
  );
  const told = (noted: boolean): string[] =>
    found
      .filter(({ code, pointer }) => isNoted(code, pointer) === noted)
      .slice(0, 20)
      .map(({ pointer, offset, code, message }) => `${pointer ?? `byte ${offset ?? 0}`}: ${message} (${code})`);
  return { errors: told(false), noted: told(true) };
}
