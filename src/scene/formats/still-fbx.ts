// SPDX-License-Identifier: Apache-2.0
const COLON = 58;
const QUOTE = 34;

/**
 * Gives the records of this name in an FBX another one, in place: nothing is read of them. In a binary file the name's
 * length stands before it, in text a colon after it.
 */
export function hideRecords(bytes: Uint8Array, name: string): void {
  eachPlace(bytes, name, (at) => {
    if (bytes[at - 1] === name.length || bytes[at + name.length] === COLON) bytes[at] = 'x'.charCodeAt(0);
  });
}

/** Nothing moves here, and three's loader gives a whole file up for a curve it cannot read. */
export const stillFbx = (bytes: Uint8Array): void => hideRecords(bytes, 'AnimationCurve');

/** Records that a body can be shown without, in the order in which they are given up where three's loader fails. */
export const DISPENSABLE = ['LayerElementColor', 'LayerElementUV', 'LayerElementNormal', 'Deformer'];

/** What 3ds Max and Maya call the textures of their newer materials, and what three's loader knows them as. */
const KNOWN_AS: Record<string, string> = {
  '3dsMax|main|base_color_map': 'DiffuseColor',
  '3dsMax|Parameters|base_color_map': 'DiffuseColor',
  'Maya|baseColor': 'DiffuseColor',
  '3dsMax|main|norm_map': 'NormalMap',
  'Maya|normalCamera': 'NormalMap',
};

/** Names such textures so that the loader finds them, in place: shorter names end with a zero, in text stand after spaces. */
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
