// SPDX-License-Identifier: Apache-2.0
import { Database } from './database';
import { isJson, textOf } from './damage';
import { rowSum, type SumValue } from './row-sum';
import { columnsOf, kindsOf, MARKS, MIGRATIONS, TABLE_NAMES, type TableName } from './schema';

/** The schema version of a library: the number in its header, or a higher one if its tables show that. */
export function versionOf(db: Database): number {
  const { user_version: declared } = db.get<{ user_version: number }>('PRAGMA user_version')!;
  const shown = MARKS.findLastIndex(({ table, column }) => hasColumn(db, table, column)) + 1;
  return Math.max(declared, shown);
}

const hasColumn = (db: Database, table: string, column?: string): boolean =>
  db.get('SELECT 1 FROM pragma_table_info(?) WHERE ?2 IS NULL OR name = ?2', table, column ?? null) !== undefined;

/**
 * The problems of a library, one line each for the log; empty if there are none. Checks first the file with SQLite
 * (`integrity_check`, which also compares every index with its table), then the structure of the tables, then every
 * row: against its checksum, or if it has none, against the types of its columns.
 */
export function problemsIn(db: Database, version: number): string[] {
  const problems = db
    .all<{ integrity_check: string }>('PRAGMA integrity_check(20)')
    .flatMap(({ integrity_check: said }) => (said === 'ok' ? [] : [said]));
  if (problems.length > 0 || version === 0) return problems;
  if (shapeOf(db) !== rightShape(version)) return ['the tables are not what they should be'];
  if (db.get('PRAGMA foreign_key_check') !== undefined) problems.push('a row belongs to one that is not there');
  for (const table of TABLE_NAMES) if (hasColumn(db, table)) problems.push(...problemsOf(db, table));
  return problems;
}

function problemsOf(db: Database, table: TableName): string[] {
  const kinds = kindsOf(table);
  const columns = columnsOf(table)
    .map((column, k) => ({ column, kind: kinds[k]! }))
    .filter(({ column }) => hasColumn(db, table, column));
  const sum = hasColumn(db, table, 'sum') ? 'CAST(sum AS TEXT)' : 'NULL'; // as text, because a damaged number may be too large
  const problems: string[] = [];
  db.each(
    `SELECT rowid, ${sum}, ${columns.map(({ column }) => `CAST(${column} AS BLOB)`).join(', ')} FROM ${table}`,
    ([rowid, written, ...values]) => {
      const isRight =
        written === null
          ? columns.every(({ kind }, k) => isOfKind(values[k] as SumValue, kind))
          : Number(written) === rowSum(table, values as SumValue[]);
      if (!isRight) problems.push(`row ${String(rowid)} of ${table} is not what was written`);
    },
  );
  return problems;
}

function isOfKind(value: SumValue, kind: string): boolean {
  if (value === null) return kind === 'text?';
  const text = textOf(value);
  return text !== undefined && (kind !== 'json' || isJson(text));
}

/** Tables, columns, keys and indexes, independent of the spelling of their SQL. */
function shapeOf(db: Database): string {
  return JSON.stringify(
    [...TABLE_NAMES, 'badRow'].map((name) => [
      name,
      db.all('SELECT name, type, "notnull", dflt_value, pk FROM pragma_table_info(?)', name),
      db.all('SELECT "table", "from", "to", on_delete FROM pragma_foreign_key_list(?)', name),
      db.all(
        'SELECT l."unique", l.origin, i.name FROM pragma_index_list(?) l, pragma_index_info(l.name) i ORDER BY l.name, i.seqno',
        name,
      ),
      db.all('SELECT strict, wr FROM pragma_table_list(?) WHERE schema = ?', name, 'main'),
    ]),
  );
}

const shapes = new Map<number, string>();
function rightShape(version: number): string {
  const known = shapes.get(version);
  if (known !== undefined) return known;
  const db = new Database(':memory:');
  for (const step of MIGRATIONS.slice(0, version)) db.exec(step);
  const shape = shapeOf(db);
  db.close();
  shapes.set(version, shape);
  return shape;
}
