// npm run e2e [-- playwright arguments]: the end-to-end tests, in a real Electron window on any machine.
import './prepare/node-version.mjs';
import { runEndToEnd } from './prepare/end-to-end.mjs';
import { prepareBuild, prepareElectron, prepareModel, preparePackages, prepareSystem } from './prepare/index.mjs';
import { createReport, main } from './prepare/report.mjs';

main(async () => {
  const report = createReport();
  await preparePackages(report);
  const electron = await prepareElectron(report);
  await prepareSystem(report, { electron, ffmpeg: 'needed' });
  await prepareBuild(report);
  await prepareModel(report);
  return runEndToEnd(electron, process.argv.slice(2));
});
