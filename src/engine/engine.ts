// SPDX-License-Identifier: Apache-2.0
import { totalmem } from 'node:os';
import {
  cancelled,
  throwIfCancelled,
  toErrorInfo,
  type Answer,
  type AskRequest,
  type Budget,
  type MemoryLimits,
  type MemoryUse,
  type ModelInfo,
  type Turn,
} from '../contract';
import { FileHashes } from '../model';
import { freeMemory } from '../runtime';
import { budgetOf, checkBudget, promptSpans, promptText, tokenizePrompt, type TokenSequence } from '../sequence';
import { answerPrompt, type DecodeOptions } from './answering';
import { onProcessor } from './devices';
import { KvPrefixes } from './kv-prefixes';
import { loadFolder, notLoaded, type ReadyModel, type LoadOptions } from './ready-model';
import { sequenceNeeds } from './memory';
import { PeakMemory } from './peak-memory';
import { PictureFeatures } from './picture-features';
import { PictureStore } from './pictures';

export interface AskOptions extends DecodeOptions {
  /** The device failed; the model was loaded on the processor, which answers. */
  onDevice?: ((model: ModelInfo) => void) | undefined;
}

export interface EngineOptions {
  /** Where to keep what the vision tower made of pictures; nothing is kept on disk without it. */
  featuresFolder?: string | undefined;
  /** Where the hashes of model files are remembered, so that they are not read whole at each start. */
  hashesFile?: string | undefined;
  /** Default: what the machine has, and for conversations a quarter of its memory. */
  limits?: MemoryLimits | undefined;
}

const NO_LIMITS: MemoryLimits = { all: null, caches: null };

/** One question at a time, answered by one model. The same code serves the app's engine process and the command line. */
export class Engine {
  readonly pictures: PictureStore;
  readonly #features: PictureFeatures;
  readonly #hashes: FileHashes;
  readonly #prefixes: KvPrefixes;
  #loaded: ReadyModel | undefined;
  /** Loading and asking take turns: a model must not be unloaded under a question. */
  #turn: Promise<unknown> = Promise.resolve();
  /** Most bytes of this process, if the user set them. */
  #limit: number | null = null;
  #answering = false;

  constructor(picturesFolder: string, { featuresFolder, hashesFile, limits = NO_LIMITS }: EngineOptions = {}) {
    this.#hashes = new FileHashes(hashesFile);
    this.pictures = new PictureStore(picturesFolder);
    this.#features = new PictureFeatures(this.pictures, featuresFolder);
    this.#prefixes = new KvPrefixes(0);
    this.limit(limits);
  }

  limit({ all, caches }: MemoryLimits): void {
    this.#limit = all;
    this.#prefixes.setLimit(caches ?? totalmem() / 4);
  }

  async memory(): Promise<MemoryUse> {
    return {
      engine: process.memoryUsage.rss(),
      model: this.#loaded?.info.memory.model ?? 0,
      caches: this.#prefixes.bytes,
      features: this.#features.bytes,
      disk: await this.#features.bytesOnDisk(),
      free: freeMemory(),
      total: totalmem(),
    };
  }

  /** Forgets what was made of pictures, in memory and on disk. */
  forgetFeatures(): Promise<void> {
    return this.#features.clearAll();
  }

  /**
   * Loads a model folder in place of the one in use; on the processor, if it cannot be loaded on the device.
   * @param options.device default: the processor.
   * @throws model-*, wont-fit (the one in use stays), out-of-memory, cancelled.
   */
  load(folder: string, options: LoadOptions): Promise<ModelInfo> {
    return this.#inTurn(() => this.#load(folder, options), options.signal);
  }

