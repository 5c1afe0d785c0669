import type { Item, SamplingPlan } from '../contract';
import { frameItems, photoItem, type Engine, type JobOptions } from '../engine';
import { sourceOf } from './source';
import { captureViews } from './render';

/** One medium of a question as it was named: it becomes one or several items. */
export type Medium =
  | { kind: 'image'; path: string }
  | { kind: 'video'; path: string; plan: SamplingPlan }
  | { kind: 'scene'; path: string; count: number };

export async function itemsOfMedium(medium: Medium, engine: Engine, options: JobOptions, warn: (note: string) => void): Promise<Item[]> {
  const source = sourceOf(medium.path);
  if (medium.kind === 'image') return [await photoItem(medium.path, source, engine.pictures)];
  if (medium.kind === 'scene') return captureViews(medium.path, { strategy: null, count: medium.count, size: 768, seed: 0 }, engine, options);
  const { items, notes } = await frameItems(medium.path, source, medium.plan, engine.pictures, options);
  notes.forEach(warn);
  return items;
}
