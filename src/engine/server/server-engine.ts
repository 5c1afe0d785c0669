// SPDX-License-Identifier: Apache-2.0
import {
  EXACT,
  type PictureFormat,
  type SentPicture,
  type ServerAnswer,
  type ServerDescription,
  type ServerKind,
  type ServerModel,
  type Turn,
} from '../../contract';
import { LEAST_ANSWER_ROOM } from '../../sequence';
import type { JobOptions } from '../items';
import { unlessCancelled } from '../unless-cancelled';
import type { ServerAddress } from './address';
import type { ChatAnswer, OnWords } from './answer';
import { Connection, type ConnectionOptions } from './connection';
import { describe } from './describe';
import { TokenEstimates, type Measured, type TokenEstimate } from './estimates';
import { ServerError, takesNoPictures, tooLong, tooManyPictures } from './failure';
import { messagesOf, textBytes, type Message } from './messages';
import { checkOllama, ollamaBody, ollamaChat, type OllamaQuestion } from './ollama-chat';
import { openaiBody, openaiChat, type OpenaiQuestion } from './openai-chat';
import {
  encodePictures,
  fittedSize,
  itemsOfTurns,
  sentPictures,
  type EncodedPicture,
  type PictureSource,
} from './pictures';
import { Pool, type PoolOptions } from './pool';
import { ollamaSampling, openaiSampling, type ServerSampling } from './sampling';

/** A composed sequence, for one of the server's models. */
export interface ServerQuestion {
  model: string;
  /** As `Composer` makes them: captions written, pictures in their places. */
  turns: readonly Turn[];
  /** Default: none, so that the model's own stands. */
  system?: string | undefined;
  sampling: ServerSampling;
  /** Default: the very pixels. */
  format?: PictureFormat | undefined;
  /** Tokens of context that Ollama is to take memory for; default: what the question is estimated to need. */
  context?: number | undefined;
}

/** What a question takes of a server's model. Always an estimate: only the server can count. */
export interface ServerBudget extends TokenEstimate {
  /** Tokens of context; null where the server does not say. */
  limit: number | null;
  /** How many pictures of these sizes fit, beside the words and the least answer; null without a limit. */
  fit: number | null;
}

export interface ServerAskOptions extends JobOptions, OnWords {
  /** Who asks: groups take turns (see `Pool`). */
  group?: string | undefined;
}

export interface ServerEngineOptions extends ConnectionOptions, PoolOptions {
  /** What the server said of itself earlier. `measure` uses it until the server is asked again. */
  description?: ServerDescription | undefined;
  /** Default: empty. Given, they outlive this engine. */
  estimates?: TokenEstimates | undefined;
}

/** A prompt that takes a quarter more than estimated still fits what Ollama is asked for. */
const SLACK = 1.25;
const LEAST_CONTEXT = 4096;
/** Sizes of context are powers of two up to this, and multiples of it from there. */
const CONTEXT_STEP = 16_384;

/** Questions to one server. The counterpart of `Engine`, for models that run elsewhere. */
export class ServerEngine {
  readonly #connection: Connection;
  readonly #pictures: PictureSource;
  readonly #pool: Pool;
  readonly #estimates: TokenEstimates;
  /** By model, from refusals that named it. */
  readonly #mostPictures = new Map<string, number>();
  /** By model, what Ollama was asked for last. */
  readonly #contexts = new Map<string, number>();
  #description: Promise<ServerDescription> | undefined;
  /** The last description. */
  #remembered: ServerDescription | undefined;

  /** @throws bad-request for what is no address. */
  constructor(address: ServerAddress, pictures: PictureSource, options: ServerEngineOptions = {}) {
    this.#connection = new Connection(address, options);
    this.#pictures = pictures;
    this.#pool = new Pool(options);
    this.#estimates = options.estimates ?? new TokenEstimates();
    this.#remembered = options.description;
  }

