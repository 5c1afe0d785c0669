// SPDX-License-Identifier: Apache-2.0
// npm test: all checks and tests, also on a fresh checkout. Stops at the first failure and ends with one line: N
// passed, N failed
import './prepare/node-version.mjs';
import fs from 'node:fs';
import { checkPackages } from './package/check.mjs';
import { pack } from './package/pack.mjs';
import { attach, run } from './prepare/command.mjs';
import { findElectron } from './prepare/electron.mjs';
import { runEndToEnd } from './prepare/end-to-end.mjs';
import { prepareBuild, prepareElectron, prepareModel, preparePackages, prepareSystem } from './prepare/index.mjs';
import { describeTraining, testTraining } from './prepare/python.mjs';
import { inRoot, root } from './prepare/paths.mjs';
import { describeRealServer, testRealServer } from './prepare/real-server.mjs';
import { createReport, main, Stop } from './prepare/report.mjs';

const results = { unit: inRoot('test-results/unit.json'), endToEnd: inRoot('test-results/e2e.json') };
const report = createReport();
/** How many tests of training/ passed; undefined if no Python has the needed packages. */
let pythonTests;
/** How many answers of a real server were ours; undefined if no Python has the needed packages. */
let serverAnswers;

main(async () => {
  Object.values(results).forEach((file) => fs.rmSync(file, { force: true }));
  let failure;
  try {
    await everything();
  } catch (error) {
    failure = error;
    if (error instanceof Stop) console.error(`\n${error.message}`);
    else console.error(error);
  }
  const { passed, failed, skipped, flaky } = count();
  console.log(`\n${failure ? 'Stopped' : 'Done'} after ${report.elapsed()}\n`);
  console.log(
    `${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ''}${flaky ? `, ${flaky} flaky` : ''}`,
  );
  return failure || failed > 0 ? 1 : 0;
});

async function everything() {
  report.heading('Preparing');
  await preparePackages(report);
  const electron = await prepareElectron(report);
  await prepareSystem(report, { electron, ffmpeg: 'needed' });

  report.heading('Reading, building and packing the code; unit tests');
  // Lint takes longer than the other checks: it gets a core of its own, and the unit tests begin before it ends.
  const building = (async () => {
    await check('types', 'typescript/bin/tsc', ['--noEmit']);
    await check('layers', 'dependency-cruiser/bin/dependency-cruise.mjs', [
      '--config',
      'scripts/layers.cjs',
      'src',
      'bench/src',
    ]);
    await prepareBuild(report);
    await prepareModel(report);
  })();
  const others = async () => {
    await building;
    const packed = inRoot('test-results/dist');
    await report.step(
      'packing',
      (say) => pack({ electron: findElectron(), targets: ['--dir'], folder: packed, say }),
      () => 'packed',
    );
    await checkPackages(report, packed);
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${results.unit}`];
    await mustPass(
      'unit tests',
      attach(process.execPath, [tool('vitest/vitest.mjs'), 'run', ...reporters], { cwd: root }),
    );
  };
  const reading = async () => {
    await check('lint', 'eslint/bin/eslint.js', ['.', '--max-warnings', '0'], 'reading all of the code');
    await check('format', 'prettier/bin/prettier.cjs', ['--check', '--log-level=warn', '.'], 'comparing all of it');
    pythonTests = await report.step('training', testTraining, describeTraining);
    await building;
    serverAnswers = (await report.step('servers', testRealServer, describeRealServer))?.count;
  };
  await Promise.all([reading(), others()]);

  report.heading('End-to-end tests');
  await mustPass('end-to-end tests', runEndToEnd(electron));
}

/** A check that prints nothing unless it fails. */
function check(name, script, args, doing = '') {
  return report.step(name, async (say) => {
    say(doing);
    const { output } = await run(process.execPath, [tool(script), ...args], { cwd: root, what: name });
    return output.trim().split('\n').at(-1).replace(/^✔ /, '') || 'no complaints';
  });
}

async function mustPass(name, exitCode) {
  if ((await exitCode) !== 0) throw new Stop(`The ${name} failed: see above.`);
}

const tool = (script) => inRoot('node_modules', script);

function count() {
  const unit = readJson(results.unit);
  const endToEnd = readJson(results.endToEnd)?.stats;
  return {
    passed: [pythonTests, serverAnswers, unit?.numPassedTests, endToEnd?.expected, endToEnd?.flaky] // expected and flaky both count as passed
      .reduce((sum, number) => sum + (number ?? 0), 0),
    failed: (unit?.numFailedTests ?? 0) + (endToEnd?.unexpected ?? 0),
    skipped: (unit?.numPendingTests ?? 0) + (endToEnd?.skipped ?? 0),
    flaky: endToEnd?.flaky ?? 0,
  };
}

function readJson(file) {
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}
