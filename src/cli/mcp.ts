// SPDX-License-Identifier: Apache-2.0
import { serveMcp } from '../serve';
import { command } from './define';
import { answererFor, servingOptions } from './serving';
import { withEngine } from './session';
import { toErr } from './terminal';

/** `zoetrope mcp`: answers the program that started it. Standard output carries the protocol and nothing else. */
export const mcp = (signal: AbortSignal) =>
  servingOptions(
    command('mcp', 'Answers the program that starts it, by the Model Context Protocol over standard input and output.'),
  ).action((options) =>
    withEngine(async (engine, pictures) => {
      const { answerer } = await answererFor(engine, pictures, options, toErr);
      await serveMcp(answerer, { input: process.stdin, output: process.stdout }, signal);
    }),
  );
