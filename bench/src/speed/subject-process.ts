// SPDX-License-Identifier: Apache-2.0
import { fork, type ChildProcess } from 'node:child_process';
import { say, throwIfCancelled, ZoetropeError } from '../../../src/contract';
import { endsWithUs } from '../../../src/lifetime';
import type { Subject, SubjectReply, SubjectRequest, Timed } from './subject';

/** How many characters of a failed process's output are reported. */
const TAIL = 2000;

type Unnumbered<R> = R extends unknown ? Omit<R, 'id'> : never;

/**
 * A subject in a process of its own, so that its memory is separate and its threads end with it. Call `end` when done.
 */
export class SubjectProcess {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, { resolve: (timed: Timed) => void; reject: (error: Error) => void }>();
  readonly #stop = (): void => void this.#child.kill('SIGKILL'); // a run in progress does not react to other signals
  #last = 0;
  #said = '';

  /** @param command the program and arguments of a process that calls `serveSubject`. */
  private constructor(
    readonly name: string,
    [file, ...args]: readonly [string, ...string[]],
    private readonly signal: AbortSignal | undefined,
  ) {
    this.#child = fork(file, args, {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      serialization: 'advanced',
      execArgv: [],
    }); // with no limit of ours
    endsWithUs(this.#child);
    for (const stream of [this.#child.stdout!, this.#child.stderr!]) {
      stream.on('data', (bytes: Buffer) => (this.#said = (this.#said + bytes.toString()).slice(-TAIL)));
    }
    this.#child.on('message', (reply: SubjectReply) => {
      const waiting = this.#waiting.get(reply.id);
      this.#waiting.delete(reply.id);
      if (reply.ok) waiting?.resolve(reply.timed);
      else waiting?.reject(this.#failure(reply.error));
      if (this.#waiting.size === 0) this.#rest();
    });
    this.#child.on('exit', (code, by) => {
      for (const { reject } of this.#waiting.values()) reject(this.#failure(`ended by ${by ?? code}`));
      this.#waiting.clear();
    });
    signal?.addEventListener('abort', this.#stop, { once: true });
  }

  /**
   * Starts a process and opens the subject in it.
   * @param adapter `OURS` or the file that exports `open`.
   * @throws ZoetropeError as `ask`.
   */
  static async open(
    name: string,
    command: readonly [string, ...string[]],
    adapter: string,
    settings: object,
    signal?: AbortSignal,
  ): Promise<SubjectProcess> {
    throwIfCancelled(signal);
    const subject = new SubjectProcess(name, command, signal);
    try {
      await subject.#send({ open: { adapter, settings } });
      return subject;
    } catch (error) {
      await subject.end();
      throw error;
    }
  }

  /** @throws ZoetropeError `internal` with the process's output; `cancelled`. */
  ask<K extends keyof Subject>(operation: K, ...args: Parameters<Subject[K]>): Promise<Timed<void>>;
  ask<T>(operation: string, ...args: unknown[]): Promise<Timed<T>>;
  ask(operation: string, ...args: unknown[]): Promise<Timed> {
    return this.#send({ operation, args });
  }

  async end(): Promise<void> {
    this.signal?.removeEventListener('abort', this.#stop);
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.kill('SIGKILL'); // a regular exit with gigabytes of memory takes long
    await ended;
  }

  #send(request: Unnumbered<SubjectRequest>): Promise<Timed> {
    throwIfCancelled(this.signal);
    return new Promise((resolve, reject) => {
      const id = ++this.#last;
      this.#waiting.set(id, { resolve, reject });
      this.#signal('SIGCONT');
      this.#child.send({ id, ...request });
    });
  }

  /** Stops the process while it is not measured: idle threads of some programs spin, and would slow the others down. */
  #rest(): void {
    this.#signal('SIGSTOP');
  }

  #signal(name: 'SIGSTOP' | 'SIGCONT'): void {
    if (process.platform !== 'win32') this.#child.kill(name);
  }

  #failure(detail: string): Error {
    try {
      throwIfCancelled(this.signal);
    } catch (error) {
      return error as Error;
    }
    return new ZoetropeError(
      'internal',
      say`${this.name} could not be measured.`,
      say`Try it alone, with --against.`,
      `${detail}\n${this.#said}`,
    );
  }
}
