// SPDX-License-Identifier: Apache-2.0
import { throwIfCancelled } from '../contract';
import type { KvCodec } from './kv-codec';
import type { Layers } from './prefill-plan';
import type { HeldValue, OnnxSession, ValueInfo } from './session';

/** Input and output names of one layer's keys or values. */
export interface KvPlace {
  layer: number;
  past: ValueInfo;
  present: string;
  /** The same in 8 bits, where the graph has that form too. */
  int8?: { past: string; scale: string; present: string };
}

/** What all caches of a decoder share. */
export interface KvLayout {
  session: OnnxSession;
  places: readonly KvPlace[];
  /** Whether the graph can append to a past buffer that is longer than the positions held. */
  inPlace: boolean;
  /** Most positions that a cache can ever hold. */
  limit: number;
  /** Converts floats to 8 bits and back; absent if the graph takes floats only. */
  codec?: KvCodec | undefined;
  /** Empty values for the form that a run does not use, and for layers that do not run. */
  blanks: Readonly<Record<string, HeldValue>>;
}

/** The keys and values that a run reads and writes. */
export interface KvRun {
  /** The places whose cache it extends. */
  places: readonly KvPlace[];
  /** Whether they are in 8 bits. */
  int8: boolean;
  /** Whether other layers still have to run on the same positions. */
  partial: boolean;
  feeds: Record<string, HeldValue>;
  into: Record<string, HeldValue>;
}

/** Positions that are added layer by layer. */
export interface KvLayeredRun {
  /** Number of positions after the run. */
  total: number;
  /** Length of the buffers, in positions. */
  room: number;
}

/** Buffers grow to a multiple of this, in positions. */
const STEP = 256;

/**
 * The keys and values of the positions that a decoder has processed. They stay in the runtime's memory: written in
 * place into buffers with spare room if the graph supports it, else the present of each run becomes the past of the
 * next. They are floats, or 8 bits with a scale per channel: a quarter of the memory. A cache belongs to the decoder
 * that made it, and only one run at a time may use it. Dispose of it.
 */
export class KvCache {
  /** By the names of pasts; for each place floats, or codes and a scale. */
  private values: Record<string, HeldValue> = {};
  private positions = 0;
  /** Length of the buffers, in positions. */
  private room = 0;
  private wished = 0;
  /** The position of the next token, less the number of positions held: a picture may span fewer than it has rows. */
  shift = 0;

  constructor(private readonly layout: KvLayout) {}

  /** Positions held. */
  get length(): number {
    return this.positions;
  }

  /** Bytes held, including spare room. */
  get bytes(): number {
    return Object.values(this.values).reduce((sum, value) => sum + value.bytes, 0);
  }

  /** Whether they are held in 8 bits. */
  get isInt8(): boolean {
    return this.layout.places.every(({ int8 }) => int8 !== undefined && int8.past in this.values);
  }

  /** Sets the expected number of positions, so that the buffers are allocated once. */
  reserve(positions: number): void {
    this.wished = Math.max(this.wished, Math.min(this.layout.limit, positions));
  }

  /** Drops all positions from `length` on, so that another continuation of the same beginning can follow. */
  truncate(length: number): void {
    this.positions = Math.min(this.positions, length);
  }

  /**
   * A copy of the first `length` positions, for another continuation; this cache stays.
   * @param expected number of positions that the copy will hold.
   * @throws ZoetropeError `out-of-memory`.
   */
  async fork(length: number, expected: number): Promise<KvCache> {
    const copy = new KvCache(this.layout);
    copy.reserve(expected);
    const room = this.layout.inPlace ? copy.roomFor(length) : length;
    const scales = new Set(this.layout.places.map(({ int8 }) => int8?.scale));
    try {
      for (const [name, value] of Object.entries(this.values)) {
        copy.values[name] = await this.layout.session.resized(value, scales.has(name) ? 1 : room);
      }
    } catch (error) {
      copy.dispose();
      throw error;
    }
    copy.positions = Math.min(this.positions, length);
    copy.room = room;
    copy.shift = this.shift;
    return copy;
  }

  /**
   * Converts everything to 8 bits, one place at a time, so that both forms never exist for all of them. Values keep an
   * accuracy of half a step of their channel's scale. After it was stopped, the next call continues.
   * @throws ZoetropeError `out-of-memory`, `cancelled`.
   */
  async narrow(signal?: AbortSignal): Promise<void> {
    const { places, codec, inPlace } = this.layout;
    if (!codec || this.positions === 0) return;
    const room = inPlace ? this.roomFor(this.positions) : this.positions;
    await this.narrowPlaces(places, this.positions, room, signal);
    await this.fit(room); // a place that already was in 8 bits may have another length
  }

  /** Converts everything to floats again. Otherwise as `narrow`. */
  async widen(signal?: AbortSignal): Promise<void> {
    const { places, codec, inPlace } = this.layout;
    if (!codec) return;
    const room = inPlace ? this.roomFor(this.positions) : this.positions;
    await this.widenPlaces(places, room, signal);
    if (this.positions > 0) await this.fit(room);
  }

  /**
   * Prepares for positions that are added layer by layer. For each group of layers, call `widenLayers`, run them, and
   * call `narrowLayers`; at the end call `commitLayers`, or `abandonLayers` if a run was stopped or failed.
   * @param total number of positions at the end.
   */
  prepareLayers(total: number): KvLayeredRun {
    const room = this.layout.inPlace ? this.roomFor(total) : total;
    if (this.positions === 0) this.empty();
    return { total, room };
  }

