// SPDX-License-Identifier: Apache-2.0
/**
 * The lines of a text with any kind of line ending, one after another. A list of all lines would take many times the
 * memory of the text.
 */
export function* linesOf(text: string, from = 0): Generator<string> {
  const end = /\r\n|\r|\n/g;
  end.lastIndex = from;
  for (let match = end.exec(text); match; match = end.exec(text)) {
    yield text.slice(from, match.index);
    from = end.lastIndex;
  }
  yield text.slice(from);
}
