// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';

/** How a scene is shown, in the window and in every view taken of it. */

/**
 * `studio`: a soft light from above, a key light and its shadow. `even`: the same light from everywhere, no shadow.
 * `headlight`: from where the camera is. `unlit`: the materials' own colours. `file`: the lights of the scene's file.
 */
export const Lighting = z.enum(['studio', 'even', 'headlight', 'unlit', 'file']);
export type Lighting = z.infer<typeof Lighting>;

/** How light becomes the colours of a screen. `linear` cuts off what is brighter than white. */
export const ToneMapping = z.enum(['neutral', 'agx', 'aces', 'linear']);
export type ToneMapping = z.infer<typeof ToneMapping>;

export const RenderSettings = z.object({
  lighting: Lighting,
  toneMapping: ToneMapping,
  /** In stops: each makes everything twice as bright. */
  exposure: z.number().min(-5).max(5),
});
export type RenderSettings = z.infer<typeof RenderSettings>;

export const STANDARD_RENDER_SETTINGS: RenderSettings = { lighting: 'studio', toneMapping: 'neutral', exposure: 0 };

/** An object of a scene: which child of which child it is, from 0, and the name it has there. */
export const ObjectRef = z.object({
  path: z
    .string()
    .max(400)
    .regex(/^\d+(\.\d+)*$/),
  name: z.string().max(200),
});
export type ObjectRef = z.infer<typeof ObjectRef>;

/** What of a scene is shown: all but `hidden`, and of that only what belongs to `only`, where there is one. */
export const ShownObjects = z.object({
  hidden: z.array(ObjectRef).max(5000),
  only: ObjectRef.nullable(),
});
export type ShownObjects = z.infer<typeof ShownObjects>;

export const ALL_OBJECTS: ShownObjects = { hidden: [], only: null };

export const LengthUnit = z.enum(['m', 'cm', 'mm', 'in', 'ft']);
export type LengthUnit = z.infer<typeof LengthUnit>;
