import { narrowingGraph, wideningGraph } from './graph';
import { openSession, type SessionOptions } from './open-session';
import type { HeldValue, OnnxSession, Tensor } from './session';

/** Keys or values in 8 bits: codes int8 [1, heads, room, width] and scale [1, heads, 1, width]. */
export interface NarrowValue {
  codes: HeldValue;
  scale: HeldValue;
}

/** Turns held keys or values [1, heads, positions, width] into 8 bits and back, by the runtime's own operators. */
export class KvCodec {
  private constructor(
    private readonly narrowing: OnnxSession,
    private readonly widening: OnnxSession,
  ) {}

  static async open(options: SessionOptions): Promise<KvCodec> {
    // Its tensors are large and few: an arena would only keep them.
    const open = (path: string, bytes: Uint8Array) => openSession({ path, bytes }, { ...options, arena: false });
    const narrowing = await open('narrowing', narrowingGraph());
    try {
      return new KvCodec(narrowing, await open('widening', wideningGraph()));
    } catch (error) {
      await narrowing.dispose();
      throw error;
    }
  }

  /** @param length positions that count. @param room positions of the result. */
  async narrow(values: HeldValue, length: number, room: number): Promise<NarrowValue> {
    const made = { codes: this.narrowing.hold('int8'), scale: this.narrowing.hold('float32') };
    return filled(made, this.narrowing.run({ values, ...sizes(length, room) }, { wanted: [], into: made }));
  }

  async widen({ codes, scale }: NarrowValue, length: number, room: number): Promise<HeldValue> {
    const made = { values: this.widening.hold('float32') };
    return (await filled(made, this.widening.run({ codes, scale, ...sizes(length, room) }, { wanted: [], into: made }))).values;
  }

  async dispose(): Promise<void> {
    await this.narrowing.dispose();
    await this.widening.dispose();
  }
}

async function filled<T extends object>(made: T, run: Promise<unknown>): Promise<T> {
  try {
    await run;
    return made;
  } catch (error) {
    for (const value of Object.values(made) as HeldValue[]) value.dispose();
    throw error;
  }
}

function sizes(length: number, room: number): Record<'length' | 'room', Tensor> {
  const one = (value: number): Tensor => ({ type: 'int64', shape: [1], data: BigInt64Array.of(BigInt(value)) });
  return { length: one(length), room: one(room) };
}
