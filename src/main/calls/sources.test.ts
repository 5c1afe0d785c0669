// SPDX-License-Identifier: Apache-2.0
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Library } from '../../library';
import { CurrentProject } from '../current-project';
import type { OpenDialogs } from '../dialogs';
import type { EngineSupervisor } from '../engine-supervisor';
import type { Samples } from '../samples';
import { OpenedProjectFiles } from './project-files';
import { sourceCalls } from './sources';

let dir: string;
let library: Library;
let project: CurrentProject;
let calls: ReturnType<typeof sourceCalls>;
/** Ends the `file.inspect` call in progress. */
let inspected: (() => void) | undefined;
let models: string[];
/** Whether no file is known. */
let fails: boolean;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'zoetrope-sources-'));
  library = Library.open(join(dir, 'library.sqlite')).library;
  inspected = undefined;
  models = [];
  fails = false;
  const call = () =>
    fails
      ? Promise.reject(new Error('unknown'))
      : new Promise((resolve) => (inspected = () => resolve({ kind: 'video', bytes: 1 })));
  project = new CurrentProject(library, () => 'en');
  calls = sourceCalls({
    reveal: () => undefined,
    pasted: () => Promise.reject(new Error('nothing is pasted here')),
    library,
    project,
    engine: { call } as unknown as EngineSupervisor,
    dialogs: {} as OpenDialogs,
    samples: {} as Samples,
    projectFiles: new OpenedProjectFiles(),
    openModel: (folder) => void models.push(folder),
    onActivate: () => undefined,
  });
});
afterEach(() => {
  library.close();
  rmSync(dir, { recursive: true, force: true });
});
const file = (name: string): string => {
  writeFileSync(join(dir, name), 'x');
  return join(dir, name);
};

it('files go into the project they were opened in, also when another is opened meanwhile', async () => {
  const first = project.id;
  const added = calls['source.add']({ paths: [file('one.mp4'), file('two.mp4')] });
  await expect.poll(() => inspected).toBeDefined();
  const second = project.create('Another').id;
  for (const last of [inspected, undefined]) {
    inspected?.();
    if (last) await expect.poll(() => inspected !== last).toBe(true);
  }
  expect((await added).project.id).toBe(second);
  expect(library.readProject(first).sources.map(({ name }) => name)).toEqual(['one.mp4', 'two.mp4']);
  expect(library.readProject(first).activeSource).toBe(library.readProject(first).sources[0]?.id);
  expect(library.readProject(second).sources).toEqual([]);
});

it('the folder of a model, or its weights, is loaded as a model and is no source', async () => {
  const folder = join(dir, 'a-model');
  mkdirSync(folder);
  writeFileSync(join(folder, 'config.json'), '{"model_type":"smolvlm"}');
  writeFileSync(join(folder, 'model.safetensors'), 'x');
  const added = await calls['source.add']({ paths: [folder, join(folder, 'model.safetensors')] });
  expect(models).toEqual([folder]);
  expect([added.project.sources, added.refused]).toEqual([[], []]);
  const cached = join(dir, 'models--lab--cached');
  for (const name of ['refs', 'snapshots/abc']) mkdirSync(join(cached, name), { recursive: true });
  writeFileSync(join(cached, 'refs/main'), 'abc');
  writeFileSync(join(cached, 'snapshots/abc/config.json'), '{"model_type":"smolvlm"}');
  await calls['source.add']({ paths: [cached] });
  expect(models.at(-1)).toBe(join(cached, 'snapshots/abc'));
});

it('weights that cannot be used are refused as a model, and say what would do', async () => {
  fails = true;
  const folder = join(dir, 'weights');
  mkdirSync(folder);
  writeFileSync(join(folder, 'part.safetensors'), 'x');
  const { refused, project } = await calls['source.add']({
    paths: [folder, file('lone.safetensors'), file('llava.gguf'), file('pytorch_model.bin'), file('other.xyz')],
  });
  expect(refused.map(({ error }) => error.code)).toEqual([
    ...['model-incomplete', 'model-unsupported'], // those that are refused by their names come first
    ...['model-incomplete', 'model-unsupported', 'internal'],
  ]);
  expect(project.sources).toEqual([]);
});
