// SPDX-License-Identifier: Apache-2.0
import type { Item } from '../../contract';
import { poseAzimuth, poseElevation } from '../../camera';
import { formatTime } from '../ui';

/** What distinguishes an item from others of its source: its time, its direction, or its name. */
export function describeItem({ origin }: Item): string {
  if (origin.kind === 'frame') return `${origin.take ? `${origin.take} · ` : ''}${formatTime(origin.time)}`;
  if (origin.kind === 'view') return formatDirection(poseAzimuth(origin.pose), poseElevation(origin.pose));
  const { crop, tile } = origin;
  const part = tile ? `${tile.row * tile.columns + tile.column + 1}/${tile.rows * tile.columns} · ` : '';
  const cut = crop ? `x ${crop.x}, y ${crop.y} · ` : '';
  return `${part}${cut}${origin.source.name}`;
}

/** `45° ↑20°`: azimuth around the scene, then elevation. */
export function formatDirection(azimuth: number, elevation: number): string {
  const round = Math.round(azimuth) % 360;
  const up = Math.round(elevation);
  return `${round}° ${up < 0 ? '↓' : '↑'}${Math.abs(up)}°`;
}

export type Kinds = Record<Item['origin']['kind'], number>;

export function countKinds(items: readonly Item[]): Kinds {
  const kinds: Kinds = { frame: 0, view: 0, photo: 0 };
  for (const item of items) kinds[item.origin.kind] += 1;
  return kinds;
}
