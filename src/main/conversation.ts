// SPDX-License-Identifier: Apache-2.0
import { randomUUID } from 'node:crypto';
import {
  cancelled,
  pictureName,
  say,
  toErrorInfo,
  ZoetropeError,
  type Answer as LocalAnswer,
  type AnswerEvent,
  type Budget,
  type Composition,
  type EngineRequest,
  type EventOf,
  type Message,
  type Part,
  type Placement,
  type Request,
  type Sampling,
  type ServerAnswer,
  type ServerModelRef,
} from '../contract';
import type { Library } from '../library';
import { answeredTurns, itemsOf, messagesBefore } from '../sequence';
import {
  answeredIn,
  answerIn,
  emptyAnswer,
  exchanged,
  withChange,
  type Answer,
  type Question,
} from './answer-messages';
import { sourceFile, type CurrentProject, type Reversal } from './current-project';
import type { EngineSupervisor } from './engine-supervisor';
import { logError } from './log';
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
  #running: Run | undefined;

  constructor(
    private readonly library: Library,
    private readonly engine: EngineSupervisor,
    private readonly servers: Servers,
    private readonly project: CurrentProject,
  ) {
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
    const composition = this.#composition(messagesBefore(messages, instead), text, placement);
    if (!model) return this.engine.call('measure', composition);
    const { sampling } = this.library.settings();
    return this.engine.call('server.measure', await this.#toServer(model, composition, sampling));
  }

  /** The question with the tray and the earlier messages. */
  #composition(history: readonly Message[], text: string, placement: Placement): Composition {
    const project = this.project.id;
    const { frameTimes, segmentLabels, system } = this.library.settings();
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
      ...(system !== null && { system }),
      captions: { frameTimes, segmentLabels, subtitles: spoken },
    };
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

  /** Asks the question of an answer of another model, and saves its answer beside the first. */
  async compare(
    { message: id, model, anyway = false }: Request<'conversation.compare'>,
    emit: (event: AnswerEvent) => void,
    signal: AbortSignal,
  ): Promise<Message> {
    const { question, answer, history } = answeredIn(this.library.messages(this.project.id), id);
    const { receipt } = answer;
    const seen = new Set(receipt?.pictures.map(({ picture }) => pictureName(picture)));
    const before = history.flatMap((message) => (message.role === 'user' ? itemsOf(message.parts) : []));
    const items = receipt ? before.filter(({ picture }) => seen.has(pictureName(picture))) : before;
    const composition = {
      ...this.#composition(history, question.text, question.placement),
      items: [...items, ...itemsOf(question.parts)],
      asked: question.parts,
    };
    const { sampling } = receipt ?? this.library.settings();
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
      const composition = this.#composition(history, text, placement);
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

  /** A question as the engine receives it for a model of a server. @throws server-not-allowed; bad-request. */
  async #toServer(
    { server: id, model }: ServerModelRef,
    composition: Composition,
    sampling: Sampling,
  ): Promise<EngineRequest<'server.ask'>> {
    const server = this.servers.get(id);
    const { description, format } = server;
    return { access: await this.servers.access(server), model, description, format, composition, sampling };
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
    return this.engine.call('server.ask', await this.#toServer(model, composition, sampling), onEvent, signal);
  }
}
