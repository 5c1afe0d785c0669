import { zeros, type Tensor } from './session';

/**
 * The keys and values of the positions a decoder has seen: what makes the next token cheap. It belongs to the
 * decoder that made it, and only one run at a time may use it.
 */
export class KvCache {
  /** @param past [1, kvHeads, length, headDim] by input name; owned by the cache. */
  constructor(private past: Record<string, Tensor>, private positions: number) {}

  /** Positions held. */
  get length(): number {
    return this.positions;
  }

  /** Bytes held. */
  get bytes(): number {
    return Object.values(this.past).reduce((sum, tensor) => sum + tensor.data.byteLength, 0);
  }

  /** The graph's past inputs. */
  get tensors(): Record<string, Tensor> {
    return this.past;
  }

  /** Takes the place of the past after a run. */
  replace(past: Record<string, Tensor>, length: number): void {
    this.past = past;
    this.positions = length;
  }

  /** Forgets all positions from `length` on, so that another continuation of the same beginning can follow. */
  truncate(length: number): void {
    if (length >= this.positions) return;
    const kept: Record<string, Tensor> = {};
    for (const [name, tensor] of Object.entries(this.past)) kept[name] = firstPositions(tensor, length);
    this.replace(kept, length);
  }
}

/** The first positions of [1, heads, positions, width]: they lie apart, head by head. */
function firstPositions(tensor: Tensor, length: number): Tensor {
  const [batch = 1, heads = 1, positions = 0, width = 1] = tensor.shape;
  const kept = zeros(tensor.type, [batch, heads, length, width]);
  for (let h = 0; h < batch * heads; h++) {
    const rows = tensor.data.subarray(h * positions * width, (h * positions + length) * width);
    (kept.data as Float32Array).set(rows as Float32Array, h * length * width);
  }
  return kept;
}
