// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { RenderSettings, ShownObjects } from './scene-display';
import { Crop } from './crop';
import { PhotoFacts, Transparency } from './photo';

/**
 * An item is one picture together with where it came from. Once it is composed into a sequence, its kind no longer
 * matters: the model treats a frame, a view and a photograph in the same way.
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

/** A picture named by its content: sha256 over the rgb24 bytes (row-major, no padding) at `width` x `height`. */
export const PictureRef = z.object({
  sha256: Sha256,
  width: z.number().int().positive(),
  height: z.number().int().positive(),
});
export type PictureRef = z.infer<typeof PictureRef>;

/**
 * A picture's name in the store. It includes the size, because a black 2x3 and a black 3x2 picture have the same bytes.
 */
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
 * Strategies that need only the bounding box of a scene. `ring-top` ends with a view from above; `sphere` also has
 * views from below; `cube` is six faces from one point inside; `room` stands inside and, for two of its views, above
 * the corners.
 */
export const PlannedStrategy = z.enum(['ring', 'ring-top', 'hemisphere', 'sphere', 'cube', 'room']);
export type PlannedStrategy = z.infer<typeof PlannedStrategy>;

/**
 * Strategies that a user can choose. Besides the above: `coverage`, the views that together show most of the scene;
 * `path`, a walk past such views; and `file`, the cameras in a file.
 */
export const AskedStrategy = z.enum(['coverage', 'path', 'file', ...PlannedStrategy.options]);
export type AskedStrategy = z.infer<typeof AskedStrategy>;

/**
 * `photograph` is a real photograph with a known camera, `current` the view on screen, `placed` a camera moved by hand;
 * `bookmarks` are places the user named.
 */
export const CaptureStrategy = z.enum(['photograph', 'current', 'placed', 'bookmarks', ...AskedStrategy.options]);
export type CaptureStrategy = z.infer<typeof CaptureStrategy>;

/**
 * The file that an item was made from, by its id in the library (the window never handles paths) and its display name.
 */
export const SourceRef = z.object({ id: z.string().min(1), name: z.string() });
export type SourceRef = z.infer<typeof SourceRef>;

/** A file that the user opened, as the engine receives it. It is never sent to a page. */
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

/** The matrix that converts YUV to RGB: standard, high or ultra-high definition. */
export const ColourMatrix = z.enum(['bt601', 'bt709', 'bt2020']);
export type ColourMatrix = z.infer<typeof ColourMatrix>;
/** Names as the standards write them. */
export const MATRIX_NAMES: Readonly<Record<ColourMatrix, string>> = {
  bt601: 'BT.601',
  bt709: 'BT.709',
  bt2020: 'BT.2020',
};

export const FrameOrigin = z.object({
  kind: z.literal('frame'),
  source: SourceRef,
  /** Frame number in presentation order, from 0. */
  index: z.number().int().nonnegative(),
  /** Presentation time in seconds on the file's own clock (pts x time base). */
  pts: finite,
  /** Seconds from the first frame, as a player shows them. */
  time: finite,
  keyframe: z.boolean(),
  /** Length of the whole video in seconds. Absent in items of earlier versions. */
  duration: finite.optional(),
  /** The matrix used for its colours if the file names none. */
  assumedMatrix: ColourMatrix.optional(),
  /** How transparency was handled, if the video can have any. */
  transparency: Transparency.optional(),
  /** The name of the range it was taken from, if that has one. */
  label: z.string().max(80).optional(),
  /** Which of two compared videos the frame is from. */
  take: Take.optional(),
});
export type FrameOrigin = z.infer<typeof FrameOrigin>;

/** Which axis of the file points up. */
export const UpAxis = z.enum(['x', '-x', 'y', '-y', 'z', '-z']);
export type UpAxis = z.infer<typeof UpAxis>;

export const Seed = z.number().int().min(0).max(0xffffffff);

/** What is recorded of a view: how it was chosen and drawn, so that it can be taken again. */
export const ViewFacts = z.object({
  /** sha256 of the scene file's bytes. */
  sceneHash: Sha256,
  pose: CameraPose,
  /**
   * Transforms from the file's own axes and origin to those in which the scene was shown and in which the pose is
   * given. Row-major 4x4; absent if both are the same.
   */
  fileToScene: z.array(finite).length(16).optional(),
  intrinsics: Intrinsics,
  strategy: CaptureStrategy,
  /** The seed of the strategy, if it uses random numbers. */
  seed: Seed.optional(),
  /** Whether back faces were not drawn, as when a room is seen from outside. */
  culled: z.boolean().optional(),
  /**
   * Whether both sides were drawn although the file shows surfaces from the front only; without this the view would be
   * empty.
   */
  bothSides: z.boolean().optional(),
  /** Share of the visible surface that the whole capture shows, 0..1, if the strategy maximizes it. */
  coverage: z.number().min(0).max(1).optional(),
  /** Render settings of the scene; absent for photographs. */
  look: RenderSettings.optional(),
  /** The objects that were shown; absent: all. */
  parts: ShownObjects.optional(),
  /** For a photograph: its name among the scene's files. */
  photograph: z.string().optional(),
  /** Position within its capture, from 0, and the number of views in that capture. */
  index: z.number().int().nonnegative(),
  count: z.number().int().positive(),
});

/** A picture that is to be taken of a scene. */
export const PlannedViewSchema = ViewFacts.pick({
  pose: true,
  intrinsics: true,
  strategy: true,
  seed: true,
  culled: true,
  bothSides: true,
  coverage: true,
});

/** A view as the origin of an item. `take`: which of two scenes that are compared from the same places. */
export const ViewOrigin = ViewFacts.extend({ kind: z.literal('view'), source: SourceRef, take: Take.optional() });
export type ViewOrigin = z.infer<typeof ViewOrigin>;

/**
 * Which tile of a picture this is, if a large picture is also sent as tiles. Rows and columns count from the top left,
 * from 0.
 */
export const Tile = z.object({
  row: z.number().int().nonnegative(),
  column: z.number().int().nonnegative(),
  rows: z.number().int().positive(),
  columns: z.number().int().positive(),
  /** The whole picture. */
  of: PictureRef,
});
export type Tile = z.infer<typeof Tile>;

/** A photograph, a rectangle of it (`crop`), or a tile of either. */
export const PhotoOrigin = PhotoFacts.extend({
  kind: z.literal('photo'),
  source: SourceRef,
  crop: Crop.optional(),
  tile: Tile.optional(),
});
export type PhotoOrigin = z.infer<typeof PhotoOrigin>;

export const Origin = z.discriminatedUnion('kind', [FrameOrigin, ViewOrigin, PhotoOrigin]);
export type Origin = z.infer<typeof Origin>;

export const Item = z.object({ id: Id, origin: Origin, picture: PictureRef });
export type Item = z.infer<typeof Item>;

/** Which of two compared videos or scenes an item is from, if any. */
export const takeOf = ({ origin }: Item): Take | undefined => (origin.kind === 'photo' ? undefined : origin.take);

/** The same item, marked with this take. A photograph has no take and is returned unchanged. */
export function ofTake(item: Item, take: Take): Item {
  if (item.origin.kind === 'photo') return item;
  return { ...item, origin: { ...item.origin, take } };
}

/**
 * An item with the number by which the model knows it, counted over the whole conversation from 1. Without a number,
 * its position among the items it is sent with counts.
 */
export const NumberedItem = Item.extend({ number: z.number().int().positive().optional() });
export type NumberedItem = z.infer<typeof NumberedItem>;
