import type { HeldValue, OnnxSession, ValueInfo } from './session';

/** Names of a past input and of the output that follows from it. */
export interface KvPlace {
  past: ValueInfo;
  present: string;
}

/** What a run reads and writes. */
export interface KvRun {
  feeds: Record<string, HeldValue>;
  into: Record<string, HeldValue>;
}

/** Buffers grow to a multiple of this, in positions. */
const STEP = 256;

/**
 * The keys and values of the positions a decoder has seen: what makes the next token cheap. They stay with the
 * runtime: written in place in buffers with room to spare where the graph can, else each run's present becomes the
 * next one's past. It belongs to the decoder that made it, and only one run at a time may use it. Dispose of it.
 */
export class KvCache {
  private values: Record<string, HeldValue> = {};
  private positions = 0;
  /** Positions that the values are long. */
  private room = 0;
  private wished = 0;

  /**
   * @param inPlace whether the graph adds to a past that is longer than what was seen.
   * @param limit most positions there can ever be.
   */
  constructor(
    private readonly session: OnnxSession,
    private readonly places: readonly KvPlace[],
    private readonly inPlace: boolean,
    private readonly limit: number,
  ) {}

  /** Positions held. */
  get length(): number {
    return this.positions;
  }

  /** Bytes held, room to spare included. */
  get bytes(): number {
    return Object.values(this.values).reduce((sum, value) => sum + value.bytes, 0);
  }

  /** Says how many positions there will be, so that the buffers are made once. */
  reserve(positions: number): void {
    this.wished = Math.max(this.wished, positions);
  }

  /** Forgets all positions from `length` on, so that another continuation of the same beginning can follow. */
  truncate(length: number): void {
    this.positions = Math.min(this.positions, length);
  }

  /**
   * A copy of the first `length` positions, for another continuation, while this one stays.
   * @param expected positions that there will be.
   * @throws ZoetropeError `out-of-memory`.
   */
  async fork(length: number, expected: number): Promise<KvCache> {
    const copy = new KvCache(this.session, this.places, this.inPlace, this.limit);
    copy.reserve(Math.min(this.limit, expected));
    const room = this.inPlace ? copy.roomFor(length) : length;
    try {
      for (const [name, value] of Object.entries(this.values)) copy.values[name] = await this.session.resized(value, room);
    } catch (error) {
      copy.dispose();
      throw error;
    }
    copy.positions = Math.min(this.positions, length);
    copy.room = room;
    return copy;
  }

  /**
   * The pasts and presents of a run after which there are `total` positions; then `commit` or `abandon` it.
   * @throws ZoetropeError `out-of-memory`.
   */
  async prepare(total: number): Promise<KvRun> {
    if (!this.inPlace) await this.fit(this.positions);
    else if (this.room < total) await this.fit(this.roomFor(total));
    const run: KvRun = { feeds: {}, into: {} };
    for (const { past, present } of this.places) {
      const value = this.values[past.name]!;
      run.feeds[past.name] = value;
      run.into[present] = this.inPlace ? value : this.session.hold(past.type);
    }
    return run;
  }

  /** The run is done. */
  commit({ into }: KvRun, total: number): void {
    this.positions = total;
    if (this.inPlace) return;
    for (const { past, present } of this.places) {
      this.values[past.name]?.dispose();
      this.values[past.name] = into[present]!;
    }
    this.room = total;
  }

  /** The run failed or was stopped. In place it may have written, but only beyond what is held. */
  abandon({ into }: KvRun): void {
    if (!this.inPlace) for (const value of Object.values(into)) value.dispose();
  }

  dispose(): void {
    for (const value of Object.values(this.values)) value.dispose();
    this.values = {};
    this.positions = this.room = this.wished = 0;
  }

  /** Half as much again, so that a long answer copies its past seldom. */
  private roomFor(total: number): number {
    const asked = Math.max(total, this.wished, Math.ceil(this.room * 1.5));
    return Math.max(total, Math.min(this.limit, Math.ceil(asked / STEP) * STEP));
  }

  /** Makes all values `room` positions long. One after the other: both lengths at once are never there for all. */
  private async fit(room: number): Promise<void> {
    for (const { past } of this.places) {
      const value = this.values[past.name];
      if (value?.shape?.[2] === room) continue;
      this.values[past.name] =
        value && this.positions > 0
          ? await this.session.resized(value, room)
          : this.session.hold(past.type, [1, Number(past.shape[1]), room, Number(past.shape[3])]);
      value?.dispose();
    }
    this.room = room;
  }
}
