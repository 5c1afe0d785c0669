// SPDX-License-Identifier: Apache-2.0
// npm run training: the tests of training/ alone. `npm test` runs them too.
import { describeTraining, testTraining } from './prepare/python.mjs';
import { createReport, main } from './prepare/report.mjs';

main(async () => {
  await createReport().step('training', testTraining, describeTraining);
  return 0;
});
