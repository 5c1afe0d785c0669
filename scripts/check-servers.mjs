// SPDX-License-Identifier: Apache-2.0
// npm run check-servers: the bundled model in a real server and in our engine, compared word for word. `npm test` does
// it too. Needs a Python (ZOETROPE_PYTHON) with torch and transformers[serving], and without torchvision.
import { prepareBuild, prepareModel, preparePackages } from './prepare/index.mjs';
import { describeRealServer, testRealServer } from './prepare/real-server.mjs';
import { createReport, main } from './prepare/report.mjs';

main(async () => {
  const report = createReport();
  await preparePackages(report);
  await prepareBuild(report);
  await prepareModel(report);
  await report.step('servers', testRealServer, describeRealServer);
  return 0;
});
