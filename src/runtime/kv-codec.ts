// SPDX-License-Identifier: Apache-2.0
import { narrowingGraph, wideningGraph } from './graph';
import { openSession, type SessionOptions } from './open-session';
import type { HeldValue, OnnxSession, Tensor } from './session';

const GRAPHS = { narrowing: narrowingGraph, widening: wideningGraph };
type Graph = keyof typeof GRAPHS;

/** Keys or values in 8 bits: codes int8 [1, heads, room, width] and scale [1, heads, 1, width]. */
export interface NarrowValue {
  codes: HeldValue;
  scale: HeldValue;
}

/**
 * Converts held keys or values [1, heads, positions, width] to 8 bits and back, with the runtime's own operators. It
 * keeps its working memory between conversions; `rest` frees it.
 */
export class KvCodec {
  private readonly sessions = new Map<Graph, Promise<OnnxSession>>();

  constructor(private readonly options: SessionOptions) {}

  /** @param length number of valid positions. @param room length of the result, in positions. */
  async narrow(values: HeldValue, length: number, room: number): Promise<NarrowValue> {
    const session = await this.session('narrowing');
    // Allocated here and not by the run: long-lived values should stay out of the memory that runs reuse.
    const made = {
      codes: session.hold('int8', resized(values, room)),
      scale: session.hold('float32', resized(values, 1)),
    };
    return filled(made, session.run({ values, ...sizes(length, room) }, { wanted: [], into: made }));
  }

  async widen({ codes, scale }: NarrowValue, length: number, room: number): Promise<HeldValue> {
    const session = await this.session('widening');
    const made = { values: session.hold('float32', resized(codes, room)) };
    return (await filled(made, session.run({ codes, scale, ...sizes(length, room) }, { wanted: [], into: made })))
      .values;
  }

  /** Closes the open sessions; the next conversion opens them again, in a few milliseconds. */
  async rest(): Promise<void> {
    const sessions = [...this.sessions.values()];
    this.sessions.clear();
    for (const session of sessions) await (await session.catch(() => undefined))?.dispose();
  }

  private session(graph: Graph): Promise<OnnxSession> {
    const open = this.sessions.get(graph) ?? openSession({ path: graph, bytes: GRAPHS[graph]() }, this.options);
    this.sessions.set(graph, open);
    return open;
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

function resized({ shape }: HeldValue, positions: number): number[] {
  return shape!.map((length, dimension) => (dimension === 2 ? positions : length));
}

function sizes(length: number, room: number): Record<'length' | 'room', Tensor> {
  const one = (value: number): Tensor => ({ type: 'int64', shape: [1], data: BigInt64Array.of(BigInt(value)) });
  return { length: one(length), room: one(room) };
}
