// SPDX-License-Identifier: Apache-2.0
import type * as Ort from 'onnxruntime-node';
import type { MessagePort } from 'node:worker_threads';
import type { Tensor, TensorType, ValueInfo } from '../session';

/** An input: a tensor that is sent, or the number of one that the thread holds. */
export type Feed = Tensor | { held: number };

export type WorkerRequest =
  | { kind: 'open'; session: number; graph: string | Uint8Array; options: Ort.InferenceSession.SessionOptions }
  | {
      kind: 'run';
      session: number;
      feeds: Record<string, Feed>;
      wanted: readonly string[];
      into: Record<string, number>;
    }
  | { kind: 'hold'; held: number; type: TensorType; shape: readonly number[] }
  | { kind: 'keep'; held: number; tensor: Tensor }
  | { kind: 'resize'; held: number; from: number; positions: number }
  | { kind: 'read'; held: number; from: number; to: number }
  | { kind: 'drop'; held: number }
  | { kind: 'close'; session: number };

export type WorkerResults = {
  open: { inputs: ValueInfo[]; outputs: ValueInfo[] };
  run: { fetched: Record<string, Tensor>; shapes: Record<string, readonly number[]> };
  hold: undefined;
  keep: undefined;
  resize: undefined;
  read: Tensor['data'];
  drop: undefined;
  close: undefined;
};

export type WorkerReply = { id: number; ok: true; value: unknown } | { id: number; ok: false; error: string };

/**
 * The thread's program: handles one request at a time. It is started from its own source text, so that a bundle needs
 * no second file; it may therefore use nothing but its arguments.
 */
export function serveOnnxRuntime(ort: typeof Ort, port: MessagePort): void {
  const sessions = new Map<number, Ort.InferenceSession>();
  const values = new Map<number, Tensor>();
  const arrays = {
    float32: Float32Array,
    float16: Uint16Array,
    int64: BigInt64Array,
    int32: Int32Array,
    int8: Int8Array,
    uint8: Uint8Array,
    bool: Uint8Array,
  };
  // Use Float16Array where the JavaScript runtime has it: ONNX Runtime then accepts nothing else.
  const Half = (globalThis as { Float16Array?: new (b: ArrayBufferLike, o: number, l: number) => unknown })
    .Float16Array;

  const size = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);
  const found = <T>(map: Map<number, T>, id: number): T => {
    const value = map.get(id);
    if (value === undefined) throw new Error('disposed of');
    return value;
  };
  const toOrt = ({ type, data, shape }: Tensor): Ort.Tensor =>
    new ort.Tensor(
      type,
      (type === 'float16' && Half ? new Half(data.buffer, data.byteOffset, data.length) : data) as Float32Array,
      shape,
    );
  const fromOrt = (value: Ort.Tensor): Tensor => {
    const type = value.type as TensorType;
    const data = value.data as Float32Array;
    return {
      type,
      shape: value.dims,
      data: type === 'float16' ? new Uint16Array(data.buffer, data.byteOffset, data.length) : data,
    };
  };
  const info = (meta: Ort.InferenceSession.ValueMetadata): ValueInfo => {
    if (!meta.isTensor) throw new TypeError(`${meta.name} is not a tensor`);
    return { name: meta.name, type: meta.type as TensorType, shape: meta.shape };
  };

  const answer = async (request: WorkerRequest): Promise<unknown> => {
    switch (request.kind) {
      case 'open': {
        const session = await ort.InferenceSession.create(request.graph as string, request.options);
        sessions.set(request.session, session);
        return { inputs: session.inputMetadata.map(info), outputs: session.outputMetadata.map(info) };
      }
      case 'run': {
        const feeds: Record<string, Ort.Tensor> = {};
        for (const [name, feed] of Object.entries(request.feeds))
          feeds[name] = toOrt('held' in feed ? found(values, feed.held) : feed);
        const results = await found(sessions, request.session).run(feeds, [
          ...request.wanted,
          ...Object.keys(request.into),
        ]);
        const fetched: Record<string, Tensor> = {};
        const shapes: Record<string, readonly number[]> = {};
        for (const name of request.wanted) fetched[name] = fromOrt(results[name]!);
        for (const [name, held] of Object.entries(request.into)) {
          const value = fromOrt(results[name]!);
          values.set(held, value);
          shapes[name] = value.shape;
        }
        return { fetched, shapes };
      }
      case 'hold':
        values.set(request.held, {
          type: request.type,
          shape: request.shape,
          data: new arrays[request.type](size(request.shape)),
        });
        return undefined;
      case 'keep':
        values.set(request.held, request.tensor);
        return undefined;
      case 'resize': {
        const { type, shape, data } = found(values, request.from);
        const [batch = 1, heads = 1, before = 0, width = 1] = shape;
        const copy = new arrays[type](batch * heads * request.positions * width);
        const kept = Math.min(before, request.positions) * width;
        for (let head = 0; head < batch * heads; head++) {
          const rows = data.subarray(head * before * width, head * before * width + kept);
          (copy as Float32Array).set(rows as Float32Array, head * request.positions * width);
        }
        values.set(request.held, { type, shape: [batch, heads, request.positions, width], data: copy });
        return undefined;
      }
      case 'read':
        return found(values, request.held).data.slice(request.from, request.to);
      case 'drop':
        values.delete(request.held);
        return undefined;
      case 'close':
        await found(sessions, request.session).release();
        sessions.delete(request.session);
        return undefined;
    }
  };

  let turn: Promise<void> = Promise.resolve();
  port.on('message', ({ id, request }: { id: number; request: WorkerRequest }) => {
    turn = turn.then(async () => {
      try {
        port.postMessage({ id, ok: true, value: await answer(request) });
      } catch (error) {
        port.postMessage({ id, ok: false, error: String(error) });
      }
    });
  });
}
