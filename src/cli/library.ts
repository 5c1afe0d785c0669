import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { formatBytes, say, ZoetropeError, type BackupInfo } from '../contract';
import { Library, refuseIfOpenElsewhere, reportOn, type LibraryReport } from '../library';
import { readArguments, usage, type Arguments } from './arguments';
import { jsonOut, oneLine, toOut } from './terminal';

/** `zoetrope library check [--repair]`, `library backup [--out FILE]` and `library restore [BACKUP]`. */
export async function library(argv: string[]): Promise<void> {
  const [verb, ...rest] = argv;
  const args = readArguments(rest, {
    library: { type: 'string' },
    profile: { type: 'string' },
    json: { type: 'boolean' },
    repair: { type: 'boolean' },
    out: { type: 'string' },
    force: { type: 'boolean' },
  });
  const [named, ...more] = args.positionals;
  if (more.length > 0 || (named !== undefined && verb !== 'restore'))
    throw usage(say`"library ${verb ?? ''}" takes no such argument.`);
  const file = resolve(args.text('library') ?? join(args.text('profile') ?? userData(), 'library.sqlite'));
  if (verb === 'check') check(file, args);
  else if (verb === 'backup') backup(file, args);
  else if (verb === 'restore') restore(file, named, args);
  else throw usage(say`There is "library check", "library backup" and "library restore".`);
}

/** Electron's own folder for the app's data. */
function userData(): string {
  if (process.platform === 'win32')
    return join(process.env['APPDATA'] ?? join(homedir(), 'AppData', 'Roaming'), 'Zoetrope');
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'Zoetrope');
  return join(process.env['XDG_CONFIG_HOME'] ?? join(homedir(), '.config'), 'Zoetrope');
}

const print = (text: string): void => toOut(`${text}\n`);

function check(file: string, args: Arguments): void {
  let report = reportOn(file);
  let repaired: string | null = null;
  if (args.flag('repair') && report.state === 'damaged') {
    repaired = withLibrary(file, (_, said) => said);
    report = reportOn(file);
  }
  if (args.flag('json')) jsonOut({ file, repaired, ...report });
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

function backup(file: string, args: Arguments): void {
  const out = args.text('out');
  if (out !== undefined && existsSync(out) && !args.flag('force'))
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
  if (args.flag('json')) jsonOut({ file: made });
  else print(oneLine(made));
}

function restore(file: string, named: string | undefined, args: Arguments): void {
  if (named === undefined) {
    const backups = withLibrary(file, (opened) => opened.backups());
    if (args.flag('json')) return jsonOut(backups);
    if (backups.length === 0) print('There are no backups.');
    for (const one of backups) print(line(one));
    return;
  }
  if (existsSync(file)) refuseIfOpenElsewhere(file); // its window would keep showing the old library
  const { rows, bad } = withLibrary(file, (opened) =>
    existsSync(named) ? opened.restoreFile(resolve(named)) : opened.restore(named),
  );
  if (args.flag('json')) jsonOut({ entries: rows, unreadable: bad });
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

/** @throws what stood in the way of opening it to write; nothing for one that had to be repaired. */
function withLibrary<T>(file: string, job: (library: Library, said: string) => T): T {
  if (!existsSync(file) && !existsSync(join(dirname(file), 'backups'))) reportOn(file); // says that there is none
  const { library: opened, recovered } = Library.open(file);
  try {
    if (recovered && !opened.keeps) throw ZoetropeError.from(recovered);
    return job(opened, recovered ? `${recovered.message} ${recovered.advice}` : '');
  } finally {
    opened.close();
  }
}
