// SPDX-License-Identifier: Apache-2.0
import type { Sampling, Turn } from '../../contract';
import { LEAST_ANSWER_ROOM } from '../../sequence';
import type { JobOptions } from '../items';
import type { PictureStore } from '../pictures';
import type { ServerAddress } from './address';
import type { ChatAnswer, OnWords } from './answer';
import { Connection, type ConnectionOptions } from './connection';
import { describe } from './describe';
import type { ServerDescription, ServerKind, ServerModel } from './description';
import { TokenEstimates, type Measured, type TokenEstimate } from './estimates';
import { ServerError, takesNoPictures, tooLong, tooManyPictures } from './failure';
import { messagesOf, textBytes, type Message } from './messages';
import { checkOllama, ollamaBody, ollamaChat, type OllamaQuestion } from './ollama-chat';
import { openaiBody, openaiChat, type OpenaiQuestion } from './openai-chat';
import {
  encodePictures,
  EXACT,
  fittedSize,
  itemsOfTurns,
  sentPictures,
  type EncodedPicture,
  type PictureFormat,
  type SentPictureFile,
} from './pictures';
import { Pool, type PoolOptions } from './pool';
import { ollamaSampling, openaiSampling, type ServerSampling } from './sampling';

/** A composed sequence for one of the server's models. */
export interface ServerQuestion {
  model: string;
  /** As composed by `Composer`: with captions, and pictures in their places. */
  turns: readonly Turn[];
  /** Default: none, so that the model's own system prompt applies. */
  system?: string | undefined;
  sampling: ServerSampling;
  /** Default: the exact pixels. */
  format?: PictureFormat | undefined;
  /** Tokens of context for which Ollama is to reserve memory. Default: the estimated need of the question. */
  context?: number | undefined;
}

/** What a question needs of a server's model. Always an estimate, because only the server can count. */
export interface ServerBudget extends TokenEstimate {
  /** Tokens of context. Null if the server does not say. */
  limit: number | null;
  /** How many pictures of these sizes fit besides the text and the shortest answer. Null without a limit. */
  fit: number | null;
}

/** Everything that was sent to a server, and what it reported about it. It does not contain the key. */
export interface ServerReceipt {
  server: { host: string; kind: ServerKind; version: string | null; loopback: boolean };
  model: string;
  /** The body of the request as JSON, with each picture replaced by the hash of its bytes. */
  request: string;
  pictures: SentPictureFile[];
  /** As counted by the server. Null if it does not say. */
  tokens: { prompt: number | null; generated: number | null };
  sampling: Sampling;
  /** Settings that were asked for but not sent, because the server does not know them. */
  unsent: string[];
  reasoning: string;
  /** Milliseconds. `firstTokenMs` counts from the question, including the time in the queue. */
  timings: { picturesMs: number; firstTokenMs: number | null; totalMs: number };
  finish: ChatAnswer['finish'];
}

export interface ServerAnswer {
  text: string;
  receipt: ServerReceipt;
}

export interface ServerAskOptions extends JobOptions, OnWords {
  /** Who asks. Groups take turns (see `Pool`). */
  group?: string | undefined;
}

export interface ServerEngineOptions extends ConnectionOptions, PoolOptions {
  /** Default: empty. If given, they are shared and outlive this engine. */
  estimates?: TokenEstimates | undefined;
}

/** Ollama is asked for this multiple of the estimate, so that a prompt that is a quarter longer still fits. */
const SLACK = 1.25;
const LEAST_CONTEXT = 4096;

/** Asks questions of one server. The counterpart of `Engine`, for models that run elsewhere. */
export class ServerEngine {
  readonly #connection: Connection;
  readonly #pictures: Pick<PictureStore, 'get'>;
  readonly #pool: Pool;
  readonly #estimates: TokenEstimates;
  /** The largest number of pictures by model, learned from refusals. */
  readonly #mostPictures = new Map<string, number>();
  #description: Promise<ServerDescription> | undefined;

  /** @throws bad-request for an invalid address. */
  constructor(address: ServerAddress, pictures: Pick<PictureStore, 'get'>, options: ServerEngineOptions = {}) {
    this.#connection = new Connection(address, options);
    this.#pictures = pictures;
    this.#pool = new Pool(options);
    this.#estimates = options.estimates ?? new TokenEstimates();
  }

