// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';

/** How a scene is shown, in the window and in every view taken of it. */

/**
 * `studio`: a soft light from above, and a key light with a shadow. `even`: the same light from all sides, no shadow.
 * `headlight`: light from the camera. `unlit`: the materials' own colours. `file`: the lights in the scene's file.
 */
export const Lighting = z.enum(['studio', 'even', 'headlight', 'unlit', 'file']);
export type Lighting = z.infer<typeof Lighting>;

/** How light is mapped to the colours of a screen. `linear` clips what is brighter than white. */
export const ToneMapping = z.enum(['neutral', 'agx', 'aces', 'linear']);
export type ToneMapping = z.infer<typeof ToneMapping>;

export const RenderSettings = z.object({
  lighting: Lighting,
  toneMapping: ToneMapping,
  /** In stops: each doubles the brightness. */
  exposure: z.number().min(-5).max(5),
});
export type RenderSettings = z.infer<typeof RenderSettings>;

export const STANDARD_RENDER_SETTINGS: RenderSettings = { lighting: 'studio', toneMapping: 'neutral', exposure: 0 };

/** An object of a scene, as a path of child indices from the root, counted from 0, and its name. */
export const ObjectRef = z.object({
  path: z
    .string()
    .max(400)
    .regex(/^\d+(\.\d+)*$/),
  name: z.string().max(200),
});
export type ObjectRef = z.infer<typeof ObjectRef>;

/** The objects of a scene that are shown: all except `hidden`; if `only` is present, only the objects in it. */
export const ShownObjects = z.object({
  hidden: z.array(ObjectRef).max(5000),
  only: ObjectRef.nullable(),
});
export type ShownObjects = z.infer<typeof ShownObjects>;

export const ALL_OBJECTS: ShownObjects = { hidden: [], only: null };

export const LengthUnit = z.enum(['m', 'cm', 'mm', 'in', 'ft']);
export type LengthUnit = z.infer<typeof LengthUnit>;
