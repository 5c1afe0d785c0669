// SPDX-License-Identifier: Apache-2.0
/** What is known of tokens from earlier answers of one model, and what a question will take by that. */
export interface TokenEstimate {
  /** Of the whole prompt. */
  prompt: number;
  perPicture: number;
  /** Answers that it is drawn from; with none it is a guess. */
  answers: number;
}

/** A question as far as its tokens depend on it. */
export interface Measured {
  textBytes: number;
  /** Of each picture, as sent. */
  pictures: readonly { width: number; height: number }[];
}

/** Answers that are remembered for each model. */
const REMEMBERED = 64;
/** Before anything is known. A guess refuses nothing; it only says how much context to ask Ollama for. */
const GUESSED_PER_PICTURE = 1024;
/** UTF-8 bytes a token: English has 4 to 5, Chinese 3 to 4. */
const GUESSED_BYTES_A_TOKEN = 3.5;
/** Marks of the chat around a question. */
const AROUND = 24;

/**
 * Learns what pictures and words take from the `usage` of answers. Nobody but the server can count; these are estimates
 * and are to be shown as such. One odd answer moves them little: medians are taken, and pictures of the same size, which
 * all frames of a video are, are compared with their like.
 */
export class TokenEstimates {
  readonly #known = new Map<string, { measured: Measured; prompt: number }[]>();

  /** @param model a key of server and model. @param prompt tokens, as the server counted them. */
  learn(model: string, measured: Measured, prompt: number): void {
    if (!(prompt > 0)) return;
    const known = this.#known.get(model) ?? [];
    this.#known.set(model, [...known, { measured, prompt }].slice(-REMEMBERED));
  }

  estimate(model: string, measured: Measured): TokenEstimate {
    const known = this.#known.get(model) ?? [];
    const bytesAToken = median(
      known
        .filter(
          ({ measured: { pictures, textBytes }, prompt }) =>
            pictures.length === 0 && textBytes > 200 && prompt > AROUND,
        )
        .map(({ measured: { textBytes }, prompt }) => textBytes / (prompt - AROUND)),
    );
    const words = ({ textBytes }: Measured): number =>
      AROUND + Math.ceil(textBytes / (bytesAToken ?? GUESSED_BYTES_A_TOKEN));
    const shown = known.filter(({ measured: { pictures } }) => pictures.length > 0);
    const each = ({ measured, prompt }: (typeof shown)[number]): number =>
      Math.max(1, (prompt - words(measured)) / measured.pictures.length);
    const all = median(shown.map(each));
    const perSize = (size: string): number | null =>
      median(shown.filter(({ measured: { pictures } }) => pictures.every((p) => sizeOf(p) === size)).map(each));

    const pictures = [...counted(measured.pictures.map(sizeOf))].reduce(
      (sum, [size, count]) => sum + count * (perSize(size) ?? all ?? GUESSED_PER_PICTURE),
      0,
    );
    const count = measured.pictures.length;
    return {
      prompt: Math.ceil(words(measured) + pictures),
      perPicture: Math.ceil(count > 0 ? pictures / count : (all ?? GUESSED_PER_PICTURE)),
      answers: count > 0 ? shown.length : known.length,
    };
  }
}

const sizeOf = ({ width, height }: { width: number; height: number }): string => `${width}x${height}`;

function counted(sizes: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const size of sizes) counts.set(size, (counts.get(size) ?? 0) + 1);
  return counts;
}

function median(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
