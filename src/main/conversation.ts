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

/** How often a growing answer is saved. */
const SAVE_EVERY_MS = 500;

/** "Again" at temperature 0 would give the same words: then it draws at this one, with a new seed. */
const AGAIN_TEMPERATURE = 0.7;

type Question = Extract<Message, { role: 'user' }>;
type Answer = Extract<Message, { role: 'assistant' }>;
type AskRequest = EngineRequest<'ask'>;

/** A question as it is asked; one that is asked again keeps its time. */
type Asked = Pick<Question, 'id' | 'text' | 'placement'> & { createdAt?: number };

/** A question on its way. */
interface Run {
  readonly project: string;
  readonly abort: AbortController;
  /** The answer as far as it is written; undefined until the question is accepted. */
  grown?: Answer;
  /** What the question and its answer took the place of. */
  replaced?: readonly Message[];
  /** What becomes of it is of no interest any more. */
  dropped?: boolean;
}

/** Asking, one question at a time. Question and answer are in the library before and while the model works. */
export class Conversation {
  #running: Run | undefined;

  constructor(
    private readonly library: Library,
    private readonly engine: EngineSupervisor,
    private readonly project: CurrentProject,
  ) {
    project.onLeave = () => this.leave();
  }

  /** Token use of the tray with this question; null while no model is loaded. @throws where it cannot be composed yet. */
  async measure({ text, placement, instead }: Request<'conversation.measure'>): Promise<Budget | null> {
    if (this.engine.status.state !== 'ready') return null;
    const messages = this.library.messages(this.project.id);
    return this.engine.call('measure', this.#composition(messagesBefore(messages, instead), text, placement));
  }

  /** The question with the tray, and what was said before. */
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

  /** Stops the answer under way, if any; what it has said so far is kept. */
  stop(): void {
    this.#running?.abort.abort();
  }

  /** The same as the project is left: messages that an unfinished answer was to replace come back. */
  leave(): void {
    const run = this.#running;
    if (run?.replaced && !run.dropped) {
      this.#giveBack(run, run.replaced);
      run.dropped = true;
    }
    this.stop();
  }

  /** The same at once, before messages are taken away: nothing of the answer is saved after this. */
  drop(): void {
    const run = this.#running;
    if (!run || run.dropped) return;
    if (run.grown) this.library.saveMessage(run.project, { ...run.grown, status: 'stopped' });
    this.library.settleReplaced();
    run.dropped = true;
    run.abort.abort();
  }

  /**
   * @param question.anyway also where more memory is needed than is free.
   * @param question.instead the question it takes the place of, once it is accepted.
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

  /** Answers the last question once more. Its answer gives way when there is a new one. */
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

  /** Brings messages back; those that then make way come back with the next, and so on. */
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

  /** What was asked is no draft any more, unless it was changed since. What stood in the composer before comes back. */
  #forgetDraft(project: string, asked: string): void {
    const { text, editing } = this.library.draft(project);
    if (text === asked) this.library.setDraft(project, { text: editing?.draft ?? '', editing: null });
  }

  /** Saves the question, and an answer that is to grow. */
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
   * What cannot run is refused before anything is saved, so that the question stays in the composer. After that nothing
   * is thrown: an answer that fails is a message that says so.
   */
  async #answer(run: Run, asked: Asked, request: AskRequest, emit: (event: AnswerEvent) => void): Promise<Answer> {
    let savedAt = 0;
    const onEvent = (event: EventOf<'ask'>): void => {
      if (event.type === 'device') return this.engine.fellBack(event.model);
      if (run.dropped) return;
      if (event.type === 'accepted') {
        if (run.abort.signal.aborted) return; // it was stopped before: nothing of it is left
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
