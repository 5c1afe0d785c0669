// npm run dist: the installers for the system it runs on, in dist/. Where Electron and electron-builder's tools cannot
// be downloaded, on Linux, it builds what can be built, for this machine only. Then `scripts/dist-check.mjs` starts it.
import './prepare/node-version.mjs';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { run } from './prepare/command.mjs';
import { ensureElectron, describeElectron, sevenZip } from './prepare/electron.mjs';
import { prepareBuild, prepareModel, preparePackages, prepareSystem } from './prepare/index.mjs';
import { inRoot, root } from './prepare/paths.mjs';
import { createReport, main, Stop } from './prepare/report.mjs';
import { checkPackages } from './package/check.mjs';

main(async () => {
  const report = createReport();
  report.line(`Zoetrope for ${process.platform} ${process.arch}`);
  await preparePackages(report);
  const electron = await report.step('electron', ensureElectron, describeElectron);
  await prepareSystem(report, { electron: electron.file, ffmpeg: 'needed' });
  await prepareBuild(report, { force: true });
  await prepareModel(report);

  const local = electron.kind !== 'official';
  const packing = (say) => (local ? packLocally(electron.file, say) : pack([], {}, say));
  const made = await report.step('installers', packing, (files) => `${files.length} made, in dist/`);
  made.forEach((line) => report.note(line));
  if (local) {
    report.line(
      `\nThese are for this machine only, and NOT for publishing: they carry Electron ${electron.version} from ` +
        `${path.relative(root, path.dirname(electron.file)) || electron.file}, because the official one could not be ` +
        'downloaded. Run `npm run dist` on a connected machine for the real ones.',
    );
  }

  report.heading('Starting what was packed, from clean folders');
  await checkPackages(report);
  report.line(`\nDone after ${report.elapsed()}.`);
});

/** Every Linux target but AppImage, which needs a runtime to be downloaded. */
async function packLocally(electron, say) {
  if (process.platform !== 'linux') throw new Stop('Electron could not be downloaded, and without it no package can be made.');
  const copy = fs.mkdtempSync(path.join(os.tmpdir(), 'zoetrope-electron-'));
  try {
    fs.cpSync(path.dirname(electron), copy, { recursive: true, verbatimSymlinks: true });
    // A packaged app carries no program for running unpackaged ones.
    for (const name of ['.made', 'resources/default_app.asar']) fs.rmSync(path.join(copy, name), { force: true });
    const env = {
      ZOETROPE_LOCAL_ELECTRON: copy,
      CUSTOM_FPM_PATH: inRoot('scripts/package/deb.mjs'),
      ELECTRON_BUILDER_7ZIP_PATH: await sevenZip(),
      ELECTRON_BUILDER_COMPRESSION_LEVEL: '1',
    };
    return await pack(['--linux', 'dir', 'deb', 'tar.gz'], env, say);
  } finally {
    fs.rmSync(copy, { recursive: true, force: true });
  }
}

async function pack(targets, env, say) {
  fs.rmSync(inRoot('dist'), { recursive: true, force: true });
  const builder = inRoot('node_modules/electron-builder/cli.js');
  const args = [builder, '--config', 'electron-builder.config.mjs', '--publish', 'never', ...targets];
  await run(process.execPath, args, {
    cwd: root,
    env,
    what: 'electron-builder',
    // • building        target=deb arch=x64 file=...
    onLine: (line) => say(`electron-builder: ${line.replace(/^[\s•]+/, '').replace(/\s+file=.*/, '')}`),
  });
  return fs
    .readdirSync(inRoot('dist'), { withFileTypes: true })
    .filter((entry) => entry.isFile() && !/\.(ya?ml|blockmap)$/.test(entry.name))
    .map(({ name }) => `${name} (${Math.round(fs.statSync(inRoot('dist', name)).size / 1e6)} MB)`);
}
