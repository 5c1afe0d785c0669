// SPDX-License-Identifier: Apache-2.0
import { cancelled, toErrorInfo } from '../../contract';
import { notAnAnswer, ServerError, type SoFar } from './failure';
import { partUnopened, ReasoningSplit } from './reasoning';

/** Receives the text of an answer as it arrives. */
export interface OnWords {
  onText?: ((delta: string) => void) | undefined;
  onReasoning?: ((delta: string) => void) | undefined;
}

export interface Usage {
  /** Tokens of the prompt as counted by the server, including pictures. */
  prompt: number;
  generated: number;
}

/** The answer to a question. `finish` is `cancelled` if it was cancelled after its first word. */
export interface ChatAnswer extends SoFar {
  finish: 'stop' | 'length' | 'cancelled';
  /** Null if the server does not report it. */
  usage: Usage | null;
  /** When the first word arrived, in milliseconds as of `performance.now()`. Null if none did. */
  firstAt: number | null;
}

/** Limit of an answer in characters, more than any model writes. It stops a server that never ends. */
const MOST_WORDS = 10_000_000;

/** Collects an answer from its pieces. */
export class AnswerWriter {
  text = '';
  reasoning = '';
  finish: 'stop' | 'length' = 'stop';
  usage: Usage | null = null;
  firstAt: number | null = null;
  /** Whether the server has marked the answer as complete. */
  ended = false;
  readonly #split = new ReasoningSplit();

  constructor(
    private readonly host: string,
    private readonly words: OnWords,
  ) {}

  /** @throws server-broken for an answer that exceeds the limit. */
  write(content: string, reasoning = ''): void {
    const split = this.#split.push(content);
    this.#take(split.text, reasoning + split.reasoning);
    if (this.text.length + this.reasoning.length > MOST_WORDS) throw notAnAnswer(this.host, 'it does not end');
  }

  /**
   * Runs a function that calls `write`, and returns the complete answer.
   * @throws the error of that function, with the text so far; `cancelled` before the first word.
   */
  async whole(writing: () => Promise<void>): Promise<ChatAnswer> {
    try {
      await writing();
      this.#flush();
      return this.#answer(this.finish);
    } catch (error) {
      this.#flush();
      const begun = this.firstAt !== null;
      if (toErrorInfo(error).code === 'cancelled') {
        if (!begun) throw cancelled();
        return this.#answer('cancelled');
      }
      if (error instanceof ServerError && begun) throw error.after({ text: this.text, reasoning: this.reasoning });
      throw error;
    }
  }

  #flush(): void {
    const { text, reasoning } = this.#split.end();
    this.#take(text, reasoning);
  }

  #take(text: string, reasoning: string): void {
    if (text === '' && reasoning === '') return;
    this.firstAt ??= performance.now();
    this.text += text;
    this.reasoning += reasoning;
    if (reasoning !== '') this.words.onReasoning?.(reasoning);
    if (text !== '') this.words.onText?.(text);
  }

  #answer(finish: ChatAnswer['finish']): ChatAnswer {
    const { usage, firstAt } = this;
    const { text, reasoning } = this.reasoning === '' ? partUnopened(this.text) : this;
    return { text: text.trim(), reasoning: reasoning.trim(), finish, usage, firstAt };
  }
}
