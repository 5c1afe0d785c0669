// SPDX-License-Identifier: Apache-2.0
import { say, type Sentence } from '../../contract';

/**
 * Notes about a scene's textures: how many could not be read, and the longest edge they are shown with if they were
 * scaled down.
 */
export function pictureNotes(lost: number, shownEdge: number | null): Sentence[] {
  return [
    ...(lost > 0 ? [say`Textures that could not be read: ${lost}.`] : []),
    ...(shownEdge === null ? [] : [say`Textures are shown at up to ${shownEdge} pixels.`]),
  ];
}
