// SPDX-License-Identifier: Apache-2.0
import { open, rm, stat, type FileHandle } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { throwIfCancelled } from '../../contract';
import { Journal, type Stretch, type Written } from './journal';

/** Bytes of a block: what is fetched by one connection, in order. */
export const BLOCK = 16 << 20;
/** Bytes after which the journal is told of them. At most so many of each connection are fetched again after a kill. */
const STRETCH = 256 << 10;

/** Bytes of a file that are downloaded, by its journal. 0 if nothing is there that can be trusted. */
export async function bytesOf(part: string, size: number): Promise<number> {
  const written = await readWritten(part, size);
  return written ? total(haveOf(written).have) : 0;
}

async function readWritten(part: string, size: number): Promise<Written | undefined> {
  const written = await Journal.read(journalOf(part));
  const isThere = (await stat(part).catch(() => undefined))?.isFile() ?? false;
  return isThere && written?.size === size && written.block > 0 ? written : undefined;
}

/** Bytes of each block, from its start, that its stretches cover; and those of the stretches that continue it. */
function haveOf({ size, block, stretches }: Written, isRight: (index: number) => boolean = () => true) {
  const have = new Array<number>(Math.ceil(size / block)).fill(0);
  const used: Stretch[] = [];
  stretches.forEach((stretch, index) => {
    const at = Math.floor(stretch.from / block);
    const next = at * block + (have[at] ?? NaN);
    if (stretch.from !== next || stretch.to > endOf(at, size, block) || !isRight(index)) return;
    have[at] = stretch.to - at * block;
    used.push(stretch);
  });
  return { have, used };
}

const total = (have: readonly number[]): number => have.reduce((sum, bytes) => sum + bytes, 0);
const journalOf = (part: string): string => `${part}.journal`;
/** The position after a block. */
const endOf = (index: number, size: number, block: number): number => Math.min(size, (index + 1) * block);

/**
 * A file whose blocks arrive in any order, written in place. A journal beside it says how much of each block is there.
 * What the journal names and the disk may have lost is read again when the file is opened, and compared.
 */
export class Extents {
  readonly #claimed = new Set<number>();
  /** What was written of each block and the journal does not name yet. */
  readonly #open = new Map<number, Stretch>();
  #saving: Promise<void> = Promise.resolve();
  #isDirty = false;

  private constructor(
    readonly size: number,
    readonly block: number,
    readonly have: number[],
    private readonly out: FileHandle,
    private readonly journal: Journal,
  ) {}

  /** Opens what an earlier download has left, or begins anew. @throws cancelled; as the file system. */
  static async open(part: string, size: number, block: number, signal?: AbortSignal): Promise<Extents> {
    const written = await readWritten(part, size);
    if (!written) {
      await rm(journalOf(part), { force: true }); // before the data: it must not describe other data
      const out = await open(part, 'w');
      const journal = await Journal.begin(journalOf(part), { size, block, stretches: [] });
      return new Extents(size, block, new Array<number>(Math.ceil(size / block)).fill(0), out, journal);
    }
    const out = await open(part, 'r+');
    try {
      const { stretches, synced, isCut } = written;
      const wrong = new Set<number>();
      for (let index = synced; index < stretches.length; index++) {
        throwIfCancelled(signal);
        if (!(await isAsWritten(out, stretches[index]!))) wrong.add(index);
      }
      const { have, used } = haveOf(written, (index) => !wrong.has(index));
      const isAsItWas = !isCut && synced === stretches.length && used.length === stretches.length;
      if (!isAsItWas) await out.datasync();
      const journal = isAsItWas
        ? await Journal.append(journalOf(part), written)
        : await Journal.begin(journalOf(part), { ...written, stretches: used });
      return new Extents(size, written.block, have, out, journal);
    } catch (error) {
      await out.close();
      throw error;
    }
  }

  /** Whether anything of it is there, be it the journal only. */
  static async isBegun(part: string): Promise<boolean> {
    const found = await Promise.all([part, journalOf(part)].map((path) => stat(path).catch(() => undefined)));
    return found.some((one) => one !== undefined);
  }

