// SPDX-License-Identifier: Apache-2.0
// npm run e2e [-- playwright arguments]: the end-to-end tests, in a real Electron window on any machine.
import './prepare/node-version.mjs';
import { runEndToEnd } from './prepare/end-to-end.mjs';
import { prepareForTests } from './prepare/index.mjs';
import { createReport, main } from './prepare/report.mjs';

main(async () => {
  const report = createReport();
  const electron = await prepareForTests(report);
  return runEndToEnd(electron, process.argv.slice(2));
});
