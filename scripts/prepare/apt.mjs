// SPDX-License-Identifier: Apache-2.0
// Installs system packages where that is allowed (Debian and derivatives, as root or with sudo without a password);
// otherwise shows the exact command.
import { spawnSync } from 'node:child_process';
import { findProgram, run } from './command.mjs';
import { Stop } from './report.mjs';

let listsAreFresh = false;

/**
 * @param {object} wish
 * @param {string[][]} wish.packages each a list of alternative names; the first one known to apt is installed
 * @param {string} wish.why reason, shown to the user
 * @param {(text: string) => void} wish.say
 */
export async function installSystemPackages({ packages, why, say }) {
  const runner = aptRunner();
  if (!runner) throw cannotInstall(why, packages);

  if (!listsAreFresh) {
    say('apt-get update');
    await run(runner.command, [...runner.args, 'update', '-q'], {
      env: quietApt,
      what: 'apt-get update',
      check: false,
    });
    listsAreFresh = true;
  }
  const names = packages.map(firstKnown);
  say(`apt-get install ${names.join(' ')}`);
  const args = ['install', '-y', '-q', '--no-install-recommends', '-o', 'DPkg::Lock::Timeout=120'];
  if (runner.keepsFd3) args.push('-o', 'APT::Status-Fd=3');
  await run(runner.command, [...runner.args, ...args, ...names], {
    env: quietApt,
    what: `${why}\napt-get install ${names.join(' ')}`,
    // dlstatus:1:42.5:Retrieving file 7 of 19
    onStatus: runner.keepsFd3
      ? (line) => {
          const [, , percent, text] = line.split(':');
          say(`apt-get install: ${Math.round(Number(percent) || 0)} %, ${text ?? ''}`);
        }
      : undefined,
  });
  return names;
}

const quietApt = { DEBIAN_FRONTEND: 'noninteractive' };

function aptRunner() {
  const apt = process.platform === 'linux' ? findProgram('apt-get') : undefined;
  if (!apt) return undefined;
  if (process.getuid() === 0) return { command: apt, args: [], keepsFd3: true };
  const sudo = findProgram('sudo');
  const asksNothing = sudo && spawnSync(sudo, ['-n', 'true'], { stdio: 'ignore' }).status === 0;
  return asksNothing
    ? { command: sudo, args: ['-n', 'DEBIAN_FRONTEND=noninteractive', apt], keepsFd3: false }
    : undefined;
}

function firstKnown(names) {
  return names.find((name) => spawnSync('apt-cache', ['show', name], { stdio: 'ignore' }).status === 0) ?? names.at(-1);
}

function cannotInstall(why, packages) {
  const isDebian = Boolean(findProgram('apt-get'));
  const names = packages.map(isDebian ? firstKnown : (choice) => choice.at(-1)).join(' ');
  const advice = isDebian
    ? `Install what is missing and start again: sudo apt-get update && sudo apt-get install -y ${names}`
    : `Install what is missing with your system's package manager and start again. Debian's names: ${names}`;
  return Object.assign(new Stop(`${why}\n${advice}`), { advice });
}
