// SPDX-License-Identifier: Apache-2.0
import { open, readFile, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { z } from 'zod';

/** Bytes of a block. What is trusted after a kill are whole blocks. */
export const BLOCK = 16 << 20;

const State = z.object({
  size: z.number().int().positive(),
  block: z.number().int().positive(),
  /** Bytes of each block, from its start, that are on the disk. */
  have: z.array(z.number().int().nonnegative()),
});

/** Bytes of a file that are downloaded, by its state file. 0 if nothing is there that can be trusted. */
export async function bytesOf(part: string, size: number): Promise<number> {
  const state = await readState(part, size);
  return state?.have.reduce((sum, bytes) => sum + bytes, 0) ?? 0;
}

async function readState(part: string, size: number): Promise<z.infer<typeof State> | undefined> {
  try {
    const state = State.parse(JSON.parse(await readFile(stateOf(part), 'utf8')));
    const { block, have } = state;
    const isRight = have.length === Math.ceil(size / block) && have.every((n, i) => n <= lengthOf(i, size, block));
    return state.size === size && isRight && (await stat(part)).isFile() ? state : undefined;
  } catch {
    return undefined; // absent, or damaged
  }
}

const stateOf = (part: string): string => `${part}.json`;
const lengthOf = (index: number, size: number, block: number): number => Math.min(block, size - index * block);

/**
 * A file whose blocks arrive in any order, written in place. A state file beside it says how much of each block is
 * there. It is written after the data has reached the disk, so that what it says is true after a kill or a power failure.
 */
export class Extents {
  readonly #claimed = new Set<number>();
  #saving: Promise<void> = Promise.resolve();
  #isDirty = false;

  private constructor(
    readonly part: string,
    readonly size: number,
    readonly block: number,
    readonly have: number[],
    private readonly out: FileHandle,
  ) {}

  /** Opens what an earlier download has left, or begins anew. */
  static async open(part: string, size: number, block: number): Promise<Extents> {
    const state = await readState(part, size);
    if (state) return new Extents(part, size, state.block, state.have, await open(part, 'r+'));
    await rm(stateOf(part), { force: true }); // before the data: it must not describe other data
    const have = new Array<number>(Math.ceil(size / block)).fill(0);
    return new Extents(part, size, block, have, await open(part, 'w'));
  }

  /** Whether anything of it is there, be it the state only. */
  static async isBegun(part: string): Promise<boolean> {
    const found = await Promise.all([part, stateOf(part)].map((path) => stat(path).catch(() => undefined)));
    return found.some((one) => one !== undefined);
  }

  static async remove(part: string): Promise<void> {
    await rm(stateOf(part), { force: true });
    await rm(part, { force: true });
  }

  /** Deletes the state of a file that is complete. */
  static forget(part: string): Promise<void> {
    return rm(stateOf(part), { force: true });
  }

  get bytes(): number {
    return this.have.reduce((sum, bytes) => sum + bytes, 0);
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
    return index * this.block + this.#length(index);
  }

  /** Writes bytes at the position that `next` names for their row. @throws as the file system. */
  async write(bytes: Uint8Array, position: number): Promise<void> {
    let at = 0;
    while (at < bytes.length) {
      const index = Math.floor((position + at) / this.block);
      const piece = bytes.subarray(at, at + this.end(index) - (position + at));
      for (let done = 0; done < piece.length;) {
        const rest = piece.subarray(done);
        done += (await this.out.write(rest, 0, rest.length, position + at + done)).bytesWritten;
      }
      at += piece.length;
      this.have[index]! += piece.length;
      if (this.have[index] === this.#length(index)) void this.#save().catch(() => undefined); // told by `close`
    }
  }

  /** Saves what is there and closes the file. @throws as the file system. */
  async close(): Promise<void> {
    try {
      await this.#save();
    } finally {
      await this.out.close();
    }
  }

  /** Only one save runs at a time, and one more after it says what came meanwhile. */
  #save(): Promise<void> {
    if (this.#isDirty) return this.#saving;
    this.#isDirty = true;
    const next = async (): Promise<void> => {
      this.#isDirty = false;
      const have = [...this.have];
      await this.out.datasync();
      const { size, block } = this;
      const state = stateOf(this.part);
      const file = await open(`${state}.part`, 'w');
      try {
        await file.writeFile(JSON.stringify({ size, block, have } satisfies z.infer<typeof State>));
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(`${state}.part`, state);
    };
    this.#saving = this.#saving.then(next, next);
    return this.#saving;
  }

  #length(index: number): number {
    return lengthOf(index, this.size, this.block);
  }
}
