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
  type ModelSpeed,
  type Turn,
} from '../contract';
import { FileHashes, type PicturePlan } from '../model';
import { freeMemory } from '../runtime';
import {
  budgetOf,
  checkBudget,
  PLAIN_CAPTIONS,
  promptText,
  tokenizePrompt,
  type CaptionStyle,
  type PromptSpan,
} from '../sequence';
import { answerPrompt, type DecodeOptions } from './answering';
import { onProcessor } from './devices';
import { KvPrefixes, type TokenSequence } from './kv-prefixes';
import { loadFolder, notLoaded, type ReadyModel, type LoadOptions } from './ready-model';
import { sequenceNeeds } from './memory';
import { PeakMemory } from './peak-memory';
import { PictureFeatures } from './picture-features';
import { PictureStore } from './pictures';
import { measureSpeed } from './model-speed';

export interface AskOptions extends DecodeOptions {
  /** Called when the device failed and the model was loaded on the processor, which answers instead. */
  onDevice?: ((model: ModelInfo) => void) | undefined;
}

export interface EngineOptions {
  /** Folder for vision features. Without it nothing is kept on disk. */
  featuresFolder?: string | undefined;
  /** File that caches the hashes of model files, so that they are not read in full at every start. */
  hashesFile?: string | undefined;
  /** A store of pictures that questions may also hold, besides the engine's own. */
  otherPictures?: PictureStore | undefined;
  /** Default: no limit but the machine's memory; for kept conversations a quarter of it. */
  limits?: MemoryLimits | undefined;
}

const NO_LIMITS: MemoryLimits = { all: null, caches: null };

/** Answers one question at a time with one model. Used by the app's engine process and by the command line. */
export class Engine {
  readonly pictures: PictureStore;
  readonly #features: PictureFeatures;
  readonly #hashes: FileHashes;
  readonly #prefixes: KvPrefixes;
  #loaded: ReadyModel | undefined;
  /** Loading and asking wait for each other, because a model must not be unloaded while it answers. */
  #turn: Promise<unknown> = Promise.resolve();
  /** Largest number of bytes for this process, if the user set one. */
  #limit: number | null = null;
  #answering = false;

  constructor(
    picturesFolder: string,
    { featuresFolder, hashesFile, otherPictures, limits = NO_LIMITS }: EngineOptions = {},
  ) {
    this.#hashes = new FileHashes(hashesFile);
    this.pictures = new PictureStore(picturesFolder, otherPictures);
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

  /** Deletes the vision features of all pictures, in memory and on disk. */
  forgetFeatures(): Promise<void> {
    return this.#features.clearAll();
  }

  /**
   * Loads a model folder and unloads the model in use. If the model cannot be loaded on the device, it is loaded on the
   * processor.
   * @param options.device default: the processor.
   * @throws model-*, wont-fit (the model in use is kept), out-of-memory, cancelled.
   */
  load(folder: string, options: LoadOptions): Promise<ModelInfo> {
    return this.#inTurn(() => this.#load(folder, options), options.signal);
  }

  async #load(folder: string, options: LoadOptions): Promise<ModelInfo> {
    this.#loaded = await loadFolder(folder, options, {
      free: this.#free(this.#loaded?.info.memory.model), // the model in use is unloaded first
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

  /** As `ModelInfo.inputSize`. @throws model-missing */
  get inputSize(): number | null {
    return this.info.inputSize;
  }

  /** The loaded model. @throws model-missing */
  get info(): ModelInfo {
    if (!this.#loaded) throw notLoaded();
    return this.#loaded.info;
  }

  /**
   * What a sequence needs: exact tokens, estimated memory, and how much of it is cached. Null while no model is loaded.
   */
  async measure(turns: readonly Turn[], system?: string): Promise<Budget | null> {
    const loaded = this.#loaded;
    if (!loaded) return null;
    const sequence = this.#tokens(loaded, this.#prompt(loaded, turns, system));
    const budget = this.#budget(loaded, sequence);
    // The answer in progress holds its memory and its conversation, and will release them. So the caches are not
    // consulted.
    if (this.#answering) return budget;
    const { memory } = this.#needs(loaded, budget);
    const tokens = this.#prefixes.known(this.#prefixes.keys(sequence));
    const encoded = await Promise.all(sequence.images.map((image) => this.#features.has(loaded, image)));
    return { ...budget, memory, known: { tokens, pictures: encoded.filter(Boolean).length } };
  }

  /**
   * Measures how soon the loaded model answers about sixteen frames: one picture of noise is encoded and some tokens are
   * prefilled. @throws model-missing, cancelled.
   */
  measureSpeed(signal?: AbortSignal): Promise<ModelSpeed> {
    return this.#inTurn(() => {
      if (!this.#loaded) throw notLoaded();
      return measureSpeed(this.#loaded, signal);
    }, signal);
  }

  #budget({ info }: ReadyModel, sequence: TokenSequence): Budget {
    const next = { picture: info.tokensPerPicture, frame: info.tokensPerFrame };
    return budgetOf(sequence, next, info.contextLength);
  }

  #needs({ model }: ReadyModel, budget: Budget): ReturnType<typeof sequenceNeeds> {
    return sequenceNeeds(model.folder, model.decoder.traits, budget, this.#free());
  }

  /**
   * Bytes available; kept conversations can be dropped and count as free. @param given bytes that will be released
   * first.
   */
  #free(given = 0): number {
    const free = this.#limit === null ? freeMemory() : this.#limit - process.memoryUsage.rss();
    return Math.max(0, free + this.#prefixes.bytes + given);
  }

  /**
   * Answers a sequence. If cancelled before the first word, it throws `cancelled`; if cancelled later, it returns the
   * text so far with `finish` set to `cancelled`.
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
        let skip = said; // text that was shown by the first try is not shown again
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
    const spans = this.#prompt(loaded, request.turns, request.system);
    const sequence = this.#tokens(loaded, spans);
    const budget = this.#budget(loaded, sequence);
    const { memory: needs, floats } = this.#needs(loaded, budget);
    checkBudget({ ...budget, memory: needs }, request.anyway);

    const began = performance.now();
    const { features, sent } = await this.#features.encode(loaded, sequence.images, options);
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
          image: budget.image,
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

  /** How captions are written for the loaded model. */
  get captions(): CaptionStyle {
    return this.#loaded?.model.folder.format.captions ?? PLAIN_CAPTIONS;
  }

  #prompt({ model, tokenizer }: ReadyModel, turns: readonly Turn[], system?: string): PromptSpan[] {
    return model.folder.format.prompt(turns, system, (name) => tokenizer.isControl(name));
  }

  #tokens({ model, tokenizer }: ReadyModel, spans: readonly PromptSpan[]): TokenSequence {
    const { imageTokenId: imageId, format } = model.folder;
    return tokenizePrompt<PicturePlan>(spans, tokenizer, {
      imageId,
      planOf: ({ picture }, way, frames) => format.plan(picture, way, frames),
      endsVideo: format.endsVideo,
      together: format.together,
    });
  }

  /** Runs a job after all earlier ones. @throws cancelled, at once while the job waits. */
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
