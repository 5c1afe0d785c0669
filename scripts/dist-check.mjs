// SPDX-License-Identifier: Apache-2.0
// node scripts/dist-check.mjs: starts what `npm run dist` made, from clean folders, and asks it one question.
import './prepare/node-version.mjs';
import { findElectron } from './prepare/electron.mjs';
import { prepareSystem } from './prepare/index.mjs';
import { inRoot } from './prepare/paths.mjs';
import { checkPackages } from './package/check.mjs';
import { createReport, main } from './prepare/report.mjs';

main(async () => {
  const report = createReport();
  report.line('Starting what is in dist/, from clean folders');
  await prepareSystem(report, { electron: findElectron()?.file, ffmpeg: 'needed' });
  await checkPackages(report, inRoot('dist'));
});
