// SPDX-License-Identifier: Apache-2.0
import { columnsOf, kindsOf, TABLE_NAMES, type TableName } from '../schema';
import { rowSum, withBitRepaired, type SumValue } from '../row-sum';
import type { Cell, Value } from './cells';

/** The values of a row as written to a table, without its checksum. */
export interface Row {
  table: TableName;
  values: (string | number | null)[];
}

/** Values of columns that are missing in rows written before the columns were added. */
const MISSING: Partial<Record<TableName, Record<string, string | null>>> = {
  source: { folder: null, companions: '[]' },
};

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

const summed = (value: Value): SumValue => (typeof value === 'bigint' ? Buffer.from(value.toString()) : value);

/** The row in a cell, if its checksum is correct for a table. `likely` is tried first. */
export function provenRow({ values }: Cell, likely?: TableName): Row | undefined {
  for (const table of likely ? [likely, ...TABLE_NAMES] : TABLE_NAMES) {
    const count = columnsOf(table).length;
    const sum = values[count];
    if (typeof sum !== 'bigint' || Number(sum) !== rowSum(table, values.slice(0, count).map(summed))) continue;
    const row = plainRow(table, values);
    if (row) return row;
  }
  return undefined;
}

/** The row in a cell after correcting one flipped bit in its texts. */
export function repairedRow({ values }: Cell): Row | undefined {
  for (const table of TABLE_NAMES) {
    const count = columnsOf(table).length;
    const sum = values[count];
    if (typeof sum !== 'bigint') continue;
    const texts = kindsOf(table).flatMap((kind, k) => (kind === 'integer' ? [] : [k]));
    const repaired = withBitRepaired(table, values.slice(0, count).map(summed), Number(sum), texts);
    const row =
      repaired &&
      plainRow(
        table,
        repaired.map((bytes, k) => (texts.includes(k) ? bytes : values[k]!)),
      );
    if (row) return row;
  }
  return undefined;
}

/** The row in a cell without a checksum, as written by earlier versions, if all values are valid for the table. */
export function unsummedRow({ values }: Cell, table: TableName): Row | undefined {
  return values[columnsOf(table).length] == null ? plainRow(table, values) : undefined;
}

/** The same for a page whose table is unknown, if exactly one table can hold such a row. */
export function unsummedRowOfAny(cell: Cell): Row | undefined {
  const rows = TABLE_NAMES.flatMap((table) => unsummedRow(cell, table) ?? []).filter(
    ({ table }) => cell.values.length >= columnsOf(table).length,
  );
  return rows.length === 1 ? rows[0] : undefined;
}

function plainRow(table: TableName, values: readonly Value[]): Row | undefined {
  const columns = columnsOf(table);
  const plain: Row['values'] = [];
  for (const [k, kind] of kindsOf(table).entries()) {
    const value = k < values.length ? values[k]! : MISSING[table]?.[columns[k]!];
    if (value === undefined) return undefined;
    if (value === null ? kind !== 'text?' : (kind === 'integer') !== (typeof value === 'bigint')) return undefined;
    const read =
      value === null || typeof value === 'string' ? value : typeof value === 'bigint' ? safe(value) : textOf(value);
    if (read === undefined || (kind === 'json' && !isJson(read as string))) return undefined;
    plain.push(read);
  }
  return { table, values: plain };
}

const safe = (value: bigint): number | undefined => (Number.isSafeInteger(Number(value)) ? Number(value) : undefined);

export function textOf(bytes: Uint8Array): string | undefined {
  try {
    return utf8.decode(bytes);
  } catch {
    return undefined;
  }
}

export function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
