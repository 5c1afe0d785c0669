// SPDX-License-Identifier: Apache-2.0
// Checks that packages work. Each is unpacked in a clean folder, outside this checkout and with an empty home, and
// started with --smoke: it loads the bundled model, asks it about the sample clip, prints `SMOKE {json}` and ends.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { run } from '../prepare/command.mjs';
import { startDisplay } from '../prepare/display.mjs';
import { electronFlags, harmlessNoise } from '../prepare/flags.mjs';
import { Stop } from '../prepare/report.mjs';

const PATIENCE_MS = 240_000;

/** @param {string} from the folder that electron-builder wrote to */
export async function checkPackages(report, from) {
  const packages = findPackages(from);
  if (packages.length === 0) throw new Stop('There is nothing to start: run `npm run dist` first.');
  const display = await startDisplay();
  const clean = fs.mkdtempSync(path.join(os.tmpdir(), 'zoetrope-dist-'));
  try {
    for (const [index, { name, lay }] of packages.entries()) {
      const folder = path.join(clean, String(index));
      fs.mkdirSync(folder);
      await report.step(name, async (say) => {
        say('laying it out');
        const program = await lay(folder);
        await checkFuses(program);
        await checkNotices(program);
        say('starting it');
        const { answer, electron, pictures } = await ask(program, folder, display.env);
        return `Electron ${electron}, ${pictures} pictures: "${shortened(answer.text)}"`;
      });
    }
  } finally {
    await display.stop();
    fs.rmSync(clean, { recursive: true, force: true });
  }
}

/** The packages that can be started here, and how each is unpacked; installers for other systems are skipped. */
function findPackages(from) {
  const names = fs.existsSync(from) ? fs.readdirSync(from) : [];
  const found = [];
  for (const name of names) {
    const file = path.join(from, name);
    if (/^(linux|win|mac).*(unpacked)?$/.test(name) && fs.statSync(file).isDirectory()) {
      found.push({ name: 'folder', lay: (folder) => copied(file, folder) });
    } else if (process.platform === 'linux' && name.endsWith('.deb')) {
      found.push({ name: 'deb', lay: (folder) => unpacked('dpkg-deb', ['-x', file, folder], folder) });
    } else if (process.platform === 'linux' && name.endsWith('.tar.gz')) {
      found.push({ name: 'tar.gz', lay: (folder) => unpacked('tar', ['xzf', file, '-C', folder], folder) });
    }
  }
  return found.sort((a) => (a.name === 'folder' ? -1 : 1));
}

function copied(from, folder) {
  fs.cpSync(from, path.join(folder, 'app'), { recursive: true, verbatimSymlinks: true });
  return programIn(folder);
}

async function unpacked(command, args, folder) {
  await run(command, args);
  return programIn(folder);
}

function programIn(folder) {
  const name = { linux: 'zoetrope', win32: 'Zoetrope.exe', darwin: 'Contents/MacOS/Zoetrope' }[process.platform];
  const homes = fs.readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isDirectory());
  const programs = [folder, ...homes.map((entry) => path.join(entry.parentPath ?? entry.path, entry.name))]
    .map((home) => path.join(home, name))
    .filter((file) => fs.statSync(file, { throwIfNoEntry: false })?.isFile());
  if (programs.length !== 1)
    throw new Stop(`Expected one program called ${name} in the package, found ${programs.length}.`);
  return programs[0];
}

/** Checks the fuses in the program that keep it from running anything but the app. */
async function checkFuses(program) {
  const { FuseV1Options, getCurrentFuseWire } = await import('@electron/fuses');
  const [OFF, ON] = [...'01'].map((state) => state.charCodeAt(0));
  const wire = await getCurrentFuseWire(program);
  const wanted = {
    RunAsNode: OFF,
    EnableNodeOptionsEnvironmentVariable: OFF,
    EnableNodeCliInspectArguments: OFF,
    OnlyLoadAppFromAsar: ON,
    EnableCookieEncryption: ON,
    EnableEmbeddedAsarIntegrityValidation: ON,
    GrantFileProtocolExtraPrivileges: OFF,
  };
  const wrong = Object.entries(wanted).filter(([fuse, state]) => wire[FuseV1Options[fuse]] !== state);
  if (wrong.length > 0)
    throw new Stop(`Fuses that are not set as they should be: ${wrong.map(([fuse]) => fuse).join(', ')}`);
}

/** Checks that the notices list every package inside. */
async function checkNotices(program) {
  const { listPackage } = await import('@electron/asar'); // not there before the packages are installed
  const resources =
    process.platform === 'darwin'
      ? path.join(path.dirname(program), '../Resources')
      : path.join(path.dirname(program), 'resources');
  const notices = fs.readFileSync(path.join(resources, 'NOTICES.txt'), 'utf8');
  const inside = listPackage(path.join(resources, 'app.asar')).flatMap(
    (file) => /[\\/]node_modules[\\/]((?:@[^\\/]+[\\/])?[^\\/]+)[\\/]package\.json$/.exec(file)?.[1] ?? [],
  );
  const missing = inside.map((name) => name.replaceAll('\\', '/')).filter((name) => !notices.includes(`\n${name} `));
  if (inside.length === 0 || missing.length > 0)
    throw new Stop(`Packages without their notice: ${missing.join(', ') || 'none was found at all'}`);
}

async function ask(program, folder, displayEnv) {
  const home = path.join(folder, 'home');
  fs.mkdirSync(home);
  const env = {
    ...displayEnv,
    HOME: home,
    USERPROFILE: home,
    APPDATA: home,
    XDG_CONFIG_HOME: undefined,
    XDG_CACHE_HOME: undefined,
    XDG_DATA_HOME: undefined,
    NODE_PATH: undefined,
    // With the fuses set, neither of these may have any effect.
    ELECTRON_RUN_AS_NODE: '1',
    NODE_OPTIONS: '--title=not-zoetrope',
  };
  const { flags } = electronFlags(program, { softwareGl: process.platform === 'linux' });
  const { output, code, signal } = await run(program, [...flags, '--smoke'], {
    cwd: home,
    env,
    timeout: PATIENCE_MS,
    check: false,
  });
  const said = output.split('\n').filter((line) => !harmlessNoise.test(line));
  const line = said.find((text) => text.startsWith('SMOKE '));
  const facts = line && JSON.parse(line.slice('SMOKE '.length));
  if (!facts?.ok || !facts.packaged) {
    const how = signal ? `ended by ${signal}` : `code ${code}`;
    throw new Stop([`${program} did not answer (${how}):`, ...said.slice(-40).map((text) => `    ${text}`)].join('\n'));
  }
  return facts;
}

const shortened = (text) => (text.length > 60 ? `${text.slice(0, 59)}…` : text);
