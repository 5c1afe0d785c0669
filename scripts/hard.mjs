// SPDX-License-Identifier: Apache-2.0
// npm run hard [-- NAME [--OPTION N]...]: the hard tests (e2e/hard) at full length. Without a name it runs all of them,
// one after the other. `npm test` runs shorter versions, except for files named .long.ts.
import './prepare/node-version.mjs';
import fs from 'node:fs';
import { runEndToEnd } from './prepare/end-to-end.mjs';
import { prepareForTests } from './prepare/index.mjs';
import { inRoot } from './prepare/paths.mjs';
import { createReport, main, Stop } from './prepare/report.mjs';

const ending = /\.(spec|long)\.ts$/;

main(async () => {
  const names = fs
    .readdirSync(inRoot('e2e/hard'))
    .filter((file) => ending.test(file))
    .map((file) => file.replace(ending, ''));
  const { name, options } = readArguments(process.argv.slice(2), names);
  const report = createReport();
  const electron = await prepareForTests(report);
  process.env.ZOETROPE_HARD = JSON.stringify(options);
  return runEndToEnd(electron, [`e2e/hard/${name ?? ''}`, '--timeout=0']);
});

function readArguments([first, ...rest], names) {
  const name = first?.startsWith('--') ? undefined : first;
  if (name !== undefined && !names.includes(name))
    throw new Stop(`There is no hard test "${name}". There are: ${names.join(', ')}.`);
  const given = name === undefined && first !== undefined ? [first, ...rest] : rest;
  const options = {};
  for (let at = 0; at < given.length; at += 2) {
    const [option, value] = [given[at], Number(given[at + 1])];
    if (!option.startsWith('--') || !Number.isFinite(value))
      throw new Stop('Usage: npm run hard -- NAME --OPTION NUMBER ...');
    options[option.slice(2)] = value;
  }
  return { name, options };
}
