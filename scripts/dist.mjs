// SPDX-License-Identifier: Apache-2.0
// npm run dist: the installers for the current system, in dist/. On Linux, where Electron and electron-builder's tools
// cannot be downloaded, it builds what is possible, for this machine only. `scripts/dist-check.mjs` then starts the
// result.
import './prepare/node-version.mjs';
import path from 'node:path';
import { ensureElectron, describeElectron } from './prepare/electron.mjs';
import { prepareBuild, prepareModel, preparePackages, prepareSystem } from './prepare/index.mjs';
import { inRoot, root } from './prepare/paths.mjs';
import { createReport, main } from './prepare/report.mjs';
import { checkPackages } from './package/check.mjs';
import { pack } from './package/pack.mjs';

main(async () => {
  const report = createReport();
  report.line(`Zoetrope for ${process.platform} ${process.arch}`);
  await preparePackages(report);
  const electron = await report.step('electron', ensureElectron, describeElectron);
  await prepareSystem(report, { electron: electron.file, ffmpeg: 'needed' });
  await prepareBuild(report, { force: true });
  await prepareModel(report);

  const local = electron.kind !== 'official';
  // Every Linux target but AppImage, which needs a runtime to be downloaded.
  const targets = local ? ['--linux', 'dir', 'deb', 'tar.gz'] : [];
  const made = await report.step(
    'installers',
    (say) => pack({ electron, targets, folder: inRoot('dist'), say }),
    (files) => `${files.length} made, in dist/`,
  );
  made.forEach((line) => report.note(line));
  if (local) {
    report.line(
      `\nThese are for this machine only, and NOT for publishing: they carry Electron ${electron.version} from ` +
        `${path.relative(root, path.dirname(electron.file)) || electron.file}, because the official one could not be ` +
        'downloaded. Run `npm run dist` on a connected machine for the real ones.',
    );
  }

  report.heading('Starting what was packed, from clean folders');
  await checkPackages(report, inRoot('dist'));
  report.line(`\nDone after ${report.elapsed()}.`);
});
