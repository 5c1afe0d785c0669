// SPDX-License-Identifier: Apache-2.0
// Imported first by every script, so that an old Node gives a clear message instead of a stack trace.
const needed = [20, 19];
const [major, minor] = process.versions.node.split('.').map(Number);

if (major < needed[0] || (major === needed[0] && minor < needed[1])) {
  console.error(
    `Zoetrope needs Node ${needed.join('.')} or newer; this is Node ${process.versions.node}.\n` +
      'Install a newer one (https://nodejs.org, or your version manager) and run the same command again.',
  );
  process.exit(1);
}
