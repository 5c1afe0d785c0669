// SPDX-License-Identifier: Apache-2.0
/** A piece of an answer's text that links to a picture or a moment of the question. */
export interface Citation {
  start: number;
  end: number;
  /** Describes the target of the link. */
  label: string;
  follow: () => void;
  /** Called when the pointer enters (true) or leaves (false) it. */
  point?: ((on: boolean) => void) | undefined;
}

/** Finds the citations in a run of plain text, in order and without overlaps. */
export type FindCitations = (text: string) => Citation[];
