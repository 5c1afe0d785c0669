// SPDX-License-Identifier: Apache-2.0
/** A part of an answer that leads somewhere: to a picture or a moment it was asked from. */
export interface Citation {
  start: number;
  end: number;
  /** Where it leads, in words. */
  label: string;
  follow: () => void;
  /** The pointer came onto it, or left it. */
  point?: ((on: boolean) => void) | undefined;
}

/** Finds what in a run of plain text leads somewhere. In order, without overlaps. */
export type FindCitations = (text: string) => Citation[];
