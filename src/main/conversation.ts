// SPDX-License-Identifier: Apache-2.0
import { randomUUID } from 'node:crypto';
import {
  cancelled,
  say,
  toErrorInfo,
  ZoetropeError,
  type AnswerEvent,
  type Budget,
  type Composition,
  type EngineRequest,
  type EventOf,
  type Message,
  type Part,
  type Placement,
  type Request,
} from '../contract';
import type { Library } from '../library';
import { answeredTurns, messagesBefore } from '../sequence';
import { sourceFile, type CurrentProject, type Reversal } from './current-project';
import type { EngineSupervisor } from './engine-supervisor';
import { logError } from './log';

/** Milliseconds between two saves of an answer in progress. */
const SAVE_EVERY_MS = 500;

/** At temperature 0, asking again would give the same answer. So this temperature and a new seed are used. */
const AGAIN_TEMPERATURE = 0.7;

type Question = Extract<Message, { role: 'user' }>;
type Answer = Extract<Message, { role: 'assistant' }>;
type AskRequest = EngineRequest<'ask'>;

/** A question to be asked. A question that is asked again keeps its time. */
type Asked = Pick<Question, 'id' | 'text' | 'placement'> & { createdAt?: number };

/** A question in progress. */
interface Run {
  readonly project: string;
  readonly abort: AbortController;
  /** The answer so far. Undefined until the question is accepted. */
  grown?: Answer;
  /** The messages that the question and its answer have replaced. */
  replaced?: readonly Message[];
  /** Whether the result is to be discarded. */
  dropped?: boolean;
}

/** Asks questions, one at a time. The question and its growing answer are saved while the model works. */
export class Conversation {
  #running: Run | undefined;

  constructor(
    private readonly library: Library,
    private readonly engine: EngineSupervisor,
    private readonly project: CurrentProject,
  ) {
    project.onLeave = () => this.leave();
  }

  /**
   * Tokens needed by the tray and this question. Null while no model is loaded. @throws if the question cannot be
   * composed yet.
   */
  async measure({ text, placement, instead }: Request<'conversation.measure'>): Promise<Budget | null> {
    if (this.engine.status.state !== 'ready') return null;
    const messages = this.library.messages(this.project.id);
    return this.engine.call('measure', this.#composition(messagesBefore(messages, instead), text, placement));
  }

  /** The question with the tray and the earlier messages. */
  #composition(history: readonly Message[], text: string, placement: Placement): Composition {
    const project = this.project.id;
    const { frameTimes, segmentLabels } = this.library.settings();
    const setups = this.library.videoSetups(project);
    const spoken = this.library.sources(project).flatMap((source) => {
      const choice = setups[source.id]?.subtitles;
      if (!choice?.sent) return [];
      return [{ source: sourceFile(this.library, source), track: choice.track, encoding: choice.encoding }];
    });
    return {
      history: answeredTurns(history),
      items: this.library.tray(project),
      text,
      placement,
      captions: { frameTimes, segmentLabels, subtitles: spoken },
    };
  }

  /** Stops the answer in progress, if any. Its text so far is kept. */
  stop(): void {
    this.#running?.abort.abort();
  }

  /** Stops the answer because the project is left. Messages that the unfinished answer was to replace are restored. */
  leave(): void {
    const run = this.#running;
    if (run?.replaced && !run.dropped) {
      this.#giveBack(run, run.replaced);
      run.dropped = true;
    }
    this.stop();
  }

  /** Stops the answer at once, before messages are deleted. Nothing of it is saved after this call. */
  drop(): void {
    const run = this.#running;
    if (!run || run.dropped) return;
    if (run.grown) this.library.saveMessage(run.project, { ...run.grown, status: 'stopped' });
    this.library.settleReplaced();
    run.dropped = true;
    run.abort.abort();
  }

