// SPDX-License-Identifier: Apache-2.0
/** Formats figures for tables and progress messages. */

import type { Spread } from '../statistics';
import type { Row } from './measure';

/** One measurement as a line of text. */
export function rowInWords({ metric, context, subject, unit, wall, cpu }: Row): string {
  const at = context === null ? '' : ` at ${context}`;
  const processor = cpu ? `; ${figure(cpu.median)} of the processor` : '';
  return `  ${metric}${at}, ${subject}: ${figure(wall.median)} ${unit} (${quartiles(wall)})${processor}`;
}

/** Three significant digits, but no digits of the integer part are dropped. */
export function figure(value: number): string {
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}

export function quartiles({ from, to }: Spread): string {
  return `${figure(from)} - ${figure(to)}`;
}
