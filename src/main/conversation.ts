// SPDX-License-Identifier: Apache-2.0
import { randomUUID } from 'node:crypto';
import {
  cancelled,
  say,
  throwIfCancelled,
  toErrorInfo,
  ZoetropeError,
  type Answer as LocalAnswer,
  type AnswerEvent,
  type Budget,
  type Composition,
  type EventOf,
  type Message,
  type OtherSettings,
  type Part,
  type Placement,
  type Progress,
  type Replayed,
  type Request,
  type Sampling,
  type ServerAnswer,
  type ServerModelRef,
  type Settings,
} from '../contract';
import type { Library } from '../library';
import { messagesBefore } from '../sequence';
import {
  answeredIn,
  answerIn,
  emptyAnswer,
  exchanged,
  withChange,
  type Answer,
  type Question,
} from './answer-messages';
import { Composing } from './composing';
import type { CurrentProject, Reversal } from './current-project';
import type { EngineSupervisor } from './engine-supervisor';
import { logError } from './log';
import { compareReplay } from './replay';
import type { Servers } from './servers';

/** Milliseconds between two saves of an answer in progress. */
const SAVE_EVERY_MS = 500;

/** At temperature 0, asking again would give the same answer. So this temperature and a new seed are used. */
const AGAIN_TEMPERATURE = 0.7;

/** Which model answers, and how. */
interface How {
  /** A model of a server; null: the local model. */
  model: ServerModelRef | null;
  sampling: Sampling;
  /** Ask even if more memory is needed than is free. Only the local model needs memory. */
  anyway: boolean;
}

/** A question to be asked, and the message that it follows; or a question that is asked again. */
type Asked = { text: string; placement: Placement; parent: string | null; isVersion: boolean } | { again: Question };

/** A question in progress. */
interface Run {
  readonly project: string;
  readonly conversation: string;
  readonly abort: AbortController;
  /** The answer so far. Undefined until the question is accepted. */
  grown?: Answer;
  /** The text of a new question. */
  asked?: string;
  /** Whether there is an earlier version of the question or of its answer. */
  isVersion?: boolean;
  /** Whether the result is to be discarded. */
  dropped?: boolean;
  /** Whether the answer is written beside another one. */
  readonly beside?: boolean;
}

/** Asks questions, one at a time. The question and its growing answer are saved while the model works. */
export class Conversation {
  readonly #composing: Composing;
  #running: Run | undefined;

  constructor(
    private readonly library: Library,
    private readonly engine: EngineSupervisor,
    servers: Servers,
    private readonly project: CurrentProject,
  ) {
    this.#composing = new Composing(library, servers, project);
    project.onLeave = () => this.stop();
  }

  /**
   * Tokens needed by the tray and this question, for the project's model. A server is not contacted. Null while no
   * model is loaded. @throws if the question cannot be composed yet.
   */
  async measure({ text, placement, instead }: Request<'conversation.measure'>): Promise<Budget | null> {
    const model = this.library.conversations.model(this.project.id);
    if (!model && this.engine.status.state !== 'ready') return null;
    const messages = this.library.messages(this.project.id);
    const composition = this.#composing.question(messagesBefore(messages, instead), text, placement);
    if (!model) return this.engine.call('measure', composition);
    const { sampling } = this.library.settings();
    return this.engine.call('server.measure', await this.#composing.toServer(model, composition, sampling));
  }

  /** Stops the answer in progress, if any. Its text so far is kept. */
  stop(): void {
    this.#running?.abort.abort();
  }

  /** Stops the answer at once, before messages are deleted or the app ends. Nothing of it is saved after this call. */
  drop(): void {
    const run = this.#running;
    if (!run || run.dropped) return;
    const isEmptyVersion = run.isVersion && run.grown?.text === '';
    if (run.grown && !(isEmptyVersion && this.library.conversations.discardVersion(run.project, run.grown.id)))
      this.#save(run, withChange(run.grown, run.beside, { status: 'stopped' }));
    run.dropped = true;
    run.abort.abort();
  }

  /**
   * Asks a question.
   * @param question.anyway ask even if more memory is needed than is free.
   * @param question.instead the question that this one is a new version of.
   */
  ask(
    { text, placement, anyway = false, instead }: Request<'conversation.ask'>,
    emit: (event: AnswerEvent) => void,
    signal: AbortSignal,
  ): Promise<Message> {
    const { sampling } = this.library.settings();
    const messages = this.library.messages(this.project.id);
    const before = messagesBefore(messages, instead);
    const isVersion = messages.some(({ id }) => id === instead);
    return this.#run(
      { text, placement, parent: before.at(-1)?.id ?? null, isVersion },
      before,
      { model: this.library.conversations.model(this.project.id), sampling, anyway },
      emit,
      signal,
    );
  }

