// SPDX-License-Identifier: Apache-2.0
/** The interface between this room and an inference engine: named inputs and outputs with types and shapes. */

import { floatToHalf, halfToFloat } from '../model';

/** Element types that the models' graphs use. float16 values are bit patterns in a Uint16Array. */
export interface TensorArrays {
  float32: Float32Array;
  float16: Uint16Array;
  int64: BigInt64Array;
  int32: Int32Array;
  int8: Int8Array;
  uint8: Uint8Array;
  bool: Uint8Array;
}
export type TensorType = keyof TensorArrays;

export interface Tensor<T extends TensorType = TensorType> {
  type: T;
  shape: readonly number[];
  data: TensorArrays[T];
}

/** An input or output as the graph declares it; a dimension is a number, or a name if it is variable. */
export interface ValueInfo {
  name: string;
  type: TensorType;
  shape: readonly (number | string)[];
}

/**
 * A tensor that stays in the runtime's memory, outside JavaScript: an output of one run can be an input of the next
 * without a copy. Dispose of it: the garbage collector does not see its size.
 */
export interface HeldValue {
  readonly type: TensorType;
  /** If it was made without a shape, undefined until a run fills it. */
  readonly shape: readonly number[] | undefined;
  /** Bytes held. */
  readonly bytes: number;
  /** A copy of its elements, or of those from `from` to `to`. */
  read(from?: number, to?: number): Promise<TensorArrays[TensorType]>;
  dispose(): void;
}

/** The purpose of a decoder's run: many positions of a prompt, or the next token. */
export type Phase = 'prefill' | 'decode';

export interface RunOptions {
  /** Default: `prefill`. Only a `PairedSession` runs the two differently. */
  phase?: Phase | undefined;
  signal?: AbortSignal | undefined;
  /** The outputs to return; all if absent. Outputs that are not returned are not copied. */
  wanted?: readonly string[];
  /** Outputs to keep in the runtime, by name. A value with a shape is written in place if the session supports it. */
  into?: Readonly<Record<string, HeldValue>>;
}

export interface OnnxSession {
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
  /** Whether an output can be written into a held value's own memory, which may also be an input's. */
  readonly writesInPlace: boolean;
  /**
   * @param feeds every input by name.
   * @throws ZoetropeError `cancelled`, `out-of-memory`, or `model-broken`. The session stays usable.
   */
  run(feeds: Readonly<Record<string, Tensor | HeldValue>>, options?: RunOptions): Promise<Record<string, Tensor>>;
  /**
   * A value for this session's runs, with undefined contents; without a shape, the run that fills it sets the shape.
   * @throws ZoetropeError `out-of-memory`.
   */
  hold(type: TensorType, shape?: readonly number[]): HeldValue;
  /** A copy of a tensor that many of this session's runs can use. Errors as `hold`. */
  keep(tensor: Tensor): HeldValue;
  /** A copy of [1, heads, positions, width], truncated to `positions` or extended by positions of undefined content. */
  resized(value: HeldValue, positions: number): Promise<HeldValue>;
  dispose(): Promise<void>;
}

const ARRAYS = {
  float32: Float32Array,
  float16: Uint16Array,
  int64: BigInt64Array,
  int32: Int32Array,
  int8: Int8Array,
  uint8: Uint8Array,
  bool: Uint8Array,
} as const;

/** A zeroed tensor. */
export function zeros(type: TensorType, shape: readonly number[]): Tensor {
  return { type, shape, data: new ARRAYS[type](shape.reduce((a, b) => a * b, 1)) };
}

/** Bytes that a tensor takes. */
export function bytesOf(type: TensorType, shape: readonly number[]): number {
  return shape.reduce((a, b) => a * b, ARRAYS[type].BYTES_PER_ELEMENT);
}

/** Floats in the type that the graph expects for this input. */
export function floatsFor(info: ValueInfo, data: Float32Array, shape: readonly number[]): Tensor {
  return info.type === 'float16'
    ? { type: 'float16', shape, data: floatToHalf(data) }
    : { type: 'float32', shape, data };
}

/** Whole numbers in the type that the graph expects for this input. */
export function integersFor(info: ValueInfo, values: ArrayLike<number>, shape: readonly number[]): Tensor {
  if (info.type === 'int32') return { type: 'int32', shape, data: Int32Array.from(values) };
  if (info.type === 'bool') return { type: 'bool', shape, data: Uint8Array.from(values) };
  const data = new BigInt64Array(values.length);
  for (let i = 0; i < values.length; i++) data[i] = BigInt(values[i]!);
  return { type: 'int64', shape, data };
}

/** A float tensor's values; fp16 is converted. Shares memory with a float32 tensor. */
export function asFloats(tensor: Tensor): Float32Array {
  if (tensor.data instanceof Float32Array) return tensor.data;
  if (tensor.data instanceof Uint16Array) return halfToFloat(tensor.data);
  throw new TypeError(`not a float tensor: ${tensor.type}`);
}

/** Lets waiting messages (a cancel, above all) be handled. */
export function yieldToEventLoop(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
