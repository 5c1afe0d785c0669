// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@playwright/test';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { Library } from '../../src/library';
import { command } from '../fixtures/command';
import { Zoetrope } from '../fixtures/window';

const renamed = async ({ page }: Zoetrope, name: string): Promise<void> => {
  const field = page.getByRole('textbox', { name: 'Project name' });
  await field.fill(name);
  await field.press('Enter');
  await expect(field).toHaveValue(name);
};

test('a backup is made and restored in Settings, and that is undone in turn; a damaged or newer library is told of', async () => {
  test.setTimeout(180_000);
  let zoetrope = await Zoetrope.start();
  const { profile } = zoetrope;
  const name = async (): Promise<string> => (await zoetrope.state()).project.name;
  await renamed(zoetrope, 'Harbour at night');
  await expect.poll(name).toBe('Harbour at night');
  const settings = async (): Promise<void> => {
    await zoetrope.page.getByTestId('settings-button').click();
    await zoetrope.page.getByRole('tab', { name: 'Library' }).click();
  };
  await settings();
  const backups = zoetrope.page.getByTestId('backup');
  await expect(zoetrope.page.getByText('There are no backups yet.')).toBeVisible();
  await zoetrope.page.getByTestId('backup-now').click();
  await expect(backups).toContainText([/by hand.*Harbour at night · 0 questions · /]);
  await zoetrope.page.keyboard.press('Escape');
  await renamed(zoetrope, 'Something else');
  await expect.poll(name).toBe('Something else');

  await settings();
  await backups
    .first()
    .getByRole('button', { name: /^Restore the backup of/ })
    .click();
  await expect(backups).toContainText([/before restoring another.*Something else/, /by hand/]);
  await expect(zoetrope.page.getByRole('textbox', { name: 'Project name', includeHidden: true })).toHaveValue(
    'Harbour at night',
  );
  for (const [theme, language] of [
    ['dark', 'en'],
    ['light', 'zh'],
  ] as const) {
    await zoetrope.settings({ theme, language });
    await zoetrope.page.reload();
    await zoetrope.page.getByTestId('settings-button').click();
    await zoetrope.page.getByRole('tab', { name: language === 'en' ? 'Library' : '资料库' }).click();
    await expect(backups).toHaveCount(2);
    await zoetrope.screenshot(`backups-${theme}-${language}`);
    expect(await zoetrope.violations()).toEqual([]);
  }
  await backups.first().getByRole('button').click();
  await expect(backups).toHaveCount(3);
  await expect.poll(name).toBe('Something else');
  await zoetrope.settings({ theme: 'system', language: 'en' });
  const [library, backupFolder] = [join(profile, 'library.sqlite'), join(profile, 'backups')];
  expect(readdirSync(backupFolder).every((file) => file.endsWith('.sqlite'))).toBe(true);
  await zoetrope.app.close();

  const harm = (how: (whole: Buffer) => void): void => {
    const whole = readFileSync(library);
    how(whole);
    writeFileSync(library, whole);
  };
  harm((whole) => whole.fill(0x5a, 0, 60));
  zoetrope = await Zoetrope.start({ profile });
  await expect(zoetrope.page.getByTestId('notice')).toContainText(
    /The library file was damaged; \d+ entries were recovered\. ?The old files are kept as library\.damaged-/,
  );
  await expect(zoetrope.page.getByTestId('saved')).toHaveText('Saved');
  await expect.poll(name).toBe('Something else');
  await zoetrope.app.close();

  harm((whole) => whole.writeUInt32BE(99, 60));
  zoetrope = await Zoetrope.start({ profile });
  await expect(zoetrope.page.getByTestId('notice')).toContainText(
    /The library was written by Zoetrope \d+\.\d+\.\d+, which is newer than this one\. ?Nothing of this session is saved\./,
  );
  await expect(zoetrope.page.getByTestId('saved')).toHaveText('Not saved');
  await expect.poll(name).toBe('Something else');
  await zoetrope.screenshot('library-newer');
  await zoetrope.end();
});

test('the command line checks, repairs, backs up and restores', () => {
  const profile = mkdtempSync(join(tmpdir(), 'zoetrope-library-'));
  const run = (...args: string[]): ReturnType<typeof command> => command('library', ...args, '--profile', profile);
  expect(run('check')).toMatchObject({ code: 2, err: expect.stringContaining('There is no library') });
  const file = join(profile, 'library.sqlite');
  const { library } = Library.open(file, { appVersion: '0.1.0' });
  const project = library.projects.create('Kitchen\u001b[31m');
  library.saveMessage(project, {
    id: 'q1',
    role: 'user',
    createdAt: 0,
    text: 'What is red?',
    placement: 'front',
    parts: [],
  });
  library.close();

  expect(run('check')).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^all is well: 1 projects, 1 questions, .* Zoetrope 0\.1\.0\n$/),
  });
  const { file: backup } = JSON.parse(run('backup', '--json').out) as { file: string };
  expect(run('restore').out).toMatch(/^library-\S+-asked {2}.* 1 projects, 1 questions: Kitchen\ufffd\[31m\n$/);
  const whole = readFileSync(file);
  whole[whole.lastIndexOf('What is red') + 9]! ^= 1;
  writeFileSync(file, whole);
  const found = run('check', '--json');
  expect([found.code, JSON.parse(found.out)]).toMatchObject([
    2,
    { state: 'damaged', projects: 1, questions: 1, unreadable: 0, repaired: null },
  ]);
  expect(readFileSync(file).equals(whole)).toBe(true);
  expect(run('check', '--repair')).toMatchObject({ code: 0, out: expect.stringContaining('entries were recovered') });
  expect(run('restore', basename(backup, '.sqlite'))).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^\d+ entries restored/),
  });
  expect(run('restore', 'no-such').err).toContain('This backup is not there any more.');
  const again = Library.open(file);
  expect(again.library.messages(project).map(({ text }) => text)).toEqual(['What is red?']);
  expect(run('restore', backup).err).toContain('Another program is using the library.');
  again.library.close();
  rmSync(profile, { recursive: true });
});
