// SPDX-License-Identifier: Apache-2.0
import { inEnglish, photoNotes, type Item, type SamplingPlan, type Transparency, type WantedCrop } from '../contract';
import { captureViews, frameItems, photoItem, sourceOf, tileItems, type Engine, type JobOptions } from '../engine';
import { chooseGrid } from '../vision';

/** One medium of a question as named on the command line. It becomes one or several items. */
export type Medium =
  | {
      kind: 'image';
      path: string;
      tiles: boolean;
      transparency?: Transparency | undefined;
      crop?: WantedCrop | undefined;
    }
  | { kind: 'video'; path: string; plan: SamplingPlan }
  | { kind: 'scene'; path: string; count: number };

/** Default settings for views of a scene, if only their number is given. */
export const usualViews = (count: number) => ({ strategy: null, count, size: 768, seed: 0 });

/** The items of a medium. `side`: edge in pixels of the square to which the model resizes a picture. */
export async function itemsOfMedium(
  medium: Medium,
  engine: Engine,
  side: number,
  options: JobOptions,
  warn: (note: string) => void,
): Promise<Item[]> {
  const source = sourceOf(medium.path);
  if (medium.kind === 'image') {
    const whole = await photoItem(medium.path, source, engine.pictures, medium);
    if (whole.origin.kind === 'photo')
      photoNotes(whole.origin).forEach((note) => warn(`${source.name}: ${inEnglish(note)}`));
    return medium.tiles && chooseGrid(whole.picture, side)
      ? [whole, ...(await tileItems(whole, side, engine.pictures))]
      : [whole];
  }
  if (medium.kind === 'scene')
    return captureViews(medium.path, usualViews(medium.count), engine, {
      ...options,
      onNote: (note) => warn(inEnglish(note)),
    });
  const { items, notes } = await frameItems(medium.path, source, medium.plan, engine.pictures, options);
  notes.forEach(({ text }) => warn(inEnglish(text)));
  return items;
}

/** A medium as a sequence file names it, with its settings. */
export function partOf(medium: Medium): Record<string, unknown> {
  if (medium.kind === 'scene') return { scene: medium.path, views: medium.count };
  if (medium.kind === 'image') {
    const { path, tiles, transparency, crop } = medium;
    return { image: path, ...(tiles && { tiles }), ...(transparency && { transparency }), ...(crop && { crop }) };
  }
  const { path, plan } = medium;
  if (plan.strategy === 'at') return { video: path, times: plan.times };
  return { video: path, ...(plan.strategy === 'uniform' ? { frames: plan.count } : { plan }) };
}
