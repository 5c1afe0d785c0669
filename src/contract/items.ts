// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { RenderSettings, ShownObjects } from './scene-display';
import { PhotoFacts, Transparency } from './photo';

/**
 * An item is one picture together with where it came from. Once it is composed into a sequence nothing asks what kind it
 * is: a frame, a view and a photograph are read by the model in the same way.
 */

export const Id = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[A-Za-z0-9_-]+$/);
export const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);

const finite = z.number().refine(Number.isFinite);
export const Vec3 = z.tuple([finite, finite, finite]);
export type Vec3 = z.infer<typeof Vec3>;

/** Pixels by content: sha256 over the rgb24 bytes (row-major, no padding) at `width` x `height`. */
export const PictureRef = z.object({
  sha256: Sha256,
  width: z.number().int().positive(),
  height: z.number().int().positive(),
});
export type PictureRef = z.infer<typeof PictureRef>;

/** A picture's name in the store. The size belongs to it: a black 2x3 and a black 3x2 picture have the same bytes. */
export const pictureName = ({ sha256, width, height }: PictureRef): string => `${sha256}-${width}x${height}`;
export const PictureName = z.string().regex(/^[0-9a-f]{64}-[1-9]\d{0,5}x[1-9]\d{0,5}$/);

/**
 * A camera in the scene's own units. `cameraToWorld` is row-major 4x4 in the OpenGL convention
 * (x right, y up, looking along -z); `target` is the point it looks at and orbits.
 */
export const CameraPose = z.object({
  cameraToWorld: z.array(finite).length(16),
  target: Vec3,
});
export type CameraPose = z.infer<typeof CameraPose>;

/** Pinhole intrinsics of a rendered view. `fovY` is the full vertical angle in degrees. */
export const Intrinsics = z.object({
  fovY: z.number().positive().max(179),
  width: z.number().int().positive(),
  height: z.number().int().positive(),
  near: z.number().positive(),
  far: z.number().positive(),
});
export type Intrinsics = z.infer<typeof Intrinsics>;

/**
 * Ways to choose cameras from a scene's box alone. `ring-top` ends with a view from above; `sphere` looks from below
 * too; `cube` is six faces from one point inside; `room` stands inside and, for two views, above its corners.
 */
export const PlannedStrategy = z.enum(['ring', 'ring-top', 'hemisphere', 'sphere', 'cube', 'room']);
export type PlannedStrategy = z.infer<typeof PlannedStrategy>;

/**
 * What can be asked for: also `coverage`, the views that together show the most of the scene; `path`, a walk past
 * such views; and `file`, cameras that a file holds.
 */
export const AskedStrategy = z.enum(['coverage', 'path', 'file', ...PlannedStrategy.options]);
export type AskedStrategy = z.infer<typeof AskedStrategy>;

/** `photograph` is a real one with its known camera, `current` is the view on screen, `placed` a camera moved by hand, `bookmarks` are places the user named. */
export const CaptureStrategy = z.enum(['photograph', 'current', 'placed', 'bookmarks', ...AskedStrategy.options]);
export type CaptureStrategy = z.infer<typeof CaptureStrategy>;

/** The file an item was made from, by library id (the window never handles paths) and display name. */
export const SourceRef = z.object({ id: z.string().min(1), name: z.string() });
export type SourceRef = z.infer<typeof SourceRef>;

/** A file that the user opened, as the engine is told of it. No page ever sees one. */
export const SourceFile = z.object({
  ref: SourceRef,
  path: z.string().min(1),
  /** Subtitle files that were opened with it. */
  subtitles: z.array(z.string().min(1)),
});
export type SourceFile = z.infer<typeof SourceFile>;

/** Which of two compared videos or scenes. */
export const Take = z.enum(['A', 'B']);
export type Take = z.infer<typeof Take>;

/** A way from YUV to RGB: that of standard definition, of high definition, of ultra-high definition. */
export const ColourMatrix = z.enum(['bt601', 'bt709', 'bt2020']);
export type ColourMatrix = z.infer<typeof ColourMatrix>;
/** As standards write them. */
export const MATRIX_NAMES: Readonly<Record<ColourMatrix, string>> = {
  bt601: 'BT.601',
  bt709: 'BT.709',
  bt2020: 'BT.2020',
};

