// SPDX-License-Identifier: Apache-2.0
import { throwIfCancelled } from '../contract';
import type { KvCodec } from './kv-codec';
import type { Layers } from './prefill-plan';
import type { HeldValue, OnnxSession, ValueInfo } from './session';

/** The names of one layer's keys or values among a decoder's inputs and outputs. */
export interface KvPlace {
  layer: number;
  past: ValueInfo;
  present: string;
  /** The same in 8 bits, where the graph has that form too. */
  int8?: { past: string; scale: string; present: string };
}

/** What all caches of a decoder have in common. */
export interface KvLayout {
  session: OnnxSession;
  places: readonly KvPlace[];
  /** Whether the graph adds to a past that is longer than what was seen. */
  inPlace: boolean;
  /** Most positions there can ever be. */
  limit: number;
  /** Turns floats into 8 bits and back; absent where the graph takes floats only. */
  codec?: KvCodec | undefined;
  /** Stand for the form that a run does not use, and for the layers that do not run. */
  blanks: Readonly<Record<string, HeldValue>>;
}

/** The keys and values that a run takes and gives. */
export interface KvRun {
  /** The places that it adds to. */
  places: readonly KvPlace[];
  /** Whether they are in 8 bits. */
  int8: boolean;
  /** Whether other layers still have to run over the same positions. */
  partial: boolean;
  feeds: Record<string, HeldValue>;
  into: Record<string, HeldValue>;
}

/** Positions that are added layer by layer. */
export interface KvLayeredRun {
  /** Positions there will be. */
  total: number;
  /** Positions that the values will be long. */
  room: number;
}

/** Buffers grow to a multiple of this, in positions. */
const STEP = 256;

/**
 * The keys and values of the positions a decoder has seen: what makes the next token cheap. They stay with the
 * runtime: written in place in buffers with room to spare where the graph can, else each run's present becomes the
 * next one's past. They are floats, or 8 bits with a scale a channel: a quarter of the memory. It belongs to the
 * decoder that made it, and only one run at a time may use it. Dispose of it.
 */
export class KvCache {
  /** By the names of pasts; of each place floats, or codes and a scale. */
  private values: Record<string, HeldValue> = {};
  private positions = 0;
  /** Positions that the values are long. */
  private room = 0;
  private wished = 0;

  constructor(private readonly layout: KvLayout) {}

  /** Positions held. */
  get length(): number {
    return this.positions;
  }

  /** Bytes held, room to spare included. */
  get bytes(): number {
    return Object.values(this.values).reduce((sum, value) => sum + value.bytes, 0);
  }

  /** Whether they are held in 8 bits. */
  get isInt8(): boolean {
    return this.layout.places.every(({ int8 }) => int8 !== undefined && int8.past in this.values);
  }

  /** Says how many positions there will be, so that the buffers are made once. */
  reserve(positions: number): void {
    this.wished = Math.max(this.wished, Math.min(this.layout.limit, positions));
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
    return copy;
  }

  /**
   * Turns all into 8 bits, one place after the other, so that both forms are never there for all. What is kept of a
   * value is within half a step of its channel's scale. Stopped between, it goes on where it was.
   * @throws ZoetropeError `out-of-memory`, `cancelled`.
   */
  async narrow(signal?: AbortSignal): Promise<void> {
    const { places, codec, inPlace } = this.layout;
    if (!codec || this.positions === 0) return;
    const room = inPlace ? this.roomFor(this.positions) : this.positions;
    await this.narrowPlaces(places, this.positions, room, signal);
    await this.fit(room); // a place that was in 8 bits already may be of another length
  }

  /** Turns all into floats again. As `narrow`. */
  async widen(signal?: AbortSignal): Promise<void> {
    const { places, codec, inPlace } = this.layout;
    if (!codec) return;
    const room = inPlace ? this.roomFor(this.positions) : this.positions;
    await this.widenPlaces(places, room, signal);
    if (this.positions > 0) await this.fit(room);
  }

  /**
   * Readies it for positions that come layer by layer: for each group of layers `widenLayers`, their runs and
   * `narrowLayers`; then `commitLayers`, or `abandonLayers` once one was stopped or failed.
   * @param total positions there will be.
   */
  prepareLayers(total: number): KvLayeredRun {
    const room = this.layout.inPlace ? this.roomFor(total) : total;
    if (this.positions === 0) this.empty();
    return { total, room };
  }

  /** Makes some layers floats, for runs over all that is new. @throws ZoetropeError `out-of-memory`, `cancelled`. */
  async widenLayers({ total }: KvLayeredRun, layers: Layers, signal?: AbortSignal): Promise<void> {
    const places = this.placesOf(layers);
    const room = this.layout.inPlace ? total : this.positions;
    if (this.positions > 0) await this.widenPlaces(places, room, signal);
    await this.fit(room, places);
  }

  /** Turns them into 8 bits, once they have run over all that is new. Errors as `widenLayers`. */
  async narrowLayers({ total, room }: KvLayeredRun, layers: Layers, signal?: AbortSignal): Promise<void> {
    await this.narrowPlaces(this.placesOf(layers), total, room, signal);
  }

  /** All layers have run. */
  commitLayers({ total, room }: KvLayeredRun): void {
    this.positions = total;
    this.room = room;
  }

  /** The positions from before stay, in whichever form they are by now. */
  abandonLayers(): void {
    if (this.positions === 0) this.empty();
  }

  /**
   * The pasts and presents of a run after which there are `total` positions; then `commit` or `abandon` it.
   * @param part some layers, after `widenLayers`, and how many positions they have by then.
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

  /** The run is done. */
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

  /** The run failed or was stopped. In place it may have changed something, but only beyond what is held. */
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

  /** The names of the form that a place is held in. */
  private form({ past, present, int8 }: KvPlace): { past: string; present: string; type: HeldValue['type'] } {
    return int8 && this.values[int8.past] ? { ...int8, type: 'int8' } : { past: past.name, present, type: past.type };
  }

  private drop(name: string): void {
    this.values[name]?.dispose();
    delete this.values[name];
  }

  /** Half as much again, so that a long answer copies its past seldom. */
  private roomFor(total: number): number {
    const asked = Math.max(total, this.wished, total > this.room ? Math.ceil(this.room * 1.5) : 0);
    return Math.max(total, Math.min(this.layout.limit, Math.ceil(asked / STEP) * STEP));
  }

  private placesOf({ from, to }: Layers): KvPlace[] {
    return this.layout.places.filter(({ layer }) => layer >= from && layer < to);
  }

  /** @param length positions that count. @param room positions of the result. */
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

  /** Makes values `room` positions long, all if not said which. One after the other: both lengths at once are never there for all. */
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
