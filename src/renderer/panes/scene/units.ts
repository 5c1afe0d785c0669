// SPDX-License-Identifier: Apache-2.0
import type { LengthUnit, SceneUnits } from '../../../contract';

const METRES: Record<LengthUnit, number> = { m: 1, cm: 0.01, mm: 0.001, in: 0.0254, ft: 0.3048 };

/**
 * The usual unit of a format, if the file does not say. glTF and USD are in metres, by definition or by their reader.
 */
const USUAL: Readonly<Record<string, LengthUnit>> = { fbx: 'cm', stl: 'mm' };

export function usualUnits(format: string): SceneUnits {
  const file = USUAL[format] ?? 'm';
  return { file, shown: file };
}

/** Converts a length from the file's unit to the one it is shown in. */
export const inShown = (length: number, { file, shown }: SceneUnits): number => (length * METRES[file]) / METRES[shown];

/** Formats a length: `1.234`, `12,340`, `0.001234`. Four significant digits, or as many as given. */
export function formatLength(length: number, units: SceneUnits, digits = 4): string {
  const value = Number(inShown(length, units).toPrecision(digits));
  return value !== 0 && Math.abs(value) < 1e-6
    ? value.toExponential(digits - 1)
    : value.toLocaleString('en-US', { maximumFractionDigits: 9 });
}
