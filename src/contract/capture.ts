// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { AskedStrategy, CameraPose, Id, PlannedViewSchema, Seed, UpAxis, Vec3, ViewFacts } from './items';
import { RenderSettings, STANDARD_RENDER_SETTINGS } from './scene-display';
import { Bytes } from './media';
import { Passes } from './passes';
import { ErrorInfo, Sentence } from './wire';

/** One rendered view, sent to the picture store. `rgba` has the top row first and width x height x 4 bytes. */
export const ViewCapture = ViewFacts.extend({ source: Id, rgba: Bytes, passes: Passes.optional() });
export type ViewCapture = z.infer<typeof ViewCapture>;

/** A camera given by a file and not chosen by a planner, in the file's own axes. It is used unchanged. */
export const GivenCamera = z.object({
  cameraToWorld: CameraPose.shape.cameraToWorld,
  /** Full vertical angle of view in degrees. */
  fovY: z.number().positive().max(179),
  width: z.number().int().positive().max(8192),
  height: z.number().int().positive().max(8192),
});
export type GivenCamera = z.infer<typeof GivenCamera>;

/** A job of the hidden capture window. `size` is the edge of the square picture in pixels. */
export const CaptureJob = z.object({
  /** `survey` renders from many places to measure what is visible, and takes no picture. */
  task: z.enum(['views', 'survey']).default('views'),
  /** For the strategy `file`: use these cameras instead of those in the scene's own file. */
  cameras: z.array(GivenCamera).max(512).optional(),
  /** Use exactly these views, which were taken of another scene, instead of a strategy. */
  views: z.array(PlannedViewSchema).max(512).optional(),
  /** Show this axis of the file as up, instead of the axis that the file names. */
  up: UpAxis.optional(),
  /** Count coordinates from this point of the file. Used to match the scene it is compared with. */
  origin: Vec3.optional(),
  look: RenderSettings.default(STANDARD_RENDER_SETTINGS),
  /** Also send depths, normals and object numbers. */
  passes: z.boolean().default(false),
  source: Id,
  /** Null: chosen by the kind of scene. An object is viewed from around it, a room from inside. */
  strategy: AskedStrategy.nullable(),
  count: z.number().int().min(1).max(512),
  size: z.number().int().min(16).max(4096),
  seed: Seed,
});
export type CaptureJob = z.infer<typeof CaptureJob>;

const cells = z.array(z.number().int().nonnegative());
/** Which surface cells of a scene (src/camera/surface-cells.ts) are visible from where. */
export const SceneSurvey = z.object({
  /** The cells visible from each candidate place. */
  seen: z.array(cells),
  /** The cells visible from each of the evenly spaced places that were asked for. */
  spaced: z.array(cells),
  /** The weight of each visible cell, as pairs of cell number and weight. */
  worth: z.array(z.tuple([z.number().int().nonnegative(), z.number()])),
});
export type SceneSurvey = z.infer<typeof SceneSurvey>;

/** How long the parts of a capture took, in milliseconds: loading the scene, planning the views, rendering them. */
export const CaptureTimings = z.object({ load: z.number(), plan: z.number(), render: z.number() });
export type CaptureTimings = z.infer<typeof CaptureTimings>;

export const CaptureResult = z.object({
  error: ErrorInfo.nullable(),
  timings: CaptureTimings.optional(),
  /** The point of the file that its coordinates are counted from. */
  origin: Vec3.optional(),
  objects: z.array(z.string()).optional(),
  /** What was left out or assumed about the scene and its views. */
  notes: z.array(Sentence).default([]),
  /** Files that the scene names but that are missing. */
  missing: z.array(z.string()).default([]),
});
/** The result before parsing, where lists with a default may be absent. */
export type CaptureResult = z.input<typeof CaptureResult>;
