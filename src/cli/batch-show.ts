// SPDX-License-Identifier: Apache-2.0
import { once } from 'node:events';
import { basename } from 'node:path';
import { say } from '../contract';
import { notThere } from '../engine';
import { linesOfFile, readHeader, readRunLine, type RunLine } from '../runs';
import { command } from './define';
import { usage } from './options';
import { harmless } from './terminal';

/** `zoetrope batch show`: the answers of a run as a table. */
export const batchShow = (signal: AbortSignal) =>
  command('show', 'Prints the answers of a run as a table.')
    .argument('<file>')
    .option('--csv', 'as CSV, safe to open in a spreadsheet')
    .option('--md', 'as a Markdown table (default)')
    .option('--jsonl', 'as JSON Lines, one flat object a question')
    .action(async (file, { csv, md, jsonl }) => {
      if ([csv, md, jsonl].filter(Boolean).length > 1) throw usage(say`Name only one of --csv, --md and --jsonl.`);
      const { head, row } = csv ? CSV : jsonl ? JSON_LINES : MARKDOWN;
      let isFirst = true;
      try {
        for await (const line of linesOfFile(file, signal)) {
          if (isFirst) {
            readHeader(file, line);
            await write(head());
          }
          const read = isFirst ? null : readRunLine(line);
          isFirst = false;
          if (read) await write(row(read));
        }
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        if (code !== 'EPIPE') throw code === 'ENOENT' ? notThere(file) : error; // who reads may have read enough
      }
    });

const COLUMNS = ['source', 'question', 'answer', 'error', 'seconds', 'tokens', 'labels', 'id'] as const;
type Table = Record<(typeof COLUMNS)[number], string>;

function rowOf({ id, question, media, labels, answer, error, receipt, seconds }: RunLine): Table {
  const sources = media.map(({ image, video, scene }) => basename(String(image ?? video ?? scene)));
  return {
    source: sources.join(', '),
    question,
    answer: answer ?? '',
    error: error ? `${error.message} ${error.advice}` : '',
    seconds: String(seconds),
    tokens: String(receipt?.tokens.generated ?? ''),
    labels: labels ? JSON.stringify(labels) : '',
    id,
  };
}

interface Format {
  head: () => string;
  row: (line: RunLine) => string;
}

/** The cells of a line, each written in a format's own way. */
const cellsOf = (line: RunLine, write: (text: string) => string): string[] => {
  const table = rowOf(line);
  return COLUMNS.map((column) => write(table[column]));
};

/** RFC 4180. */
const CSV: Format = {
  head: () => `${COLUMNS.join(',')}\r\n`,
  row: (line) => `${cellsOf(line, csvCell).join(',')}\r\n`,
};

/**
 * A cell of a CSV file. Spreadsheets run what begins like a formula, and an answer may say what a picture told it to; so
 * an apostrophe is put before it, except before a plain number.
 */
export function csvCell(text: string): string {
  const isFormula = /^\s*[=+\-@|%\uff1d\uff0b\uff0d\uff20]/.test(text) && !/^[+-]?\d+(\.\d+)?$/.test(text);
  const safe = isFormula || /^[\t\r\n]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Cells of one line each, in which nothing is markup. */
const MARKDOWN: Format = {
  head: () => `| ${COLUMNS.join(' | ')} |\n|${'---|'.repeat(COLUMNS.length)}\n`,
  row: (line) => `| ${cellsOf(line, markdownCell).join(' | ')} |\n`,
};

const markdownCell = (text: string): string =>
  text
    .replace(/[\\`*_[\]<>&|~#!]/g, '\\$&')
    .replace(/\s*\n\s*/g, '<br>')
    .trim();

/** Labels stand beside the answer; a benchmark's own scorer finds its names. */
const JSON_LINES: Format = {
  head: () => '',
  row: ({ id, media, question, labels, answer = null, error, receipt, seconds }) =>
    `${JSON.stringify({
      id,
      media,
      question,
      answer,
      error: error ? `${error.message} ${error.advice}` : null,
      seconds,
      tokens: receipt?.tokens.generated ?? null,
      ...labels,
      ...(labels && 'gt_response' in labels && { prompt: question, pred_response: answer }),
    })}\n`,
};

/** Writes text without control characters; waits where a reader is slow. Line endings of CSV stay. */
async function write(text: string): Promise<void> {
  const clean = text.split('\r\n').map(harmless).join('\r\n');
  if (!process.stdout.write(clean)) await once(process.stdout, 'drain');
}
