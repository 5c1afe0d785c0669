// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';

/** What is known of a view's pixels besides their colour. */
export const PassKind = z.enum(['depth', 'normal', 'id']);
export type PassKind = z.infer<typeof PassKind>;

const array = <T extends Float32ArrayConstructor | Uint8ArrayConstructor | Uint16ArrayConstructor>(type: T) =>
  z.custom<InstanceType<T>>((value) => value instanceof type);

/** Of each pixel, top row first. */
export const Passes = z.object({
  /** Distance along the line of sight in scene units; 0 where nothing is. */
  depth: array(Float32Array),
  /** Which way the surface faces in the camera's axes (x right, y up, z towards the eye), -1..1 as 0..255; 0, 0, 0 where nothing is. */
  normal: array(Uint8Array),
  /** Number of the thing that is seen, from 1 in the scene's order; 0 where nothing is. */
  id: array(Uint16Array),
});
export type Passes = z.infer<typeof Passes>;
