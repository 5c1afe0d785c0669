// SPDX-License-Identifier: Apache-2.0
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { AllowedFolders, pathOf } from './allowed-folders';

let root: string;
let allowed: AllowedFolders;
const at = (...names: string[]): string => join(root, ...names);

beforeAll(async () => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'zoetrope-allowed-')));
  mkdirSync(at('in/deep'), { recursive: true });
  mkdirSync(at('in2'));
  mkdirSync(at('out'));
  for (const name of ['in/a b.mp4', 'in/..a.mp4', 'in/100%25.mp4', 'in2/a.mp4', 'out/a.mp4'])
    writeFileSync(at(name), 'a');
  symlinkSync(at('out/a.mp4'), at('in/link.mp4'));
  symlinkSync(at('out'), at('in/away'));
  symlinkSync(at('in/a b.mp4'), at('in/same.mp4'));
  symlinkSync(at('in'), at('alias'));
  if (process.platform !== 'win32') execFileSync('mkfifo', [at('in/pipe')]);
  allowed = await AllowedFolders.of([at('alias')]);
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

it.each([
  [() => at('in/a b.mp4'), 'in/a b.mp4'],
  [() => at('alias/a b.mp4'), 'in/a b.mp4'],
  [() => at('in/same.mp4'), 'in/a b.mp4'],
  [() => at('in/deep/../a b.mp4'), 'in/a b.mp4'],
  [() => at('in/..a.mp4'), 'in/..a.mp4'],
  [() => at('in/100%25.mp4'), 'in/100%25.mp4'],
  [() => pathToFileURL(at('in/100%25.mp4')).href, 'in/100%25.mp4'],
  [() => pathToFileURL(at('in/a b.mp4')).href.replace('file://', 'file://localhost'), 'in/a b.mp4'],
])('opens %s', async (named, file) => {
  expect(await allowed.file(named())).toBe(at(file));
});

it.each<[number, () => string]>([
  [403, () => at('out/a.mp4')],
  [403, () => at('in2/a.mp4')],
  [403, () => at('in/../out/a.mp4')],
  [403, () => `${pathToFileURL(at('in')).href}/%2e%2e/out/a.mp4`],
  [403, () => at('in/link.mp4')],
  [403, () => at('in/away/a.mp4')],
  [403, () => at('in/away/nothing.mp4')],
  [403, () => at('out/nothing.mp4')],
  [403, () => '/etc/passwd'],
  [404, () => at('in/nothing.mp4')],
  [404, () => at('in/none/nothing.mp4')],
  [400, () => at('in/deep')],
  [400, () => at('in')],
  [400, () => at('in/a.mp4\0.png')],
  [400, () => `${pathToFileURL(at('in')).href}/a%00.mp4`],
  [400, () => `${pathToFileURL(at('in')).href}/..%2fout%2fa.mp4`],
  [400, () => 'file://server/share/a.mp4'],
  [400, () => 'a.mp4'],
  [400, () => 'gopher:///a.mp4'],
  [400, () => ''],
])('answers %i to %s', async (status, named) => {
  await expect(allowed.file(named())).rejects.toMatchObject({ status });
});

it.skipIf(process.platform === 'win32')('opens no pipe, which would wait for ever', async () => {
  await expect(allowed.file(at('in/pipe'))).rejects.toMatchObject({ status: 400 });
});

it('opens a folder as a scene, and nothing where no folder is allowed', async () => {
  expect(await allowed.file(at('in/deep'), 'scene')).toBe(at('in/deep'));
  await expect((await AllowedFolders.of([])).file(at('in/a b.mp4'))).rejects.toMatchObject({ status: 403 });
  await expect(AllowedFolders.of([at('in/a b.mp4')])).rejects.toMatchObject({ code: 'file-missing' });
});

it.each([
  '\\\\server\\share\\a.mp4',
  '//server/share/a.mp4',
  '\\\\?\\C:\\a.mp4',
  '\\\\.\\C:',
  'C:a.mp4',
  'C:\\a.mp4:hidden',
  '\\a.mp4',
])('is no file of Windows: %s', (named) =>
  expect(() => pathOf(named, 'win32')).toThrow('is not a file on this machine'),
);
