// SPDX-License-Identifier: Apache-2.0
// npm run sbom [-- FILE]: Zoetrope's software bill of materials, as CycloneDX 1.5 JSON, to standard output or into
// FILE.
import './prepare/node-version.mjs';
import fs from 'node:fs';
import { findFfmpeg, versionOfFfmpeg } from './prepare/ffmpeg.mjs';
import { prepareBuild, preparePackages } from './prepare/index.mjs';
import { inRoot } from './prepare/paths.mjs';
import { createReport, main } from './prepare/report.mjs';
import { softwareBill } from './package/bill.mjs';

main(async () => {
  const report = createReport({ stream: process.stderr, quiet: true });
  await preparePackages(report);
  await prepareBuild(report);
  const ffmpeg = findFfmpeg();
  const bill = await softwareBill({
    ffmpeg: ffmpeg?.from === 'ffmpeg-static' ? versionOfFfmpeg(ffmpeg.file) : undefined,
    electron: JSON.parse(fs.readFileSync(inRoot('node_modules/electron/package.json'), 'utf8')).version,
  });
  const text = `${JSON.stringify(bill, null, 2)}\n`;
  const [file] = process.argv.slice(2);
  if (file === undefined) process.stdout.write(text);
  else fs.writeFileSync(file, text);
  return 0;
});
