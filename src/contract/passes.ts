// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';

/** Data about each pixel of a view besides its colour. */
export const PassKind = z.enum(['depth', 'normal', 'id']);
export type PassKind = z.infer<typeof PassKind>;

const array = <T extends Float32ArrayConstructor | Uint8ArrayConstructor | Uint16ArrayConstructor>(type: T) =>
  z.custom<InstanceType<T>>((value) => value instanceof type);

/** One value per pixel, top row first. */
export const Passes = z.object({
  /** Distance along the line of sight in scene units; 0 for background. */
  depth: array(Float32Array),
  /**
   * Surface normal in the camera's axes (x right, y up, z towards the eye), with -1..1 stored as 0..255; 0, 0, 0 for
   * background.
   */
  normal: array(Uint8Array),
  /** Number of the visible object, from 1 in the scene's order; 0 for background. */
  id: array(Uint16Array),
});
export type Passes = z.infer<typeof Passes>;
