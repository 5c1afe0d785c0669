// SPDX-License-Identifier: Apache-2.0
import { TABLE_NAMES, type TableName } from '../schema';
import { readCell, u32, type Cell, type Pages } from './cells';
import { isPageSize, repairBit, type Log } from './log';
import { provenRow, repairedRow, textOf, unsummedRow, unsummedRowOfAny, type Row } from './rows';

/** A row that cannot be read, as stored in the file. */
export interface BadRow {
  table: string;
  reason: string;
  /** Base64 of the cell's bytes, or the text kept by an earlier reading. */
  body: string;
}

export interface Readable {
  rows: Row[];
  bad: BadRow[];
  /** Unreadable rows kept by earlier readings. */
  kept: BadRow[];
}

const LEAF = 0x0d;
const INTERIOR = 0x05;
const DEFAULT_PAGE_SIZE = 4096;

/**
 * Reads every readable row from a library's file and log, page by page, whatever the state of the rest. The header, the
 * schema, indexes and pointers are not trusted. Tables are followed from their roots. Pages that are not reachable are
 * read too; a row there belongs to the table that its checksum proves.
 */
export function readRows(file: Uint8Array, log: Log): Readable {
  return new Reading(file, log).read();
}

class Reading implements Pages {
  readonly #pages: Uint8Array[];
  readonly #seen = new Set<number>();
  readonly #rows = new Map<string, Row>();
  readonly #bad: BadRow[] = [];
  readonly #kept: BadRow[] = [];

