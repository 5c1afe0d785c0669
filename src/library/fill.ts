// SPDX-License-Identifier: Apache-2.0
import type { Database } from './database';
import type { BadRow, Readable, Row } from './damage';
import { columnsOf, MIGRATIONS, SUM_TRIGGERS, TABLE_NAMES, type TableName } from './schema';

/**
 * Migrates a library from `version` (0: an empty file) to the current version and prepares the connection for writing.
 */
export function prepare(db: Database, version: number): void {
  if (version < MIGRATIONS.length) {
    db.transaction(() => {
      for (const step of MIGRATIONS.slice(version)) db.exec(step);
      db.exec(`PRAGMA user_version = ${MIGRATIONS.length}`);
    });
  }
  db.exec(SUM_TRIGGERS);
  db.transaction(() => placeMessages(db));
}

/**
 * Gives each project a conversation, and each message that has no place a place at the end of its project's first
 * conversation. Such messages come from earlier versions and from damaged files.
 */
function placeMessages(db: Database): void {
  db.run(
    `INSERT INTO conversation (id, project, name, createdAt, updatedAt)
     SELECT id, id, '', createdAt, updatedAt FROM project
     WHERE NOT EXISTS (SELECT 1 FROM conversation WHERE project = project.id)
       AND NOT EXISTS (SELECT 1 FROM conversation WHERE id = project.id)`,
  );
  const unplaced = db.all<{ id: string; conversation: string }>(
    `SELECT id, (SELECT id FROM conversation WHERE project = message.project ORDER BY createdAt, rowid LIMIT 1) AS conversation
     FROM message WHERE id NOT IN (SELECT message FROM turn) ORDER BY project, position`,
  );
  if (unplaced.length === 0) return;
  const ends = new Map<string, string | null>();
  for (const { id, conversation } of unplaced) {
    const parent = ends.has(conversation)
      ? ends.get(conversation)!
      : (db.get<{ leaf: string | null }>('SELECT leaf FROM conversation WHERE id = ?', conversation)?.leaf ?? null);
    db.run('INSERT INTO turn (message, conversation, parent) VALUES (?, ?, ?)', id, conversation, parent);
    ends.set(conversation, id);
  }
  for (const [conversation, leaf] of ends) db.run('UPDATE conversation SET leaf = ? WHERE id = ?', leaf, conversation);
}

/** Tables whose rows other rows belong to, besides projects. A column of that name holds the id. */
const REFERENCED = ['source', 'message', 'conversation'] as const satisfies readonly TableName[];

/** How many rows were inserted, and how many invalid rows were kept in `badRow`. */
export interface Filled {
  rows: number;
  bad: number;
}

/**
 * Inserts rows into a library, in the order of their references. Existing rows are not changed. A row whose project is
 * missing gets a new project named `rescued`, so that it is visible. Must be called within a transaction.
 */
export function fill(db: Database, { rows, bad, kept }: Readable, rescued: string): Filled {
  const aside: BadRow[] = [...bad];
  const ids = (table: string): Set<unknown> =>
    new Set(db.all<{ id: string }>(`SELECT id FROM ${table}`).map(({ id }) => id));
  let count = 0;
  const put = ({ table, values }: Row): void => {
    const columns = columnsOf(table);
    const added = db.run(
      `INSERT OR IGNORE INTO ${table} (${columns.join()}) VALUES (${columns.map(() => '?').join()})`,
      ...values,
    );
    if (added > 0) count++;
    else if (table !== 'setting') aside.push({ table, reason: 'there twice', body: JSON.stringify(values) });
  };
  for (const table of TABLE_NAMES) {
    const projects = ids('project');
    const owners = REFERENCED.filter((owner) => columnsOf(table).includes(owner)).map((owner) => ({
      column: columnsOf(table).indexOf(owner),
      owner,
      known: ids(owner),
    }));
    const projectColumn = columnsOf(table).indexOf('project');
    for (const row of rows.filter((one) => one.table === table)) {
      const project = row.values[projectColumn];
      if (project != null && !projects.has(project)) {
        const now = Date.now();
        put({ table: 'project', values: [project, rescued, now, now, null] });
        projects.add(project);
      }
      const gone = owners.find(({ column, known }) => !known.has(row.values[column]));
      if (gone) aside.push({ table, reason: `its ${gone.owner} is gone`, body: JSON.stringify(row.values) });
      else put(row);
    }
  }
  placeMessages(db);
  for (const one of kept) keepAside(db, one);
  return { rows: count, bad: aside.filter((one) => keepAside(db, one)).length };
}

/** Keeps an invalid row in the table `badRow`. @returns whether it was not there already. */
export const keepAside = (db: Database, { table, reason, body }: BadRow): boolean =>
  db.run(
    'INSERT OR IGNORE INTO badRow (foundAt, fromTable, reason, body) VALUES (?, ?, ?, ?)',
    Date.now(),
    table,
    reason,
    body,
  ) > 0;
