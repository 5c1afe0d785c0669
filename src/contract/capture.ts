// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { AskedStrategy, CameraPose, Id, PlannedViewSchema, Seed, UpAxis, Vec3, ViewFacts } from './items';
import { RenderSettings, STANDARD_RENDER_SETTINGS } from './scene-display';
import { Bytes } from './media';
import { Passes } from './passes';
import { ErrorInfo, Sentence } from './wire';

/** One rendered view on its way to the picture store. `rgba` is top row first, width x height x 4 bytes. */
export const ViewCapture = ViewFacts.extend({ source: Id, rgba: Bytes, passes: Passes.optional() });
export type ViewCapture = z.infer<typeof ViewCapture>;

/** A camera that was not planned here, in the file's own axes: it is taken as it is. */
export const GivenCamera = z.object({
  cameraToWorld: CameraPose.shape.cameraToWorld,
  /** Full vertical angle, degrees. */
  fovY: z.number().positive().max(179),
  width: z.number().int().positive().max(8192),
  height: z.number().int().positive().max(8192),
});
export type GivenCamera = z.infer<typeof GivenCamera>;

/** What the hidden capture window renders: `size` is the edge of the square picture in pixels. */
export const CaptureJob = z.object({
  /** `survey` looks from everywhere and takes no picture. */
  task: z.enum(['views', 'survey']).default('views'),
  /** For the strategy `file`, instead of the cameras in the scene's own file. */
  cameras: z.array(GivenCamera).max(512).optional(),
  /** Instead of any strategy: exactly these, as they were taken of another scene. */
  views: z.array(PlannedViewSchema).max(512).optional(),
  /** Shows this axis of the file as up instead of the one it means. */
  up: UpAxis.optional(),
  /** Counts coordinates from this place of the file, as those of the scene it is compared with are. */
  origin: Vec3.optional(),
  look: RenderSettings.default(STANDARD_RENDER_SETTINGS),
  /** Also depths, normals and object numbers. */
  passes: z.boolean().default(false),
  source: Id,
  /** Null leaves it to what the scene is: a thing to walk round, or a room to stand in. */
  strategy: AskedStrategy.nullable(),
  count: z.number().int().min(1).max(512),
  size: z.number().int().min(16).max(4096),
  seed: Seed,
});
export type CaptureJob = z.infer<typeof CaptureJob>;

const cells = z.array(z.number().int().nonnegative());
/** Which cells of a scene's surface (src/camera/surface-cells.ts) are seen from where. */
export const SceneSurvey = z.object({
  /** From each place that is worth looking from. */
  seen: z.array(cells),
  /** From as many evenly spaced places as were asked for. */
  spaced: z.array(cells),
  /** What each cell that is seen is worth. */
  worth: z.array(z.tuple([z.number().int().nonnegative(), z.number()])),
});
export type SceneSurvey = z.infer<typeof SceneSurvey>;

/** How long a capture took, milliseconds: to read the scene, to choose the views, to take them. */
export const CaptureTimings = z.object({ load: z.number(), plan: z.number(), render: z.number() });
export type CaptureTimings = z.infer<typeof CaptureTimings>;

export const CaptureResult = z.object({
  error: ErrorInfo.nullable(),
  timings: CaptureTimings.optional(),
  /** Where in the file its coordinates are counted from. */
  origin: Vec3.optional(),
  objects: z.array(z.string()).optional(),
  /** What was left out or assumed of the scene and its views. */
  notes: z.array(Sentence).default([]),
  /** Files the scene names and that were not there. */
  missing: z.array(z.string()).default([]),
});
/** As it is told; parsed, its lists are there. */
export type CaptureResult = z.input<typeof CaptureResult>;
