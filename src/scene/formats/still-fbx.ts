// SPDX-License-Identifier: Apache-2.0
const COLON = 58;
const QUOTE = 34;

/**
 * Renames the records of this name in an FBX, in place, so that loaders ignore them. In a binary file the length of the
 * name stands before it, in a text file a colon follows it.
 */
export function hideRecords(bytes: Uint8Array, name: string): void {
  eachPlace(bytes, name, (at) => {
    if (bytes[at - 1] === name.length || bytes[at + name.length] === COLON) bytes[at] = 'x'.charCodeAt(0);
  });
}

/** Animations are not shown, and three's loader rejects a whole file for a curve it cannot read. */
export const stillFbx = (bytes: Uint8Array): void => hideRecords(bytes, 'AnimationCurve');

/** Records that a mesh can be shown without, in the order in which they are removed if three's loader fails. */
export const DISPENSABLE = ['LayerElementColor', 'LayerElementUV', 'LayerElementNormal', 'Deformer'];

/** The names that 3ds Max and Maya give textures of newer materials, and the names that three's loader knows. */
const KNOWN_AS: Record<string, string> = {
  '3dsMax|main|base_color_map': 'DiffuseColor',
  '3dsMax|Parameters|base_color_map': 'DiffuseColor',
  'Maya|baseColor': 'DiffuseColor',
  '3dsMax|main|norm_map': 'NormalMap',
  'Maya|normalCamera': 'NormalMap',
};

/**
 * Renames such textures in place. Shorter names are padded: with a zero at the end in binary, with leading spaces in
 * text.
 */
export function nameTextures(bytes: Uint8Array): void {
  for (const [name, known] of Object.entries(KNOWN_AS)) {
    eachPlace(bytes, name, (at) => {
      const quoted = bytes[at - 1] === QUOTE && bytes[at + name.length] === QUOTE;
      const length = bytes[at - 4]! + 256 * bytes[at - 3]!;
      if (quoted) bytes.set(new TextEncoder().encode(`"${known}"`.padStart(name.length + 2)), at - 1);
      else if (length === name.length) bytes.set(new TextEncoder().encode(known.padEnd(name.length, '\0')), at);
    });
  }
}

function eachPlace(bytes: Uint8Array, text: string, hear: (at: number) => void): void {
  const letters = new TextEncoder().encode(text);
  for (let at = bytes.indexOf(letters[0]!, 1); at >= 0; at = bytes.indexOf(letters[0]!, at + 1))
    if (letters.every((letter, k) => bytes[at + k] === letter)) hear(at);
}