  /** Asks the question of an answer again, of the last one if none is given. The new answer is a version of it. */
  regenerate(
    { answer, anyway = false }: Request<'conversation.regenerate'>,
    emit: (event: AnswerEvent) => void,
    signal: AbortSignal,
  ): Promise<Message> {
    const messages = this.library.messages(this.project.id);
    const end = messages.findIndex(({ id }) => id === answer);
    const before = answer === undefined ? messages : messages.slice(0, Math.max(end, 0));
    const at = before.findLastIndex((message) => message.role === 'user');
    const question = before[at];
    if (question?.role !== 'user')
      throw new ZoetropeError('bad-request', say`There is no question to answer again.`, say`Ask a question first.`);
    const { sampling } = this.library.settings();
    const drawn = sampling.temperature > 0 ? sampling.temperature : AGAIN_TEMPERATURE;
    const again = { ...sampling, temperature: drawn, seed: Math.floor(Math.random() * 2 ** 32) };
    const model = this.library.conversations.model(this.project.id);
    return this.#run({ again: question }, messages.slice(0, at), { model, sampling: again, anyway }, emit, signal);
  }

  /** Asks the question of an answer of another model or with other settings, and saves its answer beside the first. */
  async compare(
    { message: id, model, settings, anyway = false }: Request<'conversation.compare'>,
    emit: (event: AnswerEvent) => void,
    signal: AbortSignal,
  ): Promise<Message> {
    const { question, answer, history } = answeredIn(this.library.messages(this.project.id), id);
    const { receipt } = answer;
    const other = settings && this.#settings(settings);
    const composition = this.#composing.again(history, question, receipt, other);
    const { sampling } = other ?? receipt ?? this.library.settings();
    return this.#alone(signal, { beside: true }, async (run) => {
      const accept = (): { question: Question; answer: Answer } => {
        run.grown = { ...answer, beside: emptyAnswer() };
        this.#save(run, run.grown);
        return { question, answer: run.grown };
      };
      const finished = await this.#answer(run, { composition, model, sampling, anyway }, accept, emit);
      if (run.dropped) throw cancelled();
      this.#save(run, finished);
      return finished;
    });
  }

  /** The present settings, or those with a preset's in their place. */
  #settings(which: OtherSettings): Settings {
    const settings = this.library.settings();
    if (which === 'present') return settings;
    return { ...settings, ...settings.presets.find(({ name }) => name === which.preset) };
  }

  /** Asks again what a receipt says, and compares the answers. Nothing is saved. */
  replay(
    { message: id, beside }: Request<'receipt.replay'>,
    emit: (progress: Progress) => void,
    signal: AbortSignal,
  ): Promise<Replayed> {
    const { question, answer, history } = answeredIn(this.library.messages(this.project.id), id);
    const given = answerIn(answer, beside);
    const receipt = given?.receipt;
    if (!receipt || 'server' in receipt)
      throw new ZoetropeError(
        'bad-request',
        say`Only answers of a model inside Zoetrope can be replayed.`,
        say`Ask again instead.`,
      );
    const { status } = this.engine;
    if (status.state !== 'ready' || status.model.fingerprint !== receipt.model.fingerprint)
      return Promise.resolve({ differs: 'model' });
    return this.#alone(signal, {}, async (run) => {
      const composition = this.#composing.again(history, question, receipt);
      // A stopped answer is replayed as far as it went.
      const maxNewTokens = receipt.finish === 'cancelled' ? Math.max(1, receipt.tokens.generated) : undefined;
      const sampling = { ...receipt.sampling, ...(maxNewTokens && { maxNewTokens }) };
      const onEvent = (event: EventOf<'ask'>): void => {
        if (event.type === 'device') this.engine.fellBack(event.model);
        else if (event.type === 'progress') emit(event.progress);
      };
      const again = await this.engine.call('ask', { composition, sampling, anyway: false }, onEvent, run.abort.signal);
      throwIfCancelled(run.abort.signal);
      return compareReplay({ text: given.text, receipt }, again);
    });
  }

  /** Exchanges an answer and the one beside it. @throws bad-request if there is none, or while one is written. */
  prefer(id: string): Message {
    this.#checkIdle();
    const message = exchanged(answeredIn(this.library.messages(this.project.id), id).answer);
    this.library.saveMessage(this.project.id, message);
    return message;
  }

  /** Removes the answer beside an answer. @returns the reversal that restores it. */
  dropBeside(id: string): Reversal {
    if (this.#running?.grown?.id === id) this.drop();
    const project = this.project.id;
    const { answer } = answeredIn(this.library.messages(this.project.id), id);
    const { beside, ...alone } = answer;
    this.library.saveMessage(project, alone);
    return () => {
      const now = this.library.messages(project).find((message) => message.id === id);
      if (now?.role === 'assistant' && beside) this.library.saveMessage(project, { ...now, beside });
      return () => this.dropBeside(id);
    };
  }

  #checkIdle(): void {
    if (this.#running)
      throw new ZoetropeError(
        'bad-request',
        say`An answer is still being written.`,
        say`Stop it first, or wait for it to end.`,
      );
  }

  /** Runs a job while no other answer is written. */
  async #alone<T>(signal: AbortSignal, options: Pick<Run, 'beside'>, job: (run: Run) => Promise<T>): Promise<T> {
    this.#checkIdle();
    const project = this.project.id;
    const conversation = this.library.conversations.current(project);
    const run: Run = { project, conversation, abort: new AbortController(), ...options };
    this.#running = run;
    signal.addEventListener('abort', () => run.abort.abort(), { once: true });
    if (signal.aborted) run.abort.abort();
    try {
      return await job(run);
    } finally {
      this.#running = undefined;
    }
  }

  #run(
    asked: Asked,
    history: readonly Message[],
    how: How,
    emit: (event: AnswerEvent) => void,
    signal: AbortSignal,
  ): Promise<Message> {
    return this.#alone(signal, {}, async (run) => {
      const { text, placement } = 'again' in asked ? asked.again : asked;
      const composition = this.#composing.question(history, text, placement);
      const accept = (parts: Part[]) => this.#accept(run, asked, parts);
      const finished = await this.#answer(run, { composition, ...how }, accept, emit);
      if (run.dropped) throw cancelled();
      if (run.isVersion && finished.text === '' && finished.status !== 'done') {
        this.library.conversations.discardVersion(run.project, finished.id);
        throw finished.error ? ZoetropeError.from(finished.error) : cancelled();
      }
      this.#save(run, finished);
      if (run.asked !== undefined) this.library.conversations.forgetDraft(run.conversation, run.asked);
      return finished;
    });
  }

  #save({ project, conversation }: Run, message: Message): void {
    this.library.conversations.save(project, conversation, message);
  }

  /** Saves the question and an empty answer. A new version of a question keeps its draft until there are words. */
  #accept(run: Run, asked: Asked, parts: Part[]): { question: Question; answer: Answer } {
    const { project, conversation } = run;
    const answer: Answer = { id: randomUUID(), role: 'assistant', ...emptyAnswer() };
    run.grown = answer;
    if ('again' in asked) {
      run.isVersion = true;
      this.library.conversations.add(project, conversation, [answer], asked.again.id);
      return { question: asked.again, answer };
    }
    const { text, placement, parent, isVersion } = asked;
    const question: Question = { id: randomUUID(), role: 'user', createdAt: Date.now(), text, placement, parts };
    run.isVersion = isVersion;
    run.asked = text;
    this.library.conversations.add(project, conversation, [question, answer], parent);
    if (!isVersion) this.library.conversations.forgetDraft(conversation, text);
    return { question, answer };
  }

  /**
   * Runs a question. If it cannot run, this throws before anything is saved, so that the question stays in the
   * composer. After that it does not throw: a failed answer is a message with the error.
   * @param accept saves the question and an empty answer.
   */
  async #answer(
    run: Run,
    request: How & { composition: Composition },
    accept: (parts: Part[]) => { question: Question; answer: Answer },
    emit: (event: AnswerEvent) => void,
  ): Promise<Answer> {
    let savedAt = 0;
    const onEvent = (event: EventOf<'ask'> | EventOf<'server.ask'>): void => {
      if (event.type === 'device') return this.engine.fellBack(event.model);
      if (run.dropped) return;
      if (event.type === 'accepted') {
        if (run.abort.signal.aborted) return; // it was stopped before it was accepted, so nothing is saved
        const accepted = accept(event.parts);
        const versions = this.library.conversations.versions(run.conversation);
        const conversations = this.library.conversations.list(run.project);
        emit({ type: 'started', ...accepted, versions, conversations });
        savedAt = Date.now();
        return;
      }
      if (!run.grown) return;
      if (event.type === 'text') {
        const { text } = answerIn(run.grown, run.beside)!;
        if (text === '' && run.asked !== undefined) this.library.conversations.forgetDraft(run.conversation, run.asked);
        run.grown = withChange(run.grown, run.beside, { text: text + event.delta });
        if (Date.now() - savedAt > SAVE_EVERY_MS) {
          this.#save(run, run.grown);
          savedAt = Date.now();
        }
      }
      emit(event);
    };
    try {
      const { text, receipt } = await this.#ask(request, onEvent, run.abort.signal);
      if (!run.grown) throw cancelled();
      return withChange(run.grown, run.beside, {
        text,
        receipt,
        status: receipt.finish === 'cancelled' ? 'stopped' : 'done',
      });
    } catch (thrown) {
      if (!run.grown) throw thrown;
      const error = toErrorInfo(thrown);
      if (error.code === 'cancelled') return withChange(run.grown, run.beside, { status: 'stopped' });
      logError('conversation.ask', error);
      return withChange(run.grown, run.beside, { status: 'failed', error });
    }
  }

  async #ask(
    { model, composition, sampling, anyway }: How & { composition: Composition },
    onEvent: (event: EventOf<'ask'> | EventOf<'server.ask'>) => void,
    signal: AbortSignal,
  ): Promise<LocalAnswer | ServerAnswer> {
    if (!model) return this.engine.call('ask', { composition, sampling, anyway }, onEvent, signal);
    return this.engine.call(
      'server.ask',
      await this.#composing.toServer(model, composition, sampling),
      onEvent,
      signal,
    );
  }
}
