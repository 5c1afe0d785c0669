// SPDX-License-Identifier: Apache-2.0
import { BufferAttribute, BufferGeometry } from 'three';
import { isPlace } from '../../camera';
import { say, type Sentence } from '../../contract';
import { eachPlyRow } from './ply-body';
import type { PlyHeader } from './ply-header';
import { notA } from '../files/refusals';

/**
 * Leaves out and counts splats without a finite position or size, as failed training writes them.
 * @throws not-a-scene if none is left
 */
export function soundSplats(
  geometry: BufferGeometry,
  title: string,
  isSound: (k: number) => boolean = () => true,
): { geometry: BufferGeometry; notes: Sentence[] } {
  const places = geometry.getAttribute('position');
  const { array: spreads } = geometry.getAttribute('covariance');
  const kept: number[] = [];
  for (let k = 0; k < places.count; k++) {
    let sound = isSound(k) && isPlace(places.getX(k), places.getY(k), places.getZ(k));
    for (let c = 0; sound && c < 6; c++) sound = Number.isFinite(spreads[6 * k + c]!);
    if (sound) kept.push(k);
  }
  const lost = places.count - kept.length;
  if (lost === 0) return { geometry, notes: [] };
  if (kept.length === 0) throw notA(title, say`holds no splats that could be shown`);
  const made = new BufferGeometry();
  for (const [name, attribute] of Object.entries(geometry.attributes)) {
    const { array, itemSize, normalized } = attribute as BufferAttribute;
    const whole = array.slice(0, kept.length * itemSize);
    kept.forEach((from, to) => {
      for (let c = 0; c < itemSize; c++) whole[to * itemSize + c] = array[from * itemSize + c]!;
    });
    made.setAttribute(name, new BufferAttribute(whole, itemSize, normalized));
  }
  return { geometry: made, notes: [say`Splats whose values are not numbers, left out: ${lost}.`] };
}

/**
 * Returns which vertices of a splat PLY are valid. Some programs write an opacity of infinity (opaque) or a size of
 * minus infinity (zero); both are valid.
 */
export function soundRows(bytes: Uint8Array, header: PlyHeader, title: string): (k: number) => boolean {
  const bad = new Set<number>();
  eachPlyRow(bytes, header, title, ({ name, properties }, { values }, k) => {
    if (name !== 'vertex') return;
    for (let at = 0; at < values.length; at++) {
      const value = values[at]!;
      if (Number.isFinite(value)) continue;
      const property = properties[at]!;
      if (!(value === Infinity && property === 'opacity') && !(value === -Infinity && property.startsWith('scale_')))
        bad.add(k);
    }
  });
  return (k) => !bad.has(k);
}
