import type { HeldValue, OnnxSession, RunOptions, Tensor, TensorType } from './session';

/** A decoder in two sessions: one reads prompts, the other writes, a token at a time. They share keys and values. */
export class PairedSession implements OnnxSession {
  constructor(
    private readonly reader: OnnxSession,
    private readonly writer: OnnxSession,
  ) {}

  get inputs() {
    return this.reader.inputs;
  }

  get outputs() {
    return this.reader.outputs;
  }

  get writesInPlace() {
    return this.reader.writesInPlace;
  }

  /** A token whose logits are wanted is written; one that only some layers read asks for none. */
  run(feeds: Readonly<Record<string, Tensor | HeldValue>>, options: RunOptions = {}): Promise<Record<string, Tensor>> {
    const isToken = feeds['inputs_embeds']?.shape?.[1] === 1 && 'logits' in (options.into ?? {});
    return (isToken ? this.writer : this.reader).run(feeds, options);
  }

  hold(type: TensorType, shape?: readonly number[]): HeldValue {
    return this.reader.hold(type, shape);
  }

  keep(tensor: Tensor): HeldValue {
    return this.reader.keep(tensor);
  }

  resized(value: HeldValue, positions: number): Promise<HeldValue> {
    return this.reader.resized(value, positions);
  }

  async dispose(): Promise<void> {
    await this.reader.dispose();
    await this.writer.dispose();
  }
}
