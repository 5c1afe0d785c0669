// SPDX-License-Identifier: Apache-2.0
import type { z } from 'zod';
import { say, ZoetropeError } from '../contract';
import { isJson } from './damage';
import type { Bound, Database } from './database';
import { keepAside } from './fill';
import type { TableName } from './schema';

/** How the tables are read and written: every row is checked, and a change of a project is one transaction. */
export class Rows {
  /** Called when rows were found, for the first time, that cannot be read. */
  onBadRows: (count: number) => void = () => undefined;

  constructor(readonly db: Database) {}

  /** The rows that fit the schema. The others stay where they are, for a version that may know them; a copy is kept aside, and each is counted once. */
  read<T>(table: TableName, schema: z.ZodType<T>, values: readonly unknown[]): T[] {
    let bad = 0;
    const right = values.flatMap((value) => {
      const result = schema.safeParse(value);
      if (result.success) return [result.data];
      if (keepAside(this.db, { table, reason: 'not understood', body: JSON.stringify(value) })) bad++;
      return [];
    });
    if (bad > 0) this.onBadRows(bad);
    return right;
  }

  /** @throws bad-request where there is no such project. */
  project(id: string): { id: string; name: string; activeSource: string | null } {
    const row = this.db.get<{ id: string; name: string; activeSource: string | null }>(
      'SELECT id, name, activeSource FROM project WHERE id = ?',
      id,
    );
    if (row) return row;
    throw new ZoetropeError('bad-request', say`This project is not in the library.`, say`Open another one.`, id);
  }

  /** A change of a project: all of it is saved together, or nothing. */
  change(project: string, job: () => void): void {
    this.db.transaction(() => {
      job();
      this.db.run('UPDATE project SET updatedAt = ? WHERE id = ?', Date.now(), project);
    });
  }

  /** What puts these rows back as they are now; one that is there again stays as it is. */
  taken(table: string, where: string, value: string): () => void {
    const rows = this.db.all<Record<string, Bound>>(`SELECT * FROM ${table} WHERE ${where} ORDER BY rowid`, value);
    return () => {
      for (const row of rows) {
        const columns = Object.keys(row);
        this.db.run(
          `INSERT OR IGNORE INTO ${table} (${columns.join()}) VALUES (${columns.map(() => '?').join()})`,
          ...Object.values(row),
        );
      }
    };
  }
}

/** What is no JSON stays as the text it is, which fits no schema. */
export const fromJson = (text: string): unknown => (isJson(text) ? JSON.parse(text) : text);
