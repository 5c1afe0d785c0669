// SPDX-License-Identifier: Apache-2.0
import type { HeldValue, OnnxSession, RunOptions, Tensor, TensorType } from './session';

/** A decoder in two sessions: one for prefill, the other for decode. They share keys and values. */
export class PairedSession implements OnnxSession {
  constructor(
    private readonly prefill: OnnxSession,
    private readonly decode: OnnxSession,
  ) {}

  get inputs() {
    return this.prefill.inputs;
  }

  get outputs() {
    return this.prefill.outputs;
  }

  get writesInPlace() {
    return this.prefill.writesInPlace;
  }

  run(feeds: Readonly<Record<string, Tensor | HeldValue>>, options: RunOptions = {}): Promise<Record<string, Tensor>> {
    return (options.phase === 'decode' ? this.decode : this.prefill).run(feeds, options);
  }

  hold(type: TensorType, shape?: readonly number[]): HeldValue {
    return this.prefill.hold(type, shape);
  }

  keep(tensor: Tensor): HeldValue {
    return this.prefill.keep(tensor);
  }

  resized(value: HeldValue, positions: number): Promise<HeldValue> {
    return this.prefill.resized(value, positions);
  }

  async dispose(): Promise<void> {
    await this.prefill.dispose();
    await this.decode.dispose();
  }
}
