// SPDX-License-Identifier: Apache-2.0
const OPEN = '<think>';
const CLOSE = '</think>';

/**
 * Separates the reasoning of a model, `<think>...</think>` before its answer, from the answer, while both arrive in
 * pieces. Marks further on belong to the answer.
 */
export class ReasoningSplit {
  #at: 'start' | 'reasoning' | 'answer' = 'start';
  /** Text that may be the beginning of a mark. */
  #held = '';
  #answerBegun = false;

  push(piece: string): { text: string; reasoning: string } {
    this.#held += piece;
    const out = { text: '', reasoning: '' };
    if (this.#at === 'start') {
      const begun = this.#held.trimStart();
      if (begun.startsWith(OPEN)) {
        this.#at = 'reasoning';
        this.#held = begun.slice(OPEN.length);
      } else if (!OPEN.startsWith(begun)) this.#at = 'answer';
    }
    if (this.#at === 'reasoning') {
      const end = this.#held.indexOf(CLOSE);
      const sure = end >= 0 ? end : this.#held.length - heldBack(this.#held, CLOSE);
      out.reasoning = this.#held.slice(0, sure);
      this.#held = end >= 0 ? this.#held.slice(end + CLOSE.length) : this.#held.slice(sure);
      if (end >= 0) this.#at = 'answer';
    }
    if (this.#at === 'answer') {
      out.text = this.#answerBegun ? this.#held : this.#held.trimStart();
      this.#answerBegun ||= out.text !== '';
      this.#held = '';
    }
    return out;
  }

  /** The rest of the text, at the end of the stream. */
  end(): { text: string; reasoning: string } {
    const held = this.#held;
    this.#held = '';
    return this.#at === 'reasoning' ? { text: '', reasoning: held } : { text: held.trimStart(), reasoning: '' };
  }
}

/** How many of the last characters may be the beginning of a mark. */
function heldBack(text: string, mark: string): number {
  for (let n = Math.min(text.length, mark.length - 1); n > 0; n--) if (text.endsWith(mark.slice(0, n))) return n;
  return 0;
}

/**
 * The same of a whole text whose prompt had opened the mark already, so that only its end came. While it is written nobody
 * can tell; once it is whole, one end without a beginning says so.
 */
export function partUnopened(text: string): { text: string; reasoning: string } {
  const [reasoning = '', answer, ...more] = text.split(CLOSE);
  const unopened = answer !== undefined && more.length === 0 && !text.includes(OPEN);
  return unopened ? { text: answer, reasoning } : { text, reasoning: '' };
}
