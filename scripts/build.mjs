// SPDX-License-Identifier: Apache-2.0
// npm run build: builds out/, even if it is up to date.
import './prepare/node-version.mjs';
import { prepareBuild, preparePackages } from './prepare/index.mjs';
import { createReport, main } from './prepare/report.mjs';

main(async () => {
  const report = createReport();
  await preparePackages(report);
  await prepareBuild(report, { force: true });
});