  /**
   * Converts some layers to floats, for runs over all new positions.
   * @throws ZoetropeError `out-of-memory`, `cancelled`.
   */
  async widenLayers({ total }: KvLayeredRun, layers: Layers, signal?: AbortSignal): Promise<void> {
    const places = this.placesOf(layers);
    const room = this.layout.inPlace ? total : this.positions;
    if (this.positions > 0) await this.widenPlaces(places, room, signal);
    await this.fit(room, places);
  }

  /** Converts them to 8 bits after they have run over all new positions. Errors as `widenLayers`. */
  async narrowLayers({ total, room }: KvLayeredRun, layers: Layers, signal?: AbortSignal): Promise<void> {
    await this.narrowPlaces(this.placesOf(layers), total, room, signal);
  }

  /** Call when all layers have run. */
  commitLayers({ total, room }: KvLayeredRun): void {
    this.positions = total;
    this.room = room;
  }

  /** Keeps the earlier positions, in the form that each place has at that time. */
  abandonLayers(): void {
    if (this.positions === 0) this.empty();
  }

  /**
   * The pasts and presents of a run after which there are `total` positions; then call `commit` or `abandon`.
   * @param part some layers, after `widenLayers`, and the number of positions that they hold.
   * @throws ZoetropeError `out-of-memory`.
   */
  async prepare(total: number, part?: { layers: Layers; past: number }): Promise<KvRun> {
    const { session, inPlace, blanks } = this.layout;
    const places = part ? this.placesOf(part.layers) : this.layout.places;
    if (!inPlace) await this.fit(part?.past ?? this.positions, places);
    else if (!part && this.room < total) await this.fit(this.roomFor(total));
    const run: KvRun = {
      places,
      int8: this.form(places[0]!).type === 'int8',
      partial: part !== undefined,
      feeds: { ...blanks },
      into: {},
    };
    for (const place of places) {
      const { past, present, type } = this.form(place);
      const value = this.values[past]!;
      run.feeds[past] = value;
      run.into[present] = inPlace ? value : session.hold(type);
      if (place.int8 && this.values[place.int8.scale]) run.feeds[place.int8.scale] = this.values[place.int8.scale]!;
    }
    return run;
  }

  /** Call after a successful run. */
  commit({ places, partial, into }: KvRun, total: number): void {
    if (!partial) this.positions = total;
    if (this.layout.inPlace) return;
    for (const place of places) {
      const { past, present } = this.form(place);
      this.values[past]?.dispose();
      this.values[past] = into[present]!;
    }
    if (!partial) this.room = total;
  }

  /**
   * Call after a run that failed or was stopped. In place it may have changed buffers, but only beyond the positions
   * held.
   */
  abandon({ into }: KvRun): void {
    if (!this.layout.inPlace) for (const value of Object.values(into)) value.dispose();
  }

  dispose(): void {
    this.empty();
    this.wished = 0;
  }

  private empty(): void {
    for (const value of Object.values(this.values)) value.dispose();
    this.values = {};
    this.positions = this.room = 0;
  }

  /** The names for the form that a place is in. */
  private form({ past, present, int8 }: KvPlace): { past: string; present: string; type: HeldValue['type'] } {
    return int8 && this.values[int8.past] ? { ...int8, type: 'int8' } : { past: past.name, present, type: past.type };
  }

  private drop(name: string): void {
    this.values[name]?.dispose();
    delete this.values[name];
  }

  /** Grows by half, so that a long answer rarely copies its past. */
  private roomFor(total: number): number {
    const asked = Math.max(total, this.wished, total > this.room ? Math.ceil(this.room * 1.5) : 0);
    return Math.max(total, Math.min(this.layout.limit, Math.ceil(asked / STEP) * STEP));
  }

  private placesOf({ from, to }: Layers): KvPlace[] {
    return this.layout.places.filter(({ layer }) => layer >= from && layer < to);
  }

  /** @param length number of valid positions. @param room length of the result, in positions. */
  private async narrowPlaces(
    places: readonly KvPlace[],
    length: number,
    room: number,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const codec = this.layout.codec!;
    try {
      for (const { past, int8 } of places) {
        const floats = this.values[past.name];
        if (!floats || !int8) continue;
        throwIfCancelled(signal);
        const { codes, scale } = await codec.narrow(floats, length, room);
        this.values[int8.past] = codes;
        this.values[int8.scale] = scale;
        this.drop(past.name);
      }
    } finally {
      await codec.rest();
    }
  }

  private async widenPlaces(places: readonly KvPlace[], room: number, signal: AbortSignal | undefined): Promise<void> {
    const codec = this.layout.codec!;
    try {
      for (const { past, int8 } of places) {
        const codes = int8 && this.values[int8.past];
        if (!codes) continue;
        throwIfCancelled(signal);
        this.values[past.name] = await codec.widen({ codes, scale: this.values[int8.scale]! }, this.positions, room);
        this.drop(int8.past);
        this.drop(int8.scale);
      }
    } finally {
      await codec.rest();
    }
  }

  /**
   * Resizes values (default: all) to `room` positions, one at a time, so that both lengths never exist for all of them.
   */
  private async fit(room: number, places = this.layout.places): Promise<void> {
    const { session } = this.layout;
    for (const place of places) {
      const { past, type } = this.form(place);
      const value = this.values[past];
      if (value?.shape?.[2] === room) continue;
      this.values[past] =
        value && this.positions > 0
          ? await session.resized(value, room)
          : session.hold(type, [1, Number(place.past.shape[1]), room, Number(place.past.shape[3])]);
      value?.dispose();
    }
    if (places === this.layout.places) this.room = room;
  }
}
