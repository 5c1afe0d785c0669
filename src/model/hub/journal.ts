// SPDX-License-Identifier: Apache-2.0
import { open, readFile, rename, type FileHandle } from 'node:fs/promises';
import { crc32 } from 'node:zlib';

/** Bytes from `from` up to, not including, `to` that were written, and their CRC-32. */
export interface Stretch {
  from: number;
  to: number;
  sum: number;
}

/** What a journal says of a file. */
export interface Written {
  /** Bytes of the whole file, and of a block of it. */
  size: number;
  block: number;
  stretches: Stretch[];
  /** So many of them, the first ones, are known to be on the disk. */
  synced: number;
  /** Whether the journal ends with something that is no line of it, such as half a line. */
  isCut: boolean;
}

const VERSION = 1;
const hex = (sum: number): string => sum.toString(16).padStart(8, '0');
const lineOf = (text: string): string => `${text} ${hex(crc32(text))}\n`;
const headOf = ({ size, block }: Pick<Written, 'size' | 'block'>): string => lineOf(`z ${VERSION} ${size} ${block}`);
const stretchLine = ({ from, to, sum }: Stretch): string => lineOf(`w ${from} ${to} ${hex(sum)}`);
const syncedLine = (synced: number): string => lineOf(`s ${synced}`);

/**
 * A record of what was written into a file: a head, a line for each stretch after its bytes were written, and a line
 * after the bytes have reached the disk. Each line ends with its own checksum, so that a journal that was cut is read up
 * to the cut. After a kill the system still holds everything that was written; after a power failure, what the last
 * line of the second kind covers is there, and the checksums tell of the rest.
 */
export class Journal {
  #queue: Promise<void> = Promise.resolve();
  #count: number;

  private constructor(
    private readonly file: FileHandle,
    count: number,
  ) {
    this.#count = count;
  }

  /** Reads a journal; undefined without one that can be trusted. */
  static async read(path: string): Promise<Written | undefined> {
    const text = await readFile(path, 'utf8').catch(() => '');
    const [head = '', ...lines] = text.split('\n');
    const about = fieldsOf(head);
    if (about?.[0] !== 'z' || Number(about[1]) !== VERSION) return undefined;
    const [size, block] = [Number(about[2]), Number(about[3])];
    const written: Written = { size, block, stretches: [], synced: 0, isCut: lines.at(-1) !== '' };
    for (const line of lines.slice(0, -1)) {
      const [kind, a, b, sum] = fieldsOf(line) ?? [];
      if (kind === 'w') written.stretches.push({ from: Number(a), to: Number(b), sum: parseInt(sum!, 16) });
      else if (kind === 's') written.synced = Math.min(Number(a), written.stretches.length);
      else return { ...written, isCut: true };
    }
    return written;
  }

  /** Goes on with a journal as it is on the disk. */
  static async append(path: string, { stretches }: Written): Promise<Journal> {
    return new Journal(await open(path, 'a'), stretches.length);
  }

  /** Replaces a journal. All of its stretches must be on the disk. */
  static async begin(path: string, written: Pick<Written, 'size' | 'block' | 'stretches'>): Promise<Journal> {
    const count = written.stretches.length;
    const file = await open(`${path}.part`, 'w');
    try {
      await file.writeFile([headOf(written), ...written.stretches.map(stretchLine), syncedLine(count)].join(''));
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(`${path}.part`, path);
    return new Journal(await open(path, 'a'), count);
  }

  /** Stretches that were recorded. */
  get count(): number {
    return this.#count;
  }

  /** Records a stretch whose bytes were written. @throws as the file system. */
  add(stretch: Stretch): Promise<void> {
    return this.#append(stretchLine(stretch)).then(() => void (this.#count += 1));
  }

  /** Records that the first `count` stretches have reached the disk. @throws as the file system. */
  addSynced(count: number): Promise<void> {
    return this.#append(syncedLine(count));
  }

  close(): Promise<void> {
    return this.file.close();
  }

  /** One after another, because `count` counts the lines in their order. */
  #append(line: string): Promise<void> {
    const next = (): Promise<void> => this.file.appendFile(line);
    this.#queue = this.#queue.then(next, next);
    return this.#queue;
  }
}

/** The fields of a line without its checksum; undefined if that is wrong. */
function fieldsOf(line: string): string[] | undefined {
  const at = line.lastIndexOf(' ');
  return at > 0 && line.slice(at + 1) === hex(crc32(line.slice(0, at))) ? line.slice(0, at).split(' ') : undefined;
}
