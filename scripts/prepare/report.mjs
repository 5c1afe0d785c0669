// SPDX-License-Identifier: Apache-2.0
// What the scripts print for the user: one line per step, with its result and duration.
import { performance } from 'node:perf_hooks';

/** A failure that the user can fix: its message is shown without a stack trace. */
export class Stop extends Error {}

export const seconds = (ms) => {
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  return `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1000)} s`;
};

const LIVE_AFTER_MS = 1000;
const PLAIN_EVERY_MS = 10_000;
const NAME_WIDTH = 11;
const TEXT_WIDTH = 66;

/**
 * @param {object} [options]
 * @param {NodeJS.WriteStream} [options.stream]
 * @param {boolean} [options.brief] show only steps that take over a second of real work, with their notes, and failures
 * @param {boolean} [options.quiet] the same, and nothing else
 */
export function createReport({ stream = process.stdout, quiet = false, brief = quiet } = {}) {
  const began = performance.now();
  const live = stream.isTTY === true;
  const dim = live && !process.env.NO_COLOR ? (text) => `\x1b[2m${text}\x1b[22m` : (text) => text;
  const line = (text) => stream.write(`${text}\n`);
  /** Whether the last step was not shown, and its notes are not either. */
  let isHolding = false;

  /**
   * Runs one step. `work` gets `say(text)` for progress and returns its result.
   * @template T
   * @param {string} name
   * @param {(say: (text: string) => void) => Promise<T> | T} work
   * @param {(result: T) => string} [describe] the closing words; default: the result itself
   */
  async function step(name, work, describe = String) {
    const start = performance.now();
    const label = `  ${name.padEnd(NAME_WIDTH)} `;
    let doing = '';
    let shown = false;
    let lastPlain = 0;

    const show = () => {
      const elapsed = performance.now() - start;
      if (!doing || elapsed < LIVE_AFTER_MS) return;
      if (live) {
        stream.write(`\r\x1b[K${label}${fit(doing, stream.columns || 100)} ${dim(seconds(elapsed))}`);
        shown = true;
      } else if (!shown || elapsed - lastPlain >= PLAIN_EVERY_MS) {
        line(`${label}${doing} ... ${seconds(elapsed)}`);
        lastPlain = elapsed;
        shown = true;
      }
    };
    const timer = setInterval(show, live ? 200 : LIVE_AFTER_MS);
    const clear = () => {
      clearInterval(timer);
      if (live && shown) stream.write('\r\x1b[K');
    };

    try {
      const result = await work((text) => {
        doing = text;
      });
      clear();
      if (!brief || shown) {
        line(`${label}${describe(result).padEnd(TEXT_WIDTH)} ${dim(seconds(performance.now() - start))}`);
      }
      isHolding = brief && !shown;
      return result;
    } catch (error) {
      clear();
      line(`${label}failed after ${seconds(performance.now() - start)}`);
      throw error;
    }
  }

  return {
    quiet,
    step,
    heading: (text) => quiet || line(`\n${text}`),
    /** Says more about the step before it. */
    note: (text) => quiet || isHolding || line(`  ${''.padEnd(NAME_WIDTH)} ${text}`),
    line: (text) => quiet || line(text),
    elapsed: () => seconds(performance.now() - began),
  };
}

/** @typedef {ReturnType<typeof createReport>} Report */

function fit(text, columns) {
  const room = Math.max(20, columns - NAME_WIDTH - 16);
  return text.length > room ? `${text.slice(0, room - 1)}…` : text;
}

/** Runs a script's main function; a `Stop` is shown as its message, anything else with its stack. */
export function main(work) {
  Promise.resolve()
    .then(work)
    .then(
      (code) => {
        process.exitCode = code ?? 0;
      },
      (error) => {
        process.stderr.write(`\n${error instanceof Stop ? error.message : (error?.stack ?? error)}\n`);
        process.exitCode = 1;
      },
    );
}
