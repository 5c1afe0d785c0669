// SPDX-License-Identifier: Apache-2.0
// Breaks each rule of scripts/layers.cjs once on purpose.
import { execFile } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';

const root = path.resolve(import.meta.dirname, '..');
const checkout = fs.mkdtempSync(path.join(os.tmpdir(), 'zoetrope-layers-'));

const files = {
  'src/contract/index.ts': "export const name = 'contract';",
  'src/contract/looks-up.ts': "export { model } from '../model';",
  'src/contract/reads.ts': "import fs from 'node:fs';\nexport const read = fs.readFileSync;",
  'src/contract/reads.test.ts': "import fs from 'node:fs';\nfs.existsSync('.');",
  'src/contract/chicken.ts': "import { egg } from './egg';\nexport const chicken = () => egg;",
  'src/contract/egg.ts': "import { chicken } from './chicken';\nexport const egg = () => chicken;",
  'src/contract/lost.ts': "export * from './nowhere';",
  'src/model/index.ts': "import { name } from '../contract';\nexport const model = name;",
  'src/model/folder.ts': "export const folder = 'models';",
  'src/runtime/index.ts': "export { model } from '../model';",
  'src/runtime/reaches-in.ts': "export { folder } from '../model/folder';",
  'src/sequence/helpers.ts': 'export const help = 1;',
  'src/engine/window.ts': "import type { BrowserWindow } from 'electron';\nexport type Window = BrowserWindow;",
  'src/engine/sessions.ts': "export { InferenceSession } from 'onnxruntime-node';",
  'src/engine/server/index.ts': "export { ask } from './connection';",
  'src/engine/server/connection.ts': "import { request } from 'undici';\nexport const ask = request;",
  'src/engine/server/test-server.ts': "import { createServer } from 'node:http';\nexport const start = createServer;",
  'src/engine/server/starts.ts': "export { start } from './test-server';",
  'src/engine/asks.ts': "export { ask } from './server';",
  'src/engine/reaches-in.ts': "export { ask } from './server/connection';",
  'src/serve/listens.ts': "import { createServer } from 'node:http';\nexport const listen = createServer;",
  'src/serve/calls-home.ts': "import { connect } from 'node:net';\nexport const call = connect;",
  'src/media/downloads.ts': "import { get } from 'node:https';\nexport const download = get;",
  'src/media/fetches.ts': "export { fetch } from 'undici';",
  'src/cli/index.ts': "export { start } from '../main';",
  'src/main/index.ts': "import { app } from 'electron';\nexport const start = app;",
  'src/main/sound.ts': "export { name } from '../contract';\nexport { model } from '../model';",
  'src/renderer/page.ts': "export { model } from '../model';",
  'src/cli/bench-worlds.ts': "export { measured } from '../../bench/src';",
  'src/main/measures.ts': "export { measured } from '../../bench/src';",
  'bench/src/index.ts': "import { model } from '../../src/model';\nexport const measured = model;",
  'bench/src/window.ts': "export { start } from '../../src/main';",
  'bench/src/reaches-in.ts': "export { folder } from '../../src/model/folder';",
  'src/scene/pose.ts': "export { read } from './formats/read';",
  'src/scene/index.ts': "export { read } from './viewer/viewer';",
  'src/scene/formats/read.ts': 'export const read = 1;',
  'src/scene/formats/peeks.ts': "export { read } from '../viewer/viewer';",
  'src/scene/formats/read.test.ts': "import { read } from '../viewer/viewer';\nread;",
  'src/scene/viewer/viewer.ts': "export { read } from '../formats/read';",
  'src/scene/cellar/wine.ts': "export { read } from '../formats/read';",
  'src/renderer/state/index.ts': 'export const state = 1;',
  'src/renderer/state/calls.ts': "export { Button } from '../ui';",
  'src/renderer/ui/index.ts': 'export const Button = 1;',
  'src/renderer/panes/video/index.ts': "export { player } from './player';",
  'src/renderer/panes/video/player.ts': "import { state } from '../../state';\nexport const player = state;",
  'src/renderer/panes/photo/jump.ts': "export { player } from '../video';",
  'src/renderer/app/stage.ts': "export { player } from '../panes/video/player';",
  'src/attic/index.ts': "export { name } from '../contract';",
  'tsconfig.json': fs.readFileSync(path.join(root, 'tsconfig.json'), 'utf8'),
};

