// SPDX-License-Identifier: Apache-2.0
/** An estimate of the tokens of a question, learned from earlier answers of one model. */
export interface TokenEstimate {
  /** Tokens of the whole prompt. */
  prompt: number;
  perPicture: number;
  /** Number of answers that the estimate is based on. With 0 it is a guess. */
  answers: number;
}

/** The properties of a question that determine its number of tokens. */
export interface Measured {
  textBytes: number;
  /** Size of each picture as sent, in pixels. */
  pictures: readonly { width: number; height: number }[];
}

/** Number of answers remembered per model. */
const REMEMBERED = 64;
/**
 * Tokens per picture before anything was learned. A guess never refuses a question; it only determines how much context
 * is requested from Ollama.
 */
const GUESSED_PER_PICTURE = 1024;
/** UTF-8 bytes per token: English has 4 to 5, Chinese 3 to 4. */
const GUESSED_BYTES_A_TOKEN = 3.5;
/** Tokens of the chat format around a question. */
const AROUND = 24;

/**
 * Learns from the `usage` of answers how many tokens pictures and text take. Only the server can count exactly, so
 * these are estimates and must be shown as such. Medians are used, so that one unusual answer has little effect.
 * Pictures are compared with those of the same size, such as the frames of one video.
 */
export class TokenEstimates {
  readonly #known = new Map<string, { measured: Measured; prompt: number }[]>();

  /** @param model identifies server and model. @param prompt tokens, as the server counted them. */
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
