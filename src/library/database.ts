// SPDX-License-Identifier: Apache-2.0
import { DatabaseSync, type StatementSyncInstance } from '@photostructure/sqlite';
import { rowSum, type SumValue } from './row-sum';
import { told } from './trouble';

export type Bound = string | number | null | Uint8Array;

/** How long a statement waits for another program's write, in milliseconds. */
const PATIENCE_MS = 5000;

/** A connection to a SQLite file. Errors about the file are thrown as `ZoetropeError`s with advice. */
export class Database {
  readonly #db: InstanceType<typeof DatabaseSync>;

  /**
   * @param file a path, or `:memory:`. @param alone lock the whole file, or throw that it is busy. @param patience how
   * long to wait for other programs, in milliseconds.
   */
  constructor(file: string, { readOnly = false, alone = false, patience = PATIENCE_MS } = {}) {
    this.#db = telling(
      () => new DatabaseSync(file, { readOnly, timeout: patience, enableForeignKeyConstraints: true }),
    );
    if (alone) this.exec('PRAGMA locking_mode = EXCLUSIVE');
    this.#db.function('rowSum', { deterministic: true, varargs: true }, (table: string, ...values: SumValue[]) =>
      rowSum(table, values),
    );
    // SQL stored in the file itself cannot call our functions, and cells are checked before use. Deleted text is
    // overwritten.
    this.exec('PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA secure_delete = ON;');
  }

  exec(sql: string): void {
    telling(() => this.#db.exec(sql));
  }

  /** @returns the number of changed rows. */
  run(sql: string, ...values: Bound[]): number {
    return this.#with(sql, (statement) => Number(statement.run(...values).changes));
  }

  get<T>(sql: string, ...values: Bound[]): T | undefined {
    return this.#with(sql, (statement) => statement.get(...values) as T | undefined);
  }

  all<T>(sql: string, ...values: Bound[]): T[] {
    return this.#with(sql, (statement) => statement.all(...values) as T[]);
  }

  /** Calls `onRow` for each row, as an array of values. */
  each(sql: string, onRow: (row: unknown[]) => void): void {
    this.#with(sql, (statement) => {
      statement.setReturnArrays(true);
      for (const row of statement.iterate() as Iterable<unknown[]>) onRow(row);
    });
  }

  #with<T>(sql: string, job: (statement: StatementSyncInstance) => T): T {
    return telling(() => {
      const statement = this.#db.prepare(sql);
      try {
        return job(statement);
      } finally {
        statement.close();
      }
    });
  }

  /**
   * Runs a job in a transaction: all of it takes effect or none. The lock is taken at the start, so that another
   * program cannot make it fail halfway.
   */
  transaction<T>(job: () => T): T {
    this.exec('BEGIN IMMEDIATE');
    try {
      const result = job();
      this.exec('COMMIT');
      return result;
    } catch (error) {
      try {
        this.exec('ROLLBACK');
      } catch {
        // SQLite has already rolled back, as it does on a full disk
      }
      throw error;
    }
  }

  close(): void {
    this.#db.close();
  }
}

/** Runs a job that accesses files, and converts file-system errors to `ZoetropeError`s. */
export function telling<T>(job: () => T): T {
  try {
    return job();
  } catch (error) {
    throw told(error);
  }
}
