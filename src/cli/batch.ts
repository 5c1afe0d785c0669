// SPDX-License-Identifier: Apache-2.0
import { say } from '../contract';
import { askingCommand, checkAsking } from './asking';
import { batchQuestions } from './batch-questions';
import { number, repeated, usage } from './options';
import { run } from './running';
import { jsonOut, toErr, toOut } from './terminal';

/** `zoetrope batch`: many questions, whose answers go to a file as they come. */
export const batchRun = (signal: AbortSignal) =>
  askingCommand('run', 'Asks each question about each file, and writes the answers to a file as they come.')
    .option('--files <path...>', 'media: files, folders or patterns such as "clips/**/*.mp4"')
    .addOption(repeated('--ask <question>', 'a question about each of them', String))
    .option('--questions <file>', 'questions: one a line (.txt), or sequences as JSON Lines or as one JSON list')
    .option('--out <file>', 'where the answers go; if it is there, the run goes on (JSON Lines)')
    .option('--retry', 'ask questions again that failed before')
    .addOption(number('--concurrency <n>', 'questions to a server at once', { min: 1, max: 256 }))
    .option('--json', 'end with one object: the counts')
    .action(async ({ files = [], ask = [], questions, out, retry, concurrency, json, ...asked }, given) => {
      checkAsking(asked, given);
      if (out === undefined) throw usage(say`Name a file for the answers with --out.`);
      const onLeftOut = (what: string): void => {
        toErr(`${what} It is left out.`);
        process.exitCode = 2;
      };
      const all = await batchQuestions({ files, ask, questions, onLeftOut }, asked);
      const counts = await run(all, asked, { out, retry, concurrency }, signal);
      if (json) jsonOut({ file: out, ...counts });
      else toOut(`${counts.answered} of ${counts.total} questions are answered in ${out}\n`);
      if (counts.failed === 0) return;
      toErr(`${counts.failed} questions failed; their lines say why. --retry asks them again.`);
      process.exitCode = 2;
    });
