// SPDX-License-Identifier: Apache-2.0
/** The lines of a text, whichever way they end, one after another: a list of all would take many times its memory. */
export function* linesOf(text: string, from = 0): Generator<string> {
  const end = /\r\n|\r|\n/g;
  end.lastIndex = from;
  for (let match = end.exec(text); match; match = end.exec(text)) {
    yield text.slice(from, match.index);
    from = end.lastIndex;
  }
  yield text.slice(from);
}