  /** Describes the server, asking it again. @throws server-unreachable, not-a-server, server-denied; cancelled. */
  describe(signal?: AbortSignal): Promise<ServerDescription> {
    const asked = describe(this.#connection, signal);
    this.#description = asked;
    asked.catch(() => {
      if (this.#description === asked) this.#description = undefined;
    });
    return asked;
  }

  /** What a question will need. @throws as `describe`. */
  async measure(question: ServerQuestion, signal?: AbortSignal): Promise<ServerBudget> {
    const model = await this.#model(question.model, signal);
    return this.#budget(question, measuredOf(question), model);
  }

  /**
   * Answers a sequence. If cancelled before the first word, it throws `cancelled`; if cancelled later, it returns the
   * text so far.
   * @throws before anything is sent, as far as the server's limits are known: server-takes-no-pictures,
   * server-too-many-pictures, prompt-too-long; file-missing. After that, any `ServerError`, with the text so far.
   */
  async ask(question: ServerQuestion, options: ServerAskOptions = {}): Promise<ServerAnswer> {
    const asked = performance.now();
    const { signal, onProgress, group } = options;
    const described = await (this.#description ?? this.describe(signal));
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
        ...requestOf(described.kind, question, messages, budget, model),
      };
    };
    const job = async (): Promise<ChatAnswer> => {
      prepared ??= await prepare();
      return 'numCtx' in prepared.request
        ? ollamaChat(this.#connection, prepared.request, options)
        : openaiChat(this.#connection, prepared.request, options);
    };
    const answer = await this.#pool
      .run(job, { signal, ...(group !== undefined && { group }) })
      .catch((error: unknown) => {
        if (error instanceof ServerError && error.code === 'server-too-many-pictures' && error.facts.pictures)
          this.#mostPictures.set(question.model, error.facts.pictures);
        throw error;
      });
    if (answer.usage) this.#estimates.learn(this.#key(question.model), measured, answer.usage.prompt);
    const { pictures, shown, unsent } = prepared!;
    const { host, loopback } = this.#connection.place;
    return {
      text: answer.text,
      receipt: {
        server: { host, loopback, kind: described.kind, version: described.version },
        model: question.model,
        request: JSON.stringify(shown),
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

  async #model(id: string, signal: AbortSignal | undefined): Promise<ServerModel> {
    return modelIn(await (this.#description ?? this.describe(signal)), id);
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

  /** Refuses a question that exceeds known limits. An estimate that is only a guess never refuses one. */
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
  pictures: SentPictureFile[];
  /** The body, with hashes in place of pictures. */
  shown: object;
  unsent: string[];
}

/**
 * The description of a model. A model that the server does not list may still exist; its properties are then unknown.
 */
const modelIn = ({ models }: ServerDescription, id: string): ServerModel =>
  models.find((model) => model.id === id) ?? { id, pictures: null, context: null, longestContext: null };

const measuredOf = ({ turns, system, format = EXACT }: ServerQuestion): Measured => ({
  textBytes: textBytes(messagesOf(turns, new Map(), system)), // only the text is needed here
  pictures: itemsOfTurns(turns).map(({ picture }) => fittedSize(picture, format)),
});

function requestOf(
  kind: ServerKind,
  { model: id, sampling, context }: ServerQuestion,
  messages: Message[],
  budget: ServerBudget,
  model: ServerModel,
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
    numCtx: contextFor(budget, sampling.maxNewTokens, context, model.context),
    hasRenderer: model.hasRenderer ?? false,
    options: ollamaSampling(sampling),
  };
  return { request, unsent: [], shown: ollamaBody(request, named) };
}

/**
 * Tokens of context to request from Ollama: what the caller allows, or the estimated need of the question and its
 * answer. Rounded up to a power of two, because Ollama loads the model again for another size. Never more than the
 * model supports.
 */
export function contextFor(
  { prompt }: Pick<ServerBudget, 'prompt'>,
  answer: number,
  allowed: number | undefined,
  most: number | null,
): number {
  const needed = Math.max(LEAST_CONTEXT, prompt * SLACK + answer);
  const wanted = allowed ?? 2 ** Math.ceil(Math.log2(needed));
  return Math.min(wanted, most ?? Infinity);
}