  /** What answers, asked anew. @throws server-unreachable, not-a-server, server-denied; cancelled. */
  describe(signal?: AbortSignal): Promise<ServerDescription> {
    const asked = describe(this.#connection, signal);
    this.#description = asked;
    asked.then(
      (described) => (this.#remembered = described),
      () => {
        if (this.#description === asked) this.#description = undefined;
      },
    );
    return asked;
  }

  /** What a question will take, by what is known of the server. It is not contacted. */
  measure(question: ServerQuestion): ServerBudget {
    return this.#budget(question, measuredOf(question), modelIn(this.#remembered, question.model));
  }

  /**
   * Refuses a question that is known to be too much. The server is not contacted.
   * @throws server-takes-no-pictures, server-too-many-pictures, prompt-too-long.
   */
  check(question: ServerQuestion): void {
    const model = modelIn(this.#remembered, question.model);
    const measured = measuredOf(question);
    this.#check(question, measured, this.#budget(question, measured, model), model);
  }

  /**
   * Answers a sequence. Stopped before its first word it throws `cancelled`; stopped later it returns what it said.
   * @throws before anything is sent: server-takes-no-pictures, server-too-many-pictures, prompt-too-long, as far as what
   * is known of the server tells; file-missing. After that, whatever `ServerError` the server's answer means, with the
   * words so far.
   */
  async ask(question: ServerQuestion, options: ServerAskOptions = {}): Promise<ServerAnswer> {
    const asked = performance.now();
    const { signal, onProgress, group } = options;
    const described = await this.#known(signal);
    const model = modelIn(described, question.model);
    const measured = measuredOf(question);
    const budget = this.#budget(question, measured, model);
    this.#check(question, measured, budget, model);
    if (described.kind === 'Ollama') checkOllama(described.version);

    let picturesMs = 0;
    let prepared: Prepared | undefined;
    const prepare = async (): Promise<Prepared> => {
      const began = performance.now();
      const format = question.format ?? EXACT;
      const encoded = await encodePictures(question.turns, this.#pictures, format, { signal, onProgress });
      picturesMs = performance.now() - began;
      const messages = messagesOf(question.turns, encoded, question.system);
      return {
        pictures: sentPictures(question.turns, encoded),
        ...requestOf(described.kind, question, messages, budget, model, this.#contexts.get(question.model)),
      };
    };
    const job = async (): Promise<ChatAnswer> => {
      prepared ??= await prepare();
      onProgress?.({ step: 'wait', done: 0, total: 0 });
      return this.#send(prepared.request, options);
    };
    const answer = await this.#pool.run(job, { signal, ...(group !== undefined && { group }) });
    if (answer.usage) this.#estimates.learn(this.#key(question.model), measured, answer.usage.prompt);
    const { pictures, shown, unsent } = prepared!;
    const { host, loopback } = this.#connection.place;
    return {
      text: answer.text,
      receipt: {
        server: { host, loopback, kind: described.kind, version: described.version },
        model: { name: question.model },
        prompt: JSON.stringify(shown),
        pictures,
        tokens: { prompt: answer.usage?.prompt ?? null, generated: answer.usage?.generated ?? null },
        sampling: question.sampling,
        unsent,
        reasoning: answer.reasoning,
        timings: {
          picturesMs,
          firstTokenMs: answer.firstAt === null ? null : answer.firstAt - asked,
          totalMs: performance.now() - asked,
        },
        finish: answer.finish,
      },
    };
  }

  async #send(request: Prepared['request'], options: ServerAskOptions): Promise<ChatAnswer> {
    try {
      if (!('numCtx' in request)) return await openaiChat(this.#connection, request, options);
      this.#contexts.set(request.model, request.numCtx);
      return await ollamaChat(this.#connection, request, options);
    } catch (error) {
      if (error instanceof ServerError && error.code === 'server-too-many-pictures' && error.facts.pictures)
        this.#mostPictures.set(request.model, error.facts.pictures);
      throw error;
    }
  }

  /** What answers, as it was when it was asked last. Several may wait for it: none of them stops it for the others. */
  #known(signal: AbortSignal | undefined): Promise<ServerDescription> {
    return unlessCancelled(this.#description ?? this.describe(), signal);
  }

  #key(model: string): string {
    return `${this.#connection.place.root} ${model}`;
  }

  #budget({ model: id, context }: ServerQuestion, measured: Measured, model: ServerModel): ServerBudget {
    const estimate = this.#estimates.estimate(this.#key(id), measured);
    const limits = [model.context, context ?? null].filter((limit) => limit !== null);
    const limit = limits.length > 0 ? Math.min(...limits) : null;
    const words = estimate.prompt - estimate.perPicture * measured.pictures.length;
    const fit =
      limit === null ? null : Math.max(0, Math.floor((limit - words - LEAST_ANSWER_ROOM) / estimate.perPicture));
    return { ...estimate, limit, fit };
  }

  /** Refuses what is known to be too much; a mere guess refuses nothing. */
  #check({ model: id }: ServerQuestion, { pictures }: Measured, budget: ServerBudget, model: ServerModel): void {
    if (pictures.length > 0 && model.pictures === false) throw takesNoPictures(id);
    const most = this.#mostPictures.get(id);
    if (most !== undefined && pictures.length > most) throw tooManyPictures(most, pictures.length);
    const { prompt, answers, limit, fit } = budget;
    if (answers === 0 || limit === null || prompt + LEAST_ANSWER_ROOM <= limit) return;
    throw tooLong({ tokens: prompt, limit, estimated: true }, { pictures: pictures.length, fit: fit ?? undefined });
  }
}

interface Prepared {
  request: OpenaiQuestion | OllamaQuestion;
  pictures: SentPicture[];
  /** The body, with hashes for pictures. */
  shown: object;
  unsent: string[];
}

/** A model that the server does not list may be there all the same; nothing is known of it. */
const modelIn = (described: ServerDescription | undefined, id: string): ServerModel =>
  described?.models.find((model) => model.id === id) ?? { id, pictures: null, context: null, longestContext: null };

const measuredOf = ({ turns, system, format = EXACT }: ServerQuestion): Measured => ({
  textBytes: textBytes(messagesOf(turns, new Map(), system)), // its words alone are looked at
  pictures: itemsOfTurns(turns).map(({ picture }) => fittedSize(picture, format)),
});

function requestOf(
  kind: ServerKind,
  { model: id, sampling, context }: ServerQuestion,
  messages: Message[],
  budget: ServerBudget,
  model: ServerModel,
  last: number | undefined,
): Omit<Prepared, 'pictures'> {
  const named = ({ sha256 }: EncodedPicture): string => `sha256:${sha256}`;
  if (kind !== 'Ollama') {
    const { fields, unsent } = openaiSampling(sampling, kind);
    const request: OpenaiQuestion = { model: id, messages, fields };
    return { request, unsent, shown: openaiBody(request, named) };
  }
  const request: OllamaQuestion = {
    model: id,
    messages,
    numCtx: contextFor(budget, sampling.maxNewTokens, { allowed: context, most: model.context, last }),
    hasRenderer: model.hasRenderer ?? false,
    options: ollamaSampling(sampling),
  };
  return { request, unsent: [], shown: ollamaBody(request, named) };
}

/**
 * Tokens of context to ask Ollama for: what the caller allows, else what the question is estimated to need with its
 * answer, in few sizes, because another size loads the model anew. Never more than the model has.
 * @param last what it was asked for before, and holds still.
 */
export function contextFor(
  { prompt }: Pick<ServerBudget, 'prompt'>,
  answer: number,
  { allowed, most, last = 0 }: { allowed?: number | undefined; most: number | null; last?: number | undefined },
): number {
  const needed = Math.max(LEAST_CONTEXT, prompt * SLACK + answer);
  const size =
    needed <= CONTEXT_STEP ? 2 ** Math.ceil(Math.log2(needed)) : Math.ceil(needed / CONTEXT_STEP) * CONTEXT_STEP;
  return Math.min(allowed ?? Math.max(size, last), most ?? Infinity);
}