  async #load(folder: string, options: LoadOptions): Promise<ModelInfo> {
    this.#loaded = await loadFolder(folder, options, {
      free: this.#free(this.#loaded?.info.memory.model), // the one in use goes first
      hashes: this.#hashes,
      makeRoom: () => this.#unload(),
    });
    return this.#loaded.info;
  }

  async #unload(): Promise<void> {
    this.#prefixes.clear();
    this.#features.clearMemory();
    const old = this.#loaded?.model;
    this.#loaded = undefined;
    await old?.dispose();
  }

  /** Edge of the square to which the model's pictures are resized, in pixels. @throws model-missing */
  get inputSize(): number {
    if (!this.#loaded) throw notLoaded();
    return this.#loaded.info.inputSize;
  }

  /** What a sequence takes: tokens exactly, memory by estimate, and what of it is known; null while no model is loaded. */
  async measure(turns: readonly Turn[]): Promise<Budget | null> {
    const loaded = this.#loaded;
    if (!loaded) return null;
    const sequence = this.#tokens(loaded, turns);
    const budget = this.#budget(loaded, sequence);
    // The answer under way has its memory and its conversation already, and will give them back.
    if (this.#answering) return budget;
    const { memory } = this.#needs(loaded, budget);
    const tokens = this.#prefixes.known(this.#prefixes.keys(sequence, loaded.info.tokensPerPicture));
    const encoded = await Promise.all(sequence.images.map(({ item }) => this.#features.has(loaded, item.picture)));
    return { ...budget, memory, known: { tokens, pictures: encoded.filter(Boolean).length } };
  }

  #budget({ info }: ReadyModel, sequence: TokenSequence): Budget {
    return budgetOf(sequence, info.tokensPerPicture, info.contextLength);
  }

  #needs({ model }: ReadyModel, budget: Budget): ReturnType<typeof sequenceNeeds> {
    return sequenceNeeds(model.folder, model.decoder.traits, budget, this.#free());
  }

  /** Bytes that can be had; conversations that are kept make way. @param given back before, besides. */
  #free(given = 0): number {
    const free = this.#limit === null ? freeMemory() : this.#limit - process.memoryUsage.rss();
    return Math.max(0, free + this.#prefixes.bytes + given);
  }

  /**
   * Answers a sequence. Stopped before its first word it throws `cancelled`; stopped later it returns what it said,
   * with `finish` saying so.
   * @throws prompt-too-long and wont-fit before anything runs, file-missing, out-of-memory, model-broken, cancelled.
   */
  ask(request: AskRequest, options: AskOptions = {}): Promise<Answer> {
    const asked = performance.now();
    return this.#inTurn(async () => {
      const memory = new PeakMemory();
      this.#answering = true;
      let said = 0;
      const onText = (delta: string): void => {
        said += delta.length;
        options.onText?.(delta);
      };
      try {
        return await this.#answer(request, { ...options, onText }, asked, memory);
      } catch (error) {
        const { info, options: loaded } = this.#loaded ?? {};
        if (!info || !loaded || toErrorInfo(error).code !== 'device-failed') throw error;
        options.onDevice?.(
          await this.#load(info.folder, { ...loaded, device: onProcessor(info.device), signal: options.signal }),
        );
        let skip = said; // what was shown of the first try is not shown twice
        const onRest = (delta: string): void => {
          const rest = delta.slice(skip);
          skip -= delta.length - rest.length;
          if (rest !== '') options.onText?.(rest);
        };
        return await this.#answer(request, { ...options, onText: onRest }, asked, memory);
      } finally {
        memory.stop();
        this.#answering = false;
      }
    }, options.signal);
  }

  async #answer(request: AskRequest, options: AskOptions, asked: number, memory: PeakMemory): Promise<Answer> {
    const loaded = this.#loaded;
    if (!loaded) throw notLoaded();
    throwIfCancelled(options.signal);
    const { info } = loaded;
    const spans = promptSpans(request.turns);
    const sequence = this.#tokens(loaded, request.turns);
    const budget = this.#budget(loaded, sequence);
    const { memory: needs, floats } = this.#needs(loaded, budget);
    checkBudget({ ...budget, memory: needs }, request.anyway);

    const began = performance.now();
    const { features, sent } = await this.#features.encode(
      loaded,
      sequence.images.map(({ item }) => item),
      options,
    );
    const encodedAt = performance.now();
    const { text, generated, reused, finish, prefilledAt, firstTokenAt } = await answerPrompt(
      loaded,
      this.#prefixes,
      { sequence, features, sampling: request.sampling, memory: { ...needs, floats } },
      options,
    );
    const ended = performance.now();
    return {
      text: text.trim(),
      receipt: {
        prompt: promptText(spans),
        pictures: sent,
        tokens: {
          prompt: sequence.ids.length,
          image: sequence.images.length * info.tokensPerPicture,
          generated,
          reused,
        },
        timings: {
          loadMs: loaded.loadMs,
          visionMs: encodedAt - began,
          prefillMs: prefilledAt - encodedAt,
          decodeMs: ended - (firstTokenAt ?? ended),
          firstTokenMs: (firstTokenAt ?? ended) - asked,
          totalMs: ended - asked,
        },
        peakBytes: memory.stop(),
        model: { name: info.name, fingerprint: info.fingerprint, precision: info.precision, provider: info.provider },
        sampling: request.sampling,
        ...(request.subtitles && { subtitles: request.subtitles }),
        finish,
      },
    };
  }

  #tokens({ model, tokenizer, info }: ReadyModel, turns: readonly Turn[]): TokenSequence {
    return tokenizePrompt(promptSpans(turns), tokenizer, model.folder.imageTokenId, info.tokensPerPicture);
  }

  /** @throws cancelled, at once while it waits. */
  #inTurn<T>(job: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    return new Promise((resolve, reject) => {
      const leave = (): void => reject(cancelled());
      if (signal?.aborted) return leave();
      signal?.addEventListener('abort', leave, { once: true });
      this.#turn = this.#turn.then(async () => {
        signal?.removeEventListener('abort', leave);
        if (!signal?.aborted) await job().then(resolve, reject);
      });
    });
  }
}
