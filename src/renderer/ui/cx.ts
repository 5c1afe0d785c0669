// SPDX-License-Identifier: Apache-2.0
/** Joins class names, leaving out empty ones. */
export const cx = (...names: (string | false | null | undefined)[]): string => names.filter(Boolean).join(' ');
