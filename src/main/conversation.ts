import { randomUUID } from 'node:crypto';
import {
  cancelled,
  say,
  throwIfCancelled,
  toErrorInfo,
  ZoetropeError,
  type AnswerEvent,
  type AskRequest,
  type Budget,
  type Message,
  type Placement,
  type Request,
} from '../contract';
import type { Library } from '../library';
import { checkBudget, conversationTurns, messagesBefore } from '../sequence';
import type { CurrentProject } from './current-project';
import type { EngineSupervisor } from './engine-supervisor';
import type { FrameWriter } from './frame-words';
import { logError } from './log';

/** How often a growing answer is saved. */
const SAVE_EVERY_MS = 500;

/** "Again" at temperature 0 would give the same words: then it draws at this one, with a new seed. */
const AGAIN_TEMPERATURE = 0.7;

type Question = Extract<Message, { role: 'user' }>;
type Answer = Extract<Message, { role: 'assistant' }>;

/** Messages that made way for a new question and answer, from the question on. */
interface Replaced {
  project: string;
  messages: readonly Message[];
}

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
    private readonly words: FrameWriter,
  ) {
    project.onLeave = () => this.leave();
  }

  /** Token use of the tray with this question; null while no model is loaded or the question cannot be composed yet. */
  async measure({ text, placement, instead }: Request<'conversation.measure'>): Promise<Budget | null> {
    if (this.engine.status.state !== 'ready') return null;
    const project = this.project.id;
    const { turns } = conversationTurns(
      messagesBefore(this.library.messages(project), instead),
      this.library.tray(project),
      text,
      placement,
    );
    // Subtitles that cannot be read are told of when the question is asked.
    const written = await this.words.write(project, turns).catch(() => ({ turns }));
    return this.engine.call('measure', { turns: written.turns });
  }

  /** Stops the answer under way, if any; what it has said so far is kept. */
  stop(): void {
    this.#running?.abort.abort();
  }

  /** The same as the project is left: messages that an unfinished answer was to replace come back. */
  leave(): void {
    const run = this.#running;
    if (run?.replaced && !run.dropped) {
      this.#giveBack(run.project, run.replaced);
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
      throw new ZoetropeError('bad-request', say`There is no question to answer again.`, say`Ask one.`);
    const { sampling } = this.library.settings();
    const drawn = sampling.temperature > 0 ? sampling.temperature : AGAIN_TEMPERATURE;
    const again = { ...sampling, temperature: drawn, seed: Math.floor(Math.random() * 2 ** 32) };
    return this.#run(question, messages.slice(0, at), { sampling: again, anyway }, emit, signal);
  }

  async #run(
    asked: { id: string; text: string; placement: Placement; createdAt?: number },
    history: readonly Message[],
    how: Omit<AskRequest, 'turns'>,
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
      const { turns: plain, parts } = conversationTurns(
        history,
        this.library.tray(project),
        asked.text,
        asked.placement,
      );
      const { turns, subtitles } = await this.words.write(project, plain);
      // What cannot run is refused before anything is saved, so that the question stays in the composer.
      const budget = await this.engine.call('measure', { turns }, undefined, run.abort.signal);
      if (budget) checkBudget(budget, how.anyway);
      throwIfCancelled(run.abort.signal);

      const question: Question = {
        id: asked.id,
        role: 'user',
        createdAt: asked.createdAt ?? Date.now(),
        text: asked.text,
        placement: asked.placement,
        parts,
      };
      const answer: Answer = {
        id: randomUUID(),
        role: 'assistant',
        createdAt: Date.now(),
        text: '',
        status: 'streaming',
        error: null,
        receipt: null,
      };
      const replaced = this.library.replaceMessages(project, [question, answer], true);
      if (replaced.length > 0) {
        run.replaced = replaced;
        this.#canBeBack({ project, messages: replaced });
      } else this.#forgetDraft(project, asked.text);
      run.grown = answer;
      emit({ type: 'started', question, answer });
      const finished = await this.#answer(
        run,
        answer,
        { turns, ...(subtitles.length > 0 && { subtitles }), ...how },
        emit,
      );
      if (run.dropped) throw cancelled();
      if (run.replaced && (finished.status === 'failed' || finished.text === '')) {
        this.#giveBack(project, run.replaced);
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

  /** `project.putBack` brings these messages back; those that then make way come back with the next, and so on. */
  #canBeBack({ project, messages }: Replaced): void {
    this.project.takenAway(() => {
      this.drop();
      const replaced = this.library.replaceMessages(project, messages);
      if (replaced.length > 0) this.#canBeBack({ project, messages: replaced });
    });
  }

  #giveBack(project: string, replaced: readonly Message[]): void {
    this.library.replaceMessages(project, replaced);
    this.library.settleReplaced();
    this.project.takenAway(undefined);
  }

  /** What was asked is no draft any more, unless it was changed since. What stood in the composer before comes back. */
  #forgetDraft(project: string, asked: string): void {
    const { text, editing } = this.library.draft(project);
    if (text === asked) this.library.setDraft(project, { text: editing?.draft ?? '', editing: null });
  }

  /** Never throws: an answer that fails is a message that says so. */
  async #answer(run: Run, blank: Answer, request: AskRequest, emit: (event: AnswerEvent) => void): Promise<Answer> {
    let grown = blank;
    let savedAt = Date.now();
    try {
      const { text, receipt } = await this.engine.call(
        'ask',
        request,
        (event) => {
          if (event.type === 'device') return this.engine.fellBack(event.model);
          if (run.dropped) return;
          if (event.type === 'text') {
            run.grown = grown = { ...grown, text: grown.text + event.delta };
            if (Date.now() - savedAt > SAVE_EVERY_MS) {
              this.library.saveMessage(run.project, grown);
              savedAt = Date.now();
            }
          }
          emit(event);
        },
        run.abort.signal,
      );
      return { ...grown, text, receipt, status: receipt.finish === 'cancelled' ? 'stopped' : 'done' };
    } catch (thrown) {
      const error = toErrorInfo(thrown);
      if (error.code === 'cancelled') return { ...grown, status: 'stopped' };
      logError('conversation.ask', error);
      return { ...grown, status: 'failed', error };
    }
  }
}
