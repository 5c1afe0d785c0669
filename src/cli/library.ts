// SPDX-License-Identifier: Apache-2.0
import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { formatBytes, say, ZoetropeError, type BackupInfo } from '../contract';
import { Library, refuseIfOpenElsewhere, reportOn, type LibraryReport } from '../library';
import { command } from './define';
import { appFolder } from './session';
import { jsonOut, oneLine, toOut } from './terminal';

const about = (name: string, help: string) =>
  command(name, help)
    .option('--library <file>', "the library's file (default: the app's own)")
    .option('--profile <folder>', "the app's folder that holds it")
    .option('--json', 'print one object');

interface Place {
  library?: string;
  profile?: string;
}

const fileOf = ({ library, profile }: Place): string => resolve(library ?? join(appFolder(profile), 'library.sqlite'));

/** `zoetrope library check` */
export const checkLibrary = () =>
  about('check', 'Checks projects and conversations, and changes nothing.')
    .option('--repair', 'recover what can be read of a damaged library; the old files are kept')
    .action((options) => check(fileOf(options), options));

/** `zoetrope library backup` */
export const backupLibrary = () =>
  about('backup', 'Makes a backup.')
    .option('--out <file>', 'where to write it (default: in the folder backups)')
    .option('--force', 'replace a file that is there already')
    .action((options) => backup(fileOf(options), options));

/** `zoetrope library restore` */
export const restoreLibrary = () =>
  about('restore', 'Lists the backups, or restores one.')
    .argument('[backup]')
    .action((named, options) => restore(fileOf(options), named, options));

const print = (text: string): void => toOut(`${text}\n`);

function check(file: string, { repair, json }: { repair?: true; json?: true }): void {
  let report = reportOn(file);
  let repaired: string | null = null;
  if (repair && report.state === 'damaged') {
    repaired = withLibrary(file, (_, said) => said);
    report = reportOn(file);
  }
  if (json) jsonOut({ file, repaired, ...report });
  else {
    if (repaired !== null) print(repaired);
    print(summary(report));
    for (const problem of report.problems) print(`  ${oneLine(problem)}`);
  }
  if (report.state === 'damaged') {
    throw new ZoetropeError(
      'library-broken',
      say`The library is damaged.`,
      say`Run "library check --repair", or start Zoetrope: what can be read is recovered, and the old files are kept.`,
    );
  }
}

function summary({
  state,
  projects,
  questions,
  entries,
  unreadable,
  keptAside,
  writtenBy,
  bytes,
  backups,
}: LibraryReport): string {
  const how = {
    well: 'all is well',
    damaged: `damaged; ${entries} entries can be read, ${unreadable} cannot`,
    newer: 'written by a newer version',
  }[state];
  const aside = keptAside > 0 ? `, ${keptAside} unreadable entries kept aside` : '';
  return `${how}: ${projects} projects, ${questions} questions, ${formatBytes(bytes)}${aside}, ${backups} backups; last opened by ${writtenBy === null ? 'an unknown version' : `Zoetrope ${oneLine(writtenBy)}`}`;
}

function backup(file: string, { out, force, json }: { out?: string; force?: true; json?: true }): void {
  if (out !== undefined && existsSync(out) && !force)
    throw new ZoetropeError(
      'bad-request',
      say`"${out}" is there already.`,
      say`Name another file, or replace it with --force.`,
    );
  const made = withLibrary(file, (opened) => {
    if (out === undefined) return opened.backUp();
    opened.copyTo(resolve(out));
    return resolve(out);
  });
  if (json) jsonOut({ file: made });
  else print(oneLine(made));
}

function restore(file: string, named: string | undefined, { json }: { json?: true }): void {
  if (named === undefined) {
    const backups = withLibrary(file, (opened) => opened.backups());
    if (json) return jsonOut(backups);
    if (backups.length === 0) print('There are no backups.');
    for (const one of backups) print(line(one));
    return;
  }
  if (existsSync(file)) refuseIfOpenElsewhere(file); // its window would continue to show the old library
  const { rows, bad } = withLibrary(file, (opened) =>
    existsSync(named) ? opened.restoreFile(resolve(named)) : opened.restore(named),
  );
  if (json) jsonOut({ entries: rows, unreadable: bad });
  else
    print(
      `${rows} entries restored${bad > 0 ? `, ${bad} could not be read` : ''}; the library from before is kept as the newest backup`,
    );
}

function line({ name, contents, bytes }: BackupInfo): string {
  const holds = contents
    ? `${contents.projects.length} projects, ${contents.questions} questions: ${oneLine(contents.projects.slice(0, 3).join(', '))}`
    : 'cannot be read';
  return `${name}  ${formatBytes(bytes)}  ${holds}`;
}

/**
 * Opens a library and runs a job. @throws if it cannot be opened for writing. A library that had to be repaired is not
 * an error.
 */
function withLibrary<T>(file: string, job: (library: Library, said: string) => T): T {
  if (!existsSync(file) && !existsSync(join(dirname(file), 'backups'))) reportOn(file); // throws an error that says that there is none
  const { library: opened, recovered } = Library.open(file);
  try {
    if (recovered && !opened.keeps) throw ZoetropeError.from(recovered);
    return job(opened, recovered ? `${recovered.message} ${recovered.advice}` : '');
  } finally {
    opened.close();
  }
}