  /**
   * Asks a question.
   * @param question.anyway ask even if more memory is needed than is free.
   * @param question.instead the question that is replaced once the new one is accepted.
   */
  ask(
    { text, placement, anyway = false, instead }: Request<'conversation.ask'>,
    emit: (event: AnswerEvent) => void,
    signal: AbortSignal,
  ): Promise<Message> {
    const { sampling } = this.library.settings();
    const messages = this.library.messages(this.project.id);
    const known = messages.some(({ id }) => id === instead);
    return this.#run(
      { id: known && instead ? instead : randomUUID(), text, placement },
      messagesBefore(messages, instead),
      { sampling, anyway },
      emit,
      signal,
    );
  }

  /** Asks the last question again. The old answer is replaced once there is a new one. */
  regenerate(anyway: boolean, emit: (event: AnswerEvent) => void, signal: AbortSignal): Promise<Message> {
    const messages = this.library.messages(this.project.id);
    const at = messages.findLastIndex((message) => message.role === 'user');
    const question = messages[at];
    if (question?.role !== 'user')
      throw new ZoetropeError('bad-request', say`There is no question to answer again.`, say`Ask a question first.`);
    const { sampling } = this.library.settings();
    const drawn = sampling.temperature > 0 ? sampling.temperature : AGAIN_TEMPERATURE;
    const again = { ...sampling, temperature: drawn, seed: Math.floor(Math.random() * 2 ** 32) };
    return this.#run(question, messages.slice(0, at), { sampling: again, anyway }, emit, signal);
  }

  async #run(
    asked: Asked,
    history: readonly Message[],
    how: Pick<AskRequest, 'sampling' | 'anyway'>,
    emit: (event: AnswerEvent) => void,
    signal: AbortSignal,
  ): Promise<Message> {
    if (this.#running)
      throw new ZoetropeError(
        'bad-request',
        say`An answer is still being written.`,
        say`Stop it first, or wait for it to end.`,
      );
    const project = this.project.id;
    const run: Run = { project, abort: new AbortController() };
    this.#running = run;
    signal.addEventListener('abort', () => run.abort.abort(), { once: true });
    if (signal.aborted) run.abort.abort();
    try {
      const composition = this.#composition(history, asked.text, asked.placement);
      const finished = await this.#answer(run, asked, { composition, ...how }, emit);
      if (run.dropped) throw cancelled();
      if (run.replaced && (finished.status === 'failed' || finished.text === '')) {
        this.#giveBack(run, run.replaced);
        throw finished.error ? ZoetropeError.from(finished.error) : cancelled();
      }
      this.library.saveMessage(project, finished);
      if (run.replaced) this.#forgetDraft(project, asked.text);
      this.library.settleReplaced();
      return finished;
    } finally {
      this.#running = undefined;
    }
  }

  /**
   * Returns a reversal that restores messages. Calling it returns the reversal that restores the messages replaced by
   * it.
   */
  #exchange(project: string, messages: readonly Message[]): Reversal {
    return () => {
      this.drop();
      return this.#exchange(project, this.library.replaceMessages(project, messages));
    };
  }

  #giveBack({ project, grown }: Run, replaced: readonly Message[]): void {
    this.library.replaceMessages(project, replaced);
    this.library.settleReplaced();
    if (grown) this.project.forgetEdit(grown.id);
  }

  /**
   * Clears the draft after it was asked, unless it was changed meanwhile. The text that was in the composer before is
   * restored.
   */
  #forgetDraft(project: string, asked: string): void {
    const { text, editing } = this.library.draft(project);
    if (text === asked) this.library.setDraft(project, { text: editing?.draft ?? '', editing: null });
  }

  /** Saves the question and an empty answer. */
  #accept(run: Run, { id, createdAt, text, placement }: Asked, parts: Part[]): { question: Question; answer: Answer } {
    const { project } = run;
    const now = Date.now();
    const question: Question = { id, role: 'user', createdAt: createdAt ?? now, text, placement, parts };
    const answer: Answer = {
      id: randomUUID(),
      role: 'assistant',
      createdAt: now,
      text: '',
      status: 'streaming',
      error: null,
      receipt: null,
    };
    const replaced = this.library.replaceMessages(project, [question, answer], true);
    if (replaced.length > 0) {
      run.replaced = replaced;
      this.project.rememberEdit(answer.id, this.#exchange(project, replaced));
    } else this.#forgetDraft(project, text);
    run.grown = answer;
    return { question, answer };
  }

  /**
   * Runs a question. If it cannot run, this throws before anything is saved, so that the question stays in the
   * composer. After that it does not throw: a failed answer is a message with the error.
   */
  async #answer(run: Run, asked: Asked, request: AskRequest, emit: (event: AnswerEvent) => void): Promise<Answer> {
    let savedAt = 0;
    const onEvent = (event: EventOf<'ask'>): void => {
      if (event.type === 'device') return this.engine.fellBack(event.model);
      if (run.dropped) return;
      if (event.type === 'accepted') {
        if (run.abort.signal.aborted) return; // it was stopped before it was accepted, so nothing is saved
        emit({ type: 'started', ...this.#accept(run, asked, event.parts) });
        savedAt = Date.now();
        return;
      }
      if (!run.grown) return;
      if (event.type === 'text') {
        run.grown = { ...run.grown, text: run.grown.text + event.delta };
        if (Date.now() - savedAt > SAVE_EVERY_MS) {
          this.library.saveMessage(run.project, run.grown);
          savedAt = Date.now();
        }
      }
      emit(event);
    };
    try {
      const { text, receipt } = await this.engine.call('ask', request, onEvent, run.abort.signal);
      if (!run.grown) throw cancelled();
      return { ...run.grown, text, receipt, status: receipt.finish === 'cancelled' ? 'stopped' : 'done' };
    } catch (thrown) {
      if (!run.grown) throw thrown;
      const error = toErrorInfo(thrown);
      if (error.code === 'cancelled') return { ...run.grown, status: 'stopped' };
      logError('conversation.ask', error);
      return { ...run.grown, status: 'failed', error };
    }
  }
}
