// SPDX-License-Identifier: Apache-2.0
import { clipRange, type Bounds } from '../../camera';
import { say, throwIfCancelled, ZoetropeError, type OnProgress, type Sentence, type ViewCapture } from '../../contract';
import { pictureSize } from '../validate';
import { nextFrame } from '../frames';
import { photographIntrinsics, type Photograph } from '../load/posed';

/** Pixels of one photograph at most. Four copies exist at once: decoded, drawn, read back and handed over. */
const MOST_PIXELS = 3 * 2 ** 24;

export interface PhotographOrder {
  source: string;
  sceneHash: string;
  bounds: Bounds;
  /** From the file's axes to the scene as shown, row-major 4x4; see `LoadedScene`. */
  fileToScene?: number[] | undefined;
  photographs: readonly Photograph[];
  signal?: AbortSignal | undefined;
  onProgress?: OnProgress | undefined;
}

/**
 * Captures posed photographs as views, pixel for pixel, with their own poses and intrinsics. They are handed over one
 * by one. Photographs that cannot be read are left out, with a note.
 * @throws not-a-picture, scene-too-large if none can be read; cancelled
 */
export async function capturePhotographs<T>(
  { source, sceneHash, bounds, fileToScene, photographs, signal, onProgress }: PhotographOrder,
  handOver: (view: ViewCapture) => Promise<T>,
): Promise<{ taken: T[]; notes: Sentence[] }> {
  const taken: T[] = [];
  const lost: string[] = [];
  let fault: unknown;
  const count = photographs.length;
  for (const [index, photograph] of photographs.entries()) {
    throwIfCancelled(signal);
    onProgress?.({ step: 'render', done: index, total: count });
    await nextFrame();
    const picture = await decode(photograph).catch((thrown: unknown) => {
      throwIfCancelled(signal);
      fault ??= thrown;
      lost.push(photograph.name);
    });
    if (!picture) continue;
    const { width, height, rgba } = picture;
    const intrinsics = { ...photographIntrinsics(photograph, width, height), ...clipRange(photograph.pose, bounds) };
    taken.push(
      await handOver({
        source,
        sceneHash,
        pose: photograph.pose,
        fileToScene,
        intrinsics,
        strategy: 'photograph',
        photograph: photograph.name,
        index: taken.length,
        count,
        rgba,
      }),
    );
  }
  throwIfCancelled(signal);
  if (taken.length === 0 && fault !== undefined) throw fault as Error;
  onProgress?.({ step: 'render', done: count, total: count });
  const notes = lost.length > 0 ? [say`Photographs that could not be read, left out: ${lost.slice(0, 20)}.`] : [];
  return { taken, notes };
}

/** Chooses `count` entries, evenly spaced over the order, including the first and the last. */
export function chooseEvenly<T>(all: readonly T[], count: number): T[] {
  if (count >= all.length) return [...all];
  return Array.from(
    { length: count },
    (_, k) => all[count === 1 ? 0 : Math.round((k * (all.length - 1)) / (count - 1))]!,
  );
}

/** Decodes the pixels as stored: poses are estimated on pictures without the rotation that the camera noted (EXIF). */
async function decode({
  name,
  read,
}: Photograph): Promise<{ width: number; height: number; rgba: Uint8Array<ArrayBuffer> }> {
  const notRead = (cause: string): ZoetropeError =>
    new ZoetropeError(
      'not-a-picture',
      say`${name} could not be read.`,
      say`Check that it opens in other programs; the other photographs can still be used.`,
      cause,
    );
  const bytes = await read();
  const size = pictureSize(bytes);
  if (!size) throw notRead('of no known kind');
  if (size.width * size.height > MOST_PIXELS) {
    throw new ZoetropeError(
      'scene-too-large',
      say`${name} has ${Math.round((size.width * size.height) / 1e6)} million pixels, more than Zoetrope opens.`,
      say`Make it smaller; its camera stays valid.`,
    );
  }
  const bitmap = await createImageBitmap(new Blob([bytes]), {
    premultiplyAlpha: 'none',
    colorSpaceConversion: 'none',
    imageOrientation: 'none' as ImageOrientation,
  }).catch((cause: unknown) => {
    throw notRead(String(cause));
  });
  const { width, height } = bitmap;
  const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true })!;
  // Renderings for NeRF have a transparent background; models are trained on them with white in its place.
  context.fillStyle = '#ffffff';
  context.fillRect(0, 0, width, height);
  context.drawImage(bitmap, 0, 0);
  bitmap.close();
  const { data } = context.getImageData(0, 0, width, height);
  return { width, height, rgba: new Uint8Array(data.buffer) };
}