export const FrameOrigin = z.object({
  kind: z.literal('frame'),
  source: SourceRef,
  /** Place in presentation order, from 0. */
  index: z.number().int().nonnegative(),
  /** Presentation time in seconds on the file's own clock (pts x time base). */
  pts: finite,
  /** Seconds from the first frame: what a player shows. */
  time: finite,
  keyframe: z.boolean(),
  /** The matrix its colours were read by, where the file names none. */
  assumedMatrix: ColourMatrix.optional(),
  /** What became of its transparency, where its video can have some. */
  transparency: Transparency.optional(),
  /** The name of the part it was taken from, where that has one. */
  label: z.string().max(80).optional(),
  /** Which of two compared videos it is from. */
  take: Take.optional(),
});
export type FrameOrigin = z.infer<typeof FrameOrigin>;

/** Which way of the file's axes is up. */
export const UpAxis = z.enum(['x', '-x', 'y', '-y', 'z', '-z']);
export type UpAxis = z.infer<typeof UpAxis>;

export const Seed = z.number().int().min(0).max(0xffffffff);

/** What is known of a view wherever it goes: how it was chosen and drawn, so that it can be taken again. */
export const ViewFacts = z.object({
  /** sha256 of the scene file's bytes. */
  sceneHash: Sha256,
  pose: CameraPose,
  /**
   * From the file's own axes and origin to the scene as it was shown, in which the pose is: row-major 4x4; absent: they
   * are the same.
   */
  fileToScene: z.array(finite).length(16).optional(),
  intrinsics: Intrinsics,
  strategy: CaptureStrategy,
  /** What the strategy drew chance from, where it did. */
  seed: Seed.optional(),
  /** Drawn without the backs of surfaces: a room seen from outside. */
  culled: z.boolean().optional(),
  /** Drawn from both sides where the file shows surfaces from the front only: else nothing would be in the view. */
  bothSides: z.boolean().optional(),
  /** Which share of the surface that can be seen the whole capture shows, 0..1, where that was the aim. */
  coverage: z.number().min(0).max(1).optional(),
  /** How the scene was shown; absent for photographs. */
  look: RenderSettings.optional(),
  /** Which parts of it were shown; absent: all. */
  parts: ShownObjects.optional(),
  /** Of a photograph: its name among the scene's files. */
  photograph: z.string().optional(),
  /** Place within its capture, from 0, and how many were captured with it. */
  index: z.number().int().nonnegative(),
  count: z.number().int().positive(),
});

/** A picture to be taken of a scene. */
export const PlannedViewSchema = ViewFacts.pick({
  pose: true,
  intrinsics: true,
  strategy: true,
  seed: true,
  culled: true,
  bothSides: true,
  coverage: true,
});

/** `take`: of two scenes that are compared from the same places, which one. */
export const ViewOrigin = ViewFacts.extend({ kind: z.literal('view'), source: SourceRef, take: Take.optional() });
export type ViewOrigin = z.infer<typeof ViewOrigin>;

/** Which part of a picture this is, where a large one is also sent in even parts; counted from the top left, from 0. */
export const Tile = z.object({
  row: z.number().int().nonnegative(),
  column: z.number().int().nonnegative(),
  rows: z.number().int().positive(),
  columns: z.number().int().positive(),
  /** The whole picture. */
  of: PictureRef,
});
export type Tile = z.infer<typeof Tile>;

export const PhotoOrigin = PhotoFacts.extend({ kind: z.literal('photo'), source: SourceRef, tile: Tile.optional() });
export type PhotoOrigin = z.infer<typeof PhotoOrigin>;

export const Origin = z.discriminatedUnion('kind', [FrameOrigin, ViewOrigin, PhotoOrigin]);
export type Origin = z.infer<typeof Origin>;

export const Item = z.object({ id: Id, origin: Origin, picture: PictureRef });
export type Item = z.infer<typeof Item>;

/** Which of two compared videos or scenes an item is from, if it is from one. */
export const takeOf = ({ origin }: Item): Take | undefined => (origin.kind === 'photo' ? undefined : origin.take);

/** The same item, known to be of this take. A photograph is of none. */
export function ofTake(item: Item, take: Take): Item {
  if (item.origin.kind === 'photo') return item;
  return { ...item, origin: { ...item.origin, take } };
}

/** With the number that the model counts it by, over the whole conversation, from 1; without one its place among those it comes with. */
export const NumberedItem = Item.extend({ number: z.number().int().positive().optional() });
export type NumberedItem = z.infer<typeof NumberedItem>;
