// SPDX-License-Identifier: Apache-2.0
import type { HeldValue, Tensor, TensorArrays, TensorType } from '../session';
import { bytesOf, yieldToEventLoop } from '../session';
import { check, received, type Ort, type Pointer } from './library';

/** ONNX's numbers of the element types, and koffi's names of their C types. */
const ELEMENTS: Record<TensorType, { onnx: number; c: string }> = {
  float32: { onnx: 1, c: 'float' },
  uint8: { onnx: 2, c: 'uint8_t' },
  int8: { onnx: 3, c: 'int8_t' },
  int32: { onnx: 6, c: 'int32_t' },
  int64: { onnx: 7, c: 'int64_t' },
  bool: { onnx: 9, c: 'uint8_t' },
  float16: { onnx: 10, c: 'uint16_t' },
};

/** The element type with ONNX's number. @throws TypeError for a type that no graph here uses. */
export function typeOf(onnx: number): TensorType {
  const found = (Object.keys(ELEMENTS) as TensorType[]).find((type) => ELEMENTS[type].onnx === onnx);
  if (!found) throw new TypeError(`element type ${onnx} is not known`);
  return found;
}

/** Bytes copied in one step: it takes one millisecond, or two for newly allocated memory. */
const STRETCH = 1 << 20;

/** Releases values that were not disposed of, when they are garbage-collected. */
const forgotten = new FinalizationRegistry<{ ort: Ort; value: Pointer }>(({ ort, value }) =>
  ort.api.ReleaseValue(value),
);

/** One OrtValue. Its memory can only be copied, not viewed: Electron forbids ArrayBuffers over foreign memory. */
export class NativeValue implements HeldValue {
  #value: Pointer = 0n;
  #shape: readonly number[] | undefined;

  /** @param shape is allocated at once; without it, a run allocates. @throws Error if there is no memory. */
  constructor(
    private readonly ort: Ort,
    readonly type: TensorType,
    shape?: readonly number[],
  ) {
    if (!shape) return;
    const dims = BigInt64Array.from(shape, BigInt);
    const { api, allocator } = ort;
    this.take(
      received(api, (out) => api.CreateTensorAsOrtValue(allocator, dims, shape.length, ELEMENTS[type].onnx, out)),
      shape,
    );
  }

  /** A copy of a tensor. */
  static from(ort: Ort, tensor: Tensor): NativeValue {
    const value = new NativeValue(ort, tensor.type, tensor.shape);
    if (value.bytes !== tensor.data.byteLength) {
      value.dispose();
      throw new TypeError(`${tensor.data.length} elements do not fill [${tensor.shape.join(', ')}]`);
    }
    value.write(tensor.data, 0);
    return value;
  }

  /** The OrtValue; 0n while there is none. */
  get pointer(): Pointer {
    return this.#value;
  }

  get shape(): readonly number[] | undefined {
    return this.#shape;
  }

  get bytes(): number {
    return this.#shape ? bytesOf(this.type, this.#shape) : 0;
  }

  /** Takes ownership of a value that a run allocated. */
  adopt(value: Pointer): void {
    if (value === this.#value) return;
    const { api } = this.ort;
    const info = received(api, (out) => api.GetTensorTypeAndShape(value, out));
    const shape = shapeOf(this.ort, info);
    api.ReleaseTensorTypeAndShapeInfo(info);
    this.take(value, shape);
  }

  /** Elements [from, to), copied in one call. */
  copy(from = 0, to = this.bytes / this.width): TensorArrays[TensorType] {
    const { koffi } = this.ort;
    const { c } = ELEMENTS[this.type];
    // An empty tensor may have no address.
    if (to <= from) return koffi.decode(new Uint8Array(8), c, 0) as TensorArrays[TensorType];
    return koffi.decode(this.data(), from * this.width, c, to - from) as TensorArrays[TensorType];
  }

  async read(from = 0, to = this.bytes / this.width): Promise<TensorArrays[TensorType]> {
    return this.copy(from, to);
  }

  /** @param at index of the first element to write. */
  write(data: TensorArrays[TensorType], at: number): void {
    if (data.length === 0) return;
    this.ort.koffi.encode(this.data(), at * this.width, ELEMENTS[this.type].c, data, data.length);
  }

  async resized(positions: number): Promise<NativeValue> {
    const [batch = 1, heads = 1, before = 0, width = 1] = this.#shape ?? [];
    const to = new NativeValue(this.ort, this.type, [batch, heads, positions, width]);
    const kept = Math.min(before, positions) * width;
    const stretch = Math.max(1, Math.floor(STRETCH / this.width));
    let copied = 0;
    for (let head = 0; head < batch * heads; head++) {
      for (let at = 0; at < kept; at += stretch) {
        const from = head * before * width + at;
        const length = Math.min(stretch, kept - at);
        to.write(this.copy(from, from + length), head * positions * width + at);
        if ((copied += length) < stretch) continue;
        copied = 0;
        await yieldToEventLoop();
      }
    }
    return to;
  }

  dispose(): void {
    if (this.#value === 0n) return;
    forgotten.unregister(this);
    const { ReleaseValue } = this.ort.api;
    // Returning pages to the system takes milliseconds and must not block the event loop.
    if (this.bytes > STRETCH) ReleaseValue.async(this.#value, () => undefined);
    else ReleaseValue(this.#value);
    this.#value = 0n;
    this.#shape = undefined;
  }

  private get width(): number {
    return bytesOf(this.type, []);
  }

  private data(): Pointer {
    const { api } = this.ort;
    return received(api, (out) => api.GetTensorMutableData(this.#value, out));
  }

  private take(value: Pointer, shape: readonly number[]): void {
    this.dispose();
    this.#value = value;
    this.#shape = shape;
    forgotten.register(this, { ort: this.ort, value }, this);
  }
}

/** The dimensions in a type-and-shape record; free ones are -1. */
export function shapeOf({ api }: Ort, info: Pointer): number[] {
  const rank = Number(received(api, (out) => api.GetDimensionsCount(info, out)));
  const dims = new BigInt64Array(rank);
  if (rank > 0) check(api, api.GetDimensions(info, dims, rank));
  return Array.from(dims, Number);
}

/** Element type by ONNX's number. */
export function elementType({ api }: Ort, info: Pointer): TensorType {
  const out = new Int32Array(1);
  check(api, api.GetTensorElementType(info, out));
  return typeOf(out[0]!);
}
