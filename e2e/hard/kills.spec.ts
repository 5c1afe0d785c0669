// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@playwright/test';
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Library } from '../../src/library';
import { root } from '../fixtures/window';
import { amount, report } from './amount';
import { buildLibrary, random } from './library';

let folder: string;
let writer: string;
test.beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'zoetrope-kills-'));
  writer = join(folder, 'writer.mjs');
  // Prints each message after it is saved, and every error.
  writeFileSync(
    writer,
    `
    import { Library } from ${JSON.stringify(await buildLibrary())};
    const [file, project, name, count] = process.argv.slice(2);
    const { library, recovered } = Library.open(file);
    if (recovered) console.log('! ' + recovered.message);
    for (let k = 0; k < Number(count); k++) {
      const id = name + '-' + k;
      try {
        library.saveMessage(project, { id, role: 'user', createdAt: k, text: id.repeat(1 + (k * 37) % 400), placement: 'front', parts: [] });
        console.log(id);
      } catch (error) {
        console.log('! ' + error.message);
      }
    }
    library.close();`,
  );
});
test.afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Starts a writer. `said` grows while it runs. */
function write(
  file: string,
  project: string,
  name: string,
  count: number,
): { child: ChildProcess; said: string[]; begun: Promise<void>; ended: Promise<void> } {
  const said: string[] = [];
  const child = spawn(process.execPath, [writer, file, project, name, String(count)], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout });
  const begun = new Promise<void>((done) => lines.once('line', () => done()));
  lines.on('line', (line) => said.push(line));
  return { child, said, begun, ended: new Promise((done) => child.once('close', () => done())) };
}

function begin(name: string): { file: string; project: string } {
  const file = join(folder, name, 'library.sqlite');
  const { library } = Library.open(file);
  const project = library.projects.create('Kept');
  library.close();
  return { file, project };
}

test('what a killed process had saved is all there, and nothing has to be repaired', async () => {
  const kills = amount('kills', { short: 6, long: 120 });
  const next = random(3);
  const { file, project } = begin('kills');
  const said: string[] = [];
  let alarms = 0;
  for (let k = 0; k < kills; k++) {
    const writing = write(file, project, `w${k}`, 1e9);
    await writing.begun;
    await new Promise((done) => setTimeout(done, next() * 120));
    writing.child.kill('SIGKILL');
    await writing.ended;
    said.push(...writing.said);
    const { library, recovered } = Library.open(file);
    if (recovered) alarms++;
    library.close();
  }
  const { library } = Library.open(file);
  const kept = new Set(library.messages(project).map(({ id }) => id));
  library.close();
  const lost = said.filter((id) => !kept.has(id));
  report('kills', { kills, 'messages saved': said.length, lost: lost.length, 'false alarms': alarms });
  expect(said.length).toBeGreaterThan(kills);
  expect(lost).toEqual([]);
  expect([alarms, readdirSync(join(folder, 'kills')).filter((name) => name.includes('damaged'))]).toEqual([0, []]);
});

test('two processes write to one library, and both succeed', async () => {
  const count = amount('writes', { short: 60, long: 400 });
  const { file, project } = begin('two');
  const both = ['a', 'b'].map((name) => write(file, project, name, count));
  await Promise.all(both.map(({ ended }) => ended));
  const { library } = Library.open(file);
  const failures = both.flatMap(({ said }) => said.filter((line) => line.startsWith('!')));
  const kept = library.messages(project).length;
  library.close();
  report('two-processes', { writes: 2 * count, kept, failures: failures.length });
  expect([failures, kept]).toEqual([[], 2 * count]);
});
