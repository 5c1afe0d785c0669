// SPDX-License-Identifier: Apache-2.0
import { Database } from './database';

/**
 * Runs one statement that only reads, with SQLite and nothing else: no checks and no index of words. Benchmarks compare
 * the library with it. @returns the number of rows.
 */
export function queryPlainly(file: string, sql: string): number {
  const db = new Database(file, { readOnly: true });
  try {
    return db.all(sql).length;
  } finally {
    db.close();
  }
}
