// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { CameraPose, Id, UpAxis, Vec3 } from './items';
import { LengthUnit, RenderSettings, ShownObjects } from './scene-display';
import { Arrangement } from './video';

/** A pose and a field of view. */
export const Camera = z.object({
  pose: CameraPose,
  /** Full vertical angle of view in degrees. */
  fovY: z.number().positive().max(179),
});
export type Camera = z.infer<typeof Camera>;

/** A place to look from that the user named. */
export const Bookmark = Camera.extend({ id: Id, name: z.string().min(1).max(80) });
export type Bookmark = z.infer<typeof Bookmark>;

/** A distance between two points, in the file's own axes and units. */
export const Measure = z.object({ id: Id, from: Vec3, to: Vec3 });
export type Measure = z.infer<typeof Measure>;

/** The length of one unit of the file, and the unit in which lengths are shown. */
export const SceneUnits = z.object({ file: LengthUnit, shown: LengthUnit });
export type SceneUnits = z.infer<typeof SceneUnits>;

/**
 * The user's settings for a scene, except its views. They are saved with the project; the scene's file is never
 * changed.
 */
export const SceneSetup = z.object({
  bookmarks: z.array(Bookmark).max(512).default([]),
  /** The axis of the file that is shown as up. Absent: the default of the file format. */
  up: UpAxis.optional(),
  /** Another scene beside this one, viewed from the same places. */
  compare: z.object({ with: Id, arrange: Arrangement.default('alternate') }).optional(),
  look: RenderSettings.optional(),
  parts: ShownObjects.optional(),
  /** Absent: the default units of the file format. */
  units: SceneUnits.optional(),
  measures: z.array(Measure).max(200).default([]),
});
export type SceneSetup = z.infer<typeof SceneSetup>;

export const NO_SETUP: SceneSetup = SceneSetup.parse({});
