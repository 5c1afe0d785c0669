// SPDX-License-Identifier: Apache-2.0
import type { HeldValue, OnnxSession, RunOptions, Tensor, TensorType } from './session';

/** A session that frees its memory on request; the next run opens it again. */
export class RestingSession implements OnnxSession {
  private current: Promise<OnnxSession> | undefined;
  private disposed = false;

  private constructor(
    private readonly first: OnnxSession,
    private readonly open: () => Promise<OnnxSession>,
  ) {
    this.current = Promise.resolve(first);
  }

  /** @param open is called now, and for the first run after each rest; its errors are passed on. */
  static async open(open: () => Promise<OnnxSession>): Promise<RestingSession> {
    return new RestingSession(await open(), open);
  }

  get inputs() {
    return this.first.inputs;
  }

  get outputs() {
    return this.first.outputs;
  }

  get writesInPlace() {
    return this.first.writesInPlace;
  }

  /** Frees the memory once the runs in progress are done. */
  async rest(): Promise<void> {
    const { current } = this;
    this.current = undefined;
    await (await current)?.dispose();
  }

  async run(
    feeds: Readonly<Record<string, Tensor | HeldValue>>,
    options?: RunOptions,
  ): Promise<Record<string, Tensor>> {
    if (this.disposed) return this.first.run(feeds, options); // it reports that the session is closed
    this.current ??= this.open();
    const opening = this.current;
    const session = await opening.catch((error: unknown) => {
      if (this.current === opening) this.current = undefined; // the next run tries again
      throw error;
    });
    return session.run(feeds, options);
  }

  // Values belong to the runtime: those made by a resting session stay valid.
  hold(type: TensorType, shape?: readonly number[]): HeldValue {
    return this.first.hold(type, shape);
  }

  keep(tensor: Tensor): HeldValue {
    return this.first.keep(tensor);
  }

  resized(value: HeldValue, positions: number): Promise<HeldValue> {
    return this.first.resized(value, positions);
  }

  dispose(): Promise<void> {
    this.disposed = true;
    return this.rest();
  }
}