  constructor(file: Uint8Array, log: Log) {
    const declared = file.length >= 18 ? (file[16]! << 8) | file[17]! : 0;
    const size = log.pages.size > 0 ? log.pageSize : isPageSize(declared) ? declared : DEFAULT_PAGE_SIZE;
    const count = log.pageCount ?? Math.floor(file.length / size);
    this.#pages = Array.from({ length: count }, (_, k) =>
      Uint8Array.from(log.pages.get(k + 1) ?? file.subarray(k * size, (k + 1) * size)),
    );
  }

  read(): Readable {
    const roots = new Map<number, string>();
    this.#walk(1, (cell) => {
      const [kind, name, , root] = cell.values;
      if (
        !(kind instanceof Uint8Array) ||
        textOf(kind) !== 'table' ||
        !(name instanceof Uint8Array) ||
        typeof root !== 'bigint'
      )
        return;
      roots.set(Number(root), textOf(name) ?? '');
    });
    for (const table of [...TABLE_NAMES, 'badRow']) {
      for (const [root, name] of roots) if (name === table) this.#readTable(root, table);
    }
    const free = this.#freePages();
    for (let number = 2; number <= this.#pages.length; number++) {
      const type = this.#pages[number - 1]![0] ?? 0;
      if (isNearly(type, LEAF) && !this.#seen.has(number) && !free.has(number)) this.#readLeaf(number, undefined);
    }
    return { rows: [...this.#rows.values()], bad: this.#bad, kept: this.#kept };
  }

  pageOf(number: number): Uint8Array | undefined {
    const page = this.#pages[number - 1];
    return page && page.length === this.#pages[0]!.length ? page : undefined;
  }

  get bytes(): number {
    return this.#pages.length * (this.#pages[0]?.length ?? 0);
  }

  #readTable(root: number, table: string): void {
    if (table === 'badRow') return this.#walk(root, (cell) => this.#keep(cell));
    this.#walk(root, undefined, table as TableName);
  }

  /** Reads the rows of a tree: passes the cells to `visit`, or adds them as rows of `table`. */
  #walk(number: number, visit?: (cell: Cell) => void, table?: TableName): void {
    const page = this.pageOf(number);
    if (!page || this.#seen.has(number)) return;
    const start = number === 1 ? 100 : 0;
    if (page[start] === INTERIOR) {
      this.#seen.add(number);
      const count = u16(page, start + 3);
      for (let k = 0; k < count; k++) {
        const at = u16(page, start + 12 + 2 * k);
        if (at + 4 <= page.length) this.#walk(u32(page, at), visit, table);
      }
      this.#walk(u32(page, start + 8), visit, table);
      if (table) this.#readLeaf(number, table); // one flipped bit turns an interior page into a leaf or the reverse, so try both
    } else if (visit) {
      if (page[start] !== LEAF) return;
      this.#seen.add(number);
      for (const at of pointers(page, start, u16(page, start + 3))) {
        const cell = readCell(page, at, this);
        if (cell) visit(cell);
      }
    } else this.#readLeaf(number, table);
  }

  /** Reads a page that should be a leaf of `table`, or of any table if that is unknown. */
  #readLeaf(number: number, table: TableName | undefined): void {
    const page = this.pageOf(number);
    if (!page) return;
    const isLeaf = page[0] === LEAF;
    if (isLeaf && table) this.#seen.add(number);
    const count = isLeaf ? u16(page, 3) : 0;
    // The number of cells may be damaged, so rows after the last pointer are accepted if their checksum is correct.
    const content = u16(page, 5);
    const all = pointers(page, 0, Math.floor(((content > 8 + 2 * count ? content : page.length) - 8) / 2));
    let accepted = 0;
    const suspects: number[] = [];
    for (const [k, at] of all.entries()) {
      const cell = readCell(page, at, this);
      const row =
        cell &&
        (provenRow(cell, table) ??
          (k < count ? (table ? unsummedRow(cell, table) : unsummedRowOfAny(cell)) : undefined));
      if (row) {
        this.#add(row, cell.rowid);
        accepted++;
      } else if (k < count) suspects.push(k);
    }
    if (!table && accepted === 0) return; // nothing indicates that this page holds rows
    this.#seen.add(number);
    for (const k of suspects) this.#repair(page, 8 + 2 * k, all[k]!, table);
  }

  #repair(page: Uint8Array, pointerAt: number, at: number, table: TableName | undefined): void {
    let found: { row: Row; rowid: bigint } | undefined;
    const tryAt = (offset: number): boolean => {
      const cell = readCell(page, offset, this);
      const row = cell && provenRow(cell);
      if (row) found ??= { row, rowid: cell.rowid };
      return row !== undefined;
    };
    const cell = readCell(page, at, this);
    const row = cell && repairedRow(cell);
    if (row) return this.#add(row, cell.rowid);
    // First try to correct the pointer itself, then lengths and numbers in the cell.
    repairBit(page, [[pointerAt, pointerAt + 2]], () => tryAt(u16(page, pointerAt)));
    if (!found) repairBit(page, cell?.small ?? [[at, at + 48]], () => tryAt(at));
    if (found) return this.#add(found.row, found.rowid);
    if (at < 8 || at >= page.length) return;
    const values = cell?.values.map((value) =>
      value instanceof Uint8Array ? Buffer.from(value).toString('base64') : (value?.toString() ?? null),
    );
    this.#bad.push({
      table: table ?? '',
      reason: cell ? 'not what was written' : 'not readable',
      body: values ? JSON.stringify(values) : Buffer.from(page.subarray(at, at + 512)).toString('base64'),
    });
  }

  #add(row: Row, rowid: bigint): void {
    const key = `${row.table} ${rowid}`;
    if (!this.#rows.has(key)) this.#rows.set(key, row);
  }

  #keep({ values }: Cell): void {
    const [, , table, reason, body] = values.map((value) => (value instanceof Uint8Array ? textOf(value) : undefined));
    if (table !== undefined && body !== undefined) this.#kept.push({ table, reason: reason ?? '', body });
  }

  /** Unused pages. They are skipped, so that deleted rows stay deleted. */
  #freePages(): Set<number> {
    const free = new Set<number>();
    const first = this.#pages[0];
    for (let trunk = first && first.length > 36 ? u32(first, 32) : 0; trunk !== 0 && !free.has(trunk);) {
      const page = this.pageOf(trunk);
      if (!page) break;
      free.add(trunk);
      const count = Math.min(u32(page, 4), Math.floor(page.length / 4) - 2);
      for (let k = 0; k < count; k++) free.add(u32(page, 8 + 4 * k));
      trunk = u32(page, 0);
    }
    return free;
  }
}

/** Whether two numbers differ in at most one bit. */
const isNearly = (a: number, b: number): boolean => ((a ^ b) & ((a ^ b) - 1)) === 0;

const u16 = (bytes: Uint8Array, at: number): number => (bytes[at]! << 8) | bytes[at + 1]!;

/** The offsets of the cells, as the page lists them. */
const pointers = (page: Uint8Array, start: number, count: number): number[] =>
  Array.from({ length: Math.min(count, Math.floor((page.length - start - 8) / 2)) }, (_, k) =>
    u16(page, start + 8 + 2 * k),
  );