  static async remove(part: string): Promise<void> {
    await Extents.forget(part);
    await rm(part, { force: true });
  }

  /** Deletes the journal of a file that is complete. */
  static async forget(part: string): Promise<void> {
    for (const path of [journalOf(part), `${journalOf(part)}.part`]) await rm(path, { force: true });
  }

  get bytes(): number {
    return total(this.have);
  }

  /** A row of blocks that nobody fetches yet, at most `most`, and takes them; undefined if there is none. */
  claim(most: number): { first: number; last: number } | undefined {
    const isFree = (index: number): boolean =>
      index < this.have.length && !this.#claimed.has(index) && this.have[index]! < this.#length(index);
    const first = this.have.findIndex((_bytes, index) => isFree(index));
    if (first < 0) return undefined;
    let last = first;
    // A block that is begun is asked for from its middle, so that it can only be the first of a row.
    while (last - first + 1 < most && isFree(last + 1) && this.have[last + 1] === 0) last += 1;
    for (let index = first; index <= last; index++) this.#claimed.add(index);
    return { first, last };
  }

  /** Where the bytes of a row that are still missing begin; its end if none are. */
  next({ first, last }: { first: number; last: number }): number {
    for (let index = first; index <= last; index++)
      if (this.have[index]! < this.#length(index)) return index * this.block + this.have[index]!;
    return this.end(last);
  }

  /** The position after a block. */
  end(index: number): number {
    return endOf(index, this.size, this.block);
  }

  /** Writes bytes at the position that `next` names for their row. @throws as the file system. */
  async write(bytes: Uint8Array, position: number): Promise<void> {
    let at = 0;
    while (at < bytes.length) {
      const from = position + at;
      const index = Math.floor(from / this.block);
      const piece = bytes.subarray(at, at + this.end(index) - from);
      for (let done = 0; done < piece.length;) {
        const rest = piece.subarray(done);
        done += (await this.out.write(rest, 0, rest.length, from + done)).bytesWritten;
      }
      at += piece.length;
      const before = this.#open.get(index) ?? { from, to: from, sum: 0 };
      const stretch = { ...before, to: from + piece.length, sum: crc32(piece, before.sum) };
      this.#open.set(index, stretch);
      this.have[index]! += piece.length;
      const isFull = this.have[index] === this.#length(index);
      if (isFull || stretch.to - stretch.from >= STRETCH) await this.#record(index);
      if (isFull) void this.#save().catch(() => undefined); // told by `close`
    }
  }

  /** Saves what is there and closes the file. @throws as the file system. */
  async close(): Promise<void> {
    try {
      for (const index of this.#open.keys()) await this.#record(index);
      await this.#save();
    } finally {
      await this.journal.close();
      await this.out.close();
    }
  }

  async #record(index: number): Promise<void> {
    const stretch = this.#open.get(index);
    this.#open.delete(index);
    if (stretch) await this.journal.add(stretch);
  }

  /** Brings what was written to the disk. Only one runs at a time, and one more after it for what came meanwhile. */
  #save(): Promise<void> {
    if (this.#isDirty) return this.#saving;
    this.#isDirty = true;
    const next = async (): Promise<void> => {
      this.#isDirty = false;
      const { count } = this.journal;
      await this.out.datasync();
      await this.journal.addSynced(count);
    };
    this.#saving = this.#saving.then(next, next);
    return this.#saving;
  }

  #length(index: number): number {
    return this.end(index) - index * this.block;
  }
}

/** Whether a file has the bytes that its journal names. */
async function isAsWritten(file: FileHandle, { from, to, sum }: Stretch): Promise<boolean> {
  if (!(to > from && to - from <= 2 * BLOCK)) return false;
  const { buffer, bytesRead } = await file.read(Buffer.alloc(to - from), 0, to - from, from);
  return bytesRead === to - from && crc32(buffer) === sum;
}