let violations;

beforeAll(async () => {
  for (const [name, text] of Object.entries(files)) {
    fs.mkdirSync(path.dirname(path.join(checkout, name)), { recursive: true });
    fs.writeFileSync(path.join(checkout, name), text);
  }
  fs.symlinkSync(path.join(root, 'node_modules'), path.join(checkout, 'node_modules'), 'junction');
  const cruiser = path.join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
  const args = [
    cruiser,
    '--config',
    path.join(root, 'scripts/layers.cjs'),
    '--output-type',
    'json',
    'src',
    'bench/src',
  ];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: checkout, maxBuffer: 64e6 });
  violations = JSON.parse(stdout).summary.violations.map(({ from, rule }) => `${from}: ${rule.name}`);
}, 60_000);

afterAll(() => fs.rmSync(checkout, { recursive: true, force: true }));

const broken = [
  ['src/contract/looks-up.ts', 'contract-looks-down'],
  ['src/contract/reads.ts', 'no-node-in-pure-rooms'],
  ['src/contract/chicken.ts', 'no-cycles'],
  ['src/contract/lost.ts', 'everything-is-found'],
  ['src/runtime/reaches-in.ts', 'through-the-index'],
  ['src/sequence/helpers.ts', 'plain-names-alone'],
  ['src/engine/window.ts', 'electron-in-two-rooms'],
  ['src/engine/sessions.ts', 'one-room-calls-onnxruntime'],
  ['src/engine/server/starts.ts', 'test-servers-in-tests'],
  ['src/engine/reaches-in.ts', 'servers-through-the-index'],
  ['src/serve/calls-home.ts', 'serve-only-listens'],
  ['src/media/downloads.ts', 'one-room-touches-the-network'],
  ['src/media/fetches.ts', 'one-room-touches-the-network'],
  ['src/cli/index.ts', 'cli-looks-down'],
  ['src/renderer/page.ts', 'renderer-looks-down'],
  ['src/main/measures.ts', 'only-the-command-line-runs-bench'],
  ['bench/src/window.ts', 'bench-looks-down'],
  ['bench/src/reaches-in.ts', 'through-the-index'],
  ['src/scene/formats/peeks.ts', 'scene-formats-looks-down'],
  ['src/scene/pose.ts', 'scene-files-come-first'],
  ['src/scene/cellar/wine.ts', 'scene-known-folders-only'],
  ['src/renderer/state/calls.ts', 'renderer-state-looks-down'],
  ['src/renderer/panes/photo/jump.ts', 'panes-stand-alone'],
  ['src/renderer/app/stage.ts', 'renderer-through-the-index'],
  ['src/attic/index.ts', 'known-rooms-only'],
];

test.each(broken)('%s breaks %s', (file, law) => {
  expect(violations).toContain(`${file}: ${law}`);
});

test('nothing else is forbidden', () => {
  const accused = new Set(violations.map((text) => text.split(':')[0]));
  const innocent = Object.keys(files).filter((name) => !accused.has(name));
  expect(innocent).toEqual(
    expect.arrayContaining([
      'src/contract/index.ts',
      'src/contract/reads.test.ts',
      'src/model/index.ts',
      'src/runtime/index.ts',
      'src/serve/listens.ts',
      'src/engine/asks.ts',
      'src/engine/server/connection.ts',
      'src/engine/server/test-server.ts',
      'src/main/index.ts',
      'src/main/sound.ts',
      'src/cli/bench-worlds.ts',
      'src/scene/index.ts',
      'src/scene/formats/read.test.ts',
      'src/scene/viewer/viewer.ts',
      'src/renderer/panes/video/player.ts',
      'bench/src/index.ts',
    ]),
  );
});
