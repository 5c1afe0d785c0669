// SPDX-License-Identifier: Apache-2.0
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

/**
 * Faults that harm nothing but what they are in: a shine without the directions it needs, an empty list, an extension
 * nobody announced, values a shade out of range, pictures that are none. They are counted and said, not refused.
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
/** Of a material, numbers out of range do no more than that; animations are not read at all. */
export const isNoted = (code: string, pointer = ''): boolean =>
  NOTED.includes(code) ||
  pointer.startsWith('/animations/') ||
  (code === 'VALUE_NOT_IN_RANGE' && /^\/materials\/.*(?:Factor|[sS]trength|scale|Cutoff)/.test(pointer));

/** What the validator finds: the first faults that make a file unsafe, and those that do not, as "pointer: what is wrong". */
export interface Findings {
  errors: string[];
  noted: string[];
}

/** A name with a colon in it is an error to the validator, which does not know the extension that has such names. */
const SPLAT_ATTRIBUTE = /\/attributes\/KHR_gaussian_splatting:/;

/** What the Khronos validator finds; nothing in a sound file. */
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
    maxIssues: 200, // splats have up to 19 such names
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
