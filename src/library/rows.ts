// SPDX-License-Identifier: Apache-2.0
import type { z } from 'zod';
import { say, ZoetropeError } from '../contract';
import { isJson } from './damage';
import type { Bound, Database } from './database';
import { keepAside } from './fill';
import type { TableName } from './schema';

/** Reads and writes the tables. Every row is checked on reading, and each change of a project is one transaction. */
export class Rows {
  /** Called when unreadable rows are found for the first time. */
  onBadRows: (count: number) => void = () => undefined;

  constructor(readonly db: Database) {}

  /**
   * The rows that fit the schema. Other rows are not deleted, because another version may understand them; each is
   * copied to `badRow` and counted once.
   */
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

  /** @throws bad-request if there is no such project. */
  project(id: string): { id: string; name: string; activeSource: string | null } {
    const row = this.db.get<{ id: string; name: string; activeSource: string | null }>(
      'SELECT id, name, activeSource FROM project WHERE id = ?',
      id,
    );
    if (row) return row;
    throw new ZoetropeError('bad-request', say`This project is not in the library.`, say`Open another one.`, id);
  }

  /** Changes a project: everything is saved together, or nothing. */
  change(project: string, job: () => void): void {
    this.db.transaction(() => {
      job();
      // Later than createdAt in any case: a project with equal times was never changed.
      this.db.run('UPDATE project SET updatedAt = MAX(?, createdAt + 1) WHERE id = ?', Date.now(), project);
    });
  }

  /** Saves a copy of these rows. @returns a function that inserts them again, except those that exist by then. */
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

/** Parses JSON. Invalid JSON is returned as text, which fits no schema. */
export const fromJson = (text: string): unknown => (isJson(text) ? JSON.parse(text) : text);
