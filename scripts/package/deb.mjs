#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// Does with dpkg-deb what electron-builder asks of fpm for a .deb, for machines that cannot download fpm. Used through
// CUSTOM_FPM_PATH.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const SWITCHES = new Set(['--force', '--debug', '--verbose']);
const { options, inputs } = readArguments(process.argv.slice(2));
const one = (key) => options.get(key)?.at(-1);

if (one('-s') !== 'dir' || one('-t') !== 'deb') {
  console.error('Only -s dir -t deb is understood here.');
  process.exit(1);
}

const tree = fs.mkdtempSync(path.join(os.tmpdir(), 'zoetrope-deb-'));
try {
  inputs.forEach(lay);
  const control = path.join(tree, 'DEBIAN');
  const size = installedSize();
  fs.mkdirSync(control);
  fs.writeFileSync(path.join(control, 'control'), controlFile(size));
  const scripts = {
    '--after-install': 'postinst',
    '--after-remove': 'postrm',
    '--before-install': 'preinst',
    '--before-remove': 'prerm',
  };
  for (const [option, name] of Object.entries(scripts)) {
    if (one(option)) {
      fs.copyFileSync(one(option), path.join(control, name));
      fs.chmodSync(path.join(control, name), 0o755);
    }
  }
  execFileSync('chmod', ['-R', 'go-w,a+rX', tree]);
  // -z1: fast; packages for release are made by fpm.
  const args = ['--root-owner-group', `-Z${one('--deb-compression') ?? 'xz'}`, '-z1', '-b', tree, one('--package')];
  execFileSync('dpkg-deb', args, { stdio: 'inherit' });
} finally {
  fs.rmSync(tree, { recursive: true, force: true });
}

/** Copies one `from=to`; a path that ends with a slash is a folder, copied with its contents. */
function lay(input) {
  const cut = input.lastIndexOf('=');
  const from = input.slice(0, cut);
  const to = path.join(tree, input.slice(cut + 1));
  const isFolder = from.endsWith('/');
  fs.mkdirSync(isFolder ? to : path.dirname(to), { recursive: true });
  execFileSync('cp', ['-a', isFolder ? `${from}.` : from, to]);
}

function installedSize() {
  return Number(execFileSync('du', ['-sk', tree], { encoding: 'utf8' }).split('\t')[0]);
}

function controlFile(size) {
  const [summary, ...details] = (one('--description') ?? one('--name'))
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);
  const list = (key) =>
    options
      .get(key)
      ?.map((text) => text.trim())
      .join(', ');
  const fields = {
    Package: one('--name'),
    Version: one('--version'),
    Architecture: one('--architecture'),
    Maintainer: one('--maintainer'),
    'Installed-Size': size,
    Depends: list('-d'),
    Recommends: list('--deb-recommends'),
    Section: one('--category') ?? 'video',
    Priority: one('--deb-priority') ?? 'optional',
    Homepage: one('--url'),
    Description: [summary, ...details.map((line) => ` ${line}`)].join('\n'),
  };
  return Object.entries(fields)
    .filter(([, value]) => value)
    .map(([key, value]) => `${key}: ${value}\n`)
    .join('');
}

/** `--key value`, `--key=value`, `-k value`, repeatable; all other arguments are `from=to`. */
function readArguments(argv) {
  const found = { options: new Map(), inputs: [] };
  for (let i = 0; i < argv.length; i += 1) {
    const argument = argv[i];
    if (SWITCHES.has(argument)) continue;
    if (!argument.startsWith('-')) {
      found.inputs.push(argument);
      continue;
    }
    const equals = argument.startsWith('--') ? argument.indexOf('=') : -1;
    const key = equals < 0 ? argument : argument.slice(0, equals);
    const value = equals < 0 ? argv[(i += 1)] : argument.slice(equals + 1);
    found.options.set(key, [...(found.options.get(key) ?? []), value]);
  }
  return found;
}
