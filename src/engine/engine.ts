import { totalmem } from 'node:os';
import {
  cancelled,
  pictureName,
  say,
  throwIfCancelled,
  toErrorInfo,
  ZoetropeError,
  type Answer,
  type AskRequest,
  type Budget,
  type DeviceUse,
  type Item,
  type MemoryLimits,
  type MemoryUse,
  type ModelInfo,
  type ModelNeeds,
  type OnProgress,
  type PictureRef,
  type PrecisionChoice,
  type Receipt,
  type SentPicture,
  type Turn,
} from '../contract';
import { pictureHash } from '../media';
import { FileHashes, looksOutside, modelFingerprint, readTokenizer, type Tokenizer } from '../model';
import { embedSequence, freeMemory, generate, loadModel, type LoadedModel } from '../runtime';
import { budgetOf, checkBudget, promptSegments, promptText, tokenizePrompt, type TokenSequence } from '../sequence';
import { fitPictureSteps, normalised, type PreprocessConfig } from '../vision';
import { chooseDevice, onProcessor } from './devices';
import { FeatureFiles } from './feature-files';
import { inSteps } from './in-steps';
import type { JobOptions } from './items';
import { KvPrefixes } from './kv-prefixes';
import { checkModel, needsOf, sequenceNeeds } from './memory';
import { PeakMemory } from './peak-memory';
import { PictureStore } from './pictures';
import { RepetitionWatch } from './repetition';
import { VisionCache, type SeenPicture } from './vision-cache';
import { chooseWeights } from './weights';

export interface AskOptions extends JobOptions {
  /** Each piece of the answer as it is written. */
  onText?: ((delta: string) => void) | undefined;
  /** The device failed; the model was loaded on the processor, which answers. */
  onDevice?: ((model: ModelInfo) => void) | undefined;
  /** The logits [vocabulary] at the prompt's last position. */
  onLogits?: ((logits: Float32Array) => void | Promise<void>) | undefined;
}

export interface EngineOptions {
  /** Where to keep what the vision part made of pictures; nothing is kept on disk without it. */
  featuresFolder?: string | undefined;
  /** Where the hashes of model files are remembered, so that they are not read whole at each start. */
  hashesFile?: string | undefined;
  /** Default: what the machine has, and for conversations a quarter of its memory. */
  limits?: MemoryLimits | undefined;
}

export interface LoadOptions extends JobOptions {
  bundled: boolean;
  device?: DeviceUse | undefined;
  /** Loads also what is larger than the free memory. */
  anyway?: boolean | undefined;
  /** Default: the fastest that fits. What a folder of one's own has not is made from its checkpoint, and stays there. */
  precision?: PrecisionChoice | undefined;
  /** Default: the runtime's choice. */
  threads?: number | undefined;
  /** What it will take, before it is loaded. */
  onNeeds?: ((needs: ModelNeeds) => void) | undefined;
}

/** A model that is ready, with what is needed to speak to it. */
interface Loaded {
  model: LoadedModel;
  tokenizer: Tokenizer;
  preprocess: PreprocessConfig;
  info: ModelInfo;
  loadMs: number;
  options: Pick<LoadOptions, 'bundled' | 'anyway' | 'precision' | 'threads'>;
}

const NO_LIMITS: MemoryLimits = { all: null, caches: null };

/** One question at a time, answered by one model. The same code serves the app's engine process and the command line. */
export class Engine {
  readonly pictures: PictureStore;
  readonly #features = new VisionCache();
  readonly #featureFiles: FeatureFiles | undefined;
  readonly #hashes: FileHashes;
  readonly #prefixes: KvPrefixes;
  #loaded: Loaded | undefined;
  /** Loading and asking take turns: a model must not be unloaded under a question. */
  #turn: Promise<unknown> = Promise.resolve();
  /** Most bytes of this process, if the user set them. */
  #limit: number | null = null;
  #answering = false;

  constructor(picturesFolder: string, { featuresFolder, hashesFile, limits = NO_LIMITS }: EngineOptions = {}) {
    this.#hashes = new FileHashes(hashesFile);
    this.pictures = new PictureStore(picturesFolder);
    this.#featureFiles = featuresFolder === undefined ? undefined : new FeatureFiles(featuresFolder);
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
      disk: (await this.#featureFiles?.bytes()) ?? 0,
      free: freeMemory(),
      total: totalmem(),
    };
  }

  /** Forgets what was made of pictures, in memory and on disk. */
  async forgetFeatures(): Promise<void> {
    this.#features.clear();
    await this.#featureFiles?.clear();
  }

  /**
   * Loads a model folder in place of the one in use; on the processor, if it cannot be loaded on the device.
   * @param options.device default: the processor.
   * @throws model-*, wont-fit (the one in use stays), out-of-memory, cancelled.
   */
  load(folder: string, options: LoadOptions): Promise<ModelInfo> {
    return this.#inTurn(() => this.#load(folder, options), options.signal);
  }

  async #load(
    folder: string,
    {
      bundled,
      device = chooseDevice('cpu', []),
      anyway,
      precision = 'auto',
      threads,
      signal,
      onProgress,
      onNeeds,
    }: LoadOptions,
  ): Promise<ModelInfo> {
    const begun = performance.now();
    const free = this.#free(this.#loaded?.info.memory.model); // the one in use goes first
    const weights = await chooseWeights(folder, { device, asked: precision, free, writable: !bundled });
    const needs = needsOf(weights.settings, weights.bytes, free);
    onNeeds?.(needs);
    if (!anyway && device.used === 'cpu') checkModel(weights.settings, needs); // a card has memory of its own
    const described = await weights.ready({ signal, onProgress });
    const tokenizer = await readTokenizer(folder);
    const fingerprint = await modelFingerprint(described, this.#hashes, signal);
    // The old one goes first: two large models rarely fit.
    this.#prefixes.clear();
    this.#features.clear();
    const old = this.#loaded?.model;
    this.#loaded = undefined;
    await old?.dispose();
    let use = device;
    const load = () =>
      loadModel(described, {
        device: use.used,
        vision: use.vision,
        precision: weights.precision,
        threads,
        signal,
        onProgress,
      });
    const model = await load().catch((error: unknown) => {
      if (use.used === 'cpu' || toErrorInfo(error).code !== 'device-failed') throw error;
      use = onProcessor(use);
      return load();
    });
    const { pixels } = described;
    const info: ModelInfo = {
      name: described.name,
      fingerprint,
      precision: [...new Set(Object.values(model.precisions))].join('+'),
      provider: use.used,
      folder: described.dir,
      bundled,
      contextLength: described.contextLength,
      tokensPerPicture: described.tokensPerImage,
      inputSize: described.imageSize,
      bytes: described.totalBytes,
      device: use,
      memory: needs,
      weights: weights.choice,
      runtime: model.runtime.runtime,
    };
    this.#loaded = {
      model,
      tokenizer,
      info,
      preprocess: {
        size: { width: pixels.width, height: pixels.height },
        cutFrom: pixels.cutFrom,
        mean: pixels.mean,
        std: pixels.std,
        rescale: pixels.rescaleFactor,
      },
      loadMs: performance.now() - begun,
      options: { bundled, anyway, precision, threads },
    };
    return info;
  }

  /** Edge of the square at which the model reads a picture, in pixels. @throws model-missing */
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
    // The answer being written has its memory and its conversation already, and will give them back.
    if (this.#answering) return budget;
    const { memory } = this.#needs(loaded, budget);
    const tokens = this.#prefixes.known(this.#prefixes.keys(sequence, loaded.info.tokensPerPicture));
    const seen = await Promise.all(sequence.images.map(({ item }) => this.#hasSeen(loaded, item.picture)));
    return { ...budget, memory, known: { tokens, pictures: seen.filter(Boolean).length } };
  }

  async #hasSeen({ model, info }: Loaded, picture: PictureRef): Promise<boolean> {
    const name = pictureName(picture);
    return this.#features.has(name) || ((await this.#featureFiles?.has(weightsName(model, info), name)) ?? false);
  }

  #budget({ info }: Loaded, sequence: TokenSequence): Budget {
    return budgetOf(sequence, info.tokensPerPicture, info.contextLength);
  }

  #needs({ model }: Loaded, budget: Budget): ReturnType<typeof sequenceNeeds> {
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
    const { signal, onProgress } = options;
    const loaded = this.#loaded;
    if (!loaded) throw notLoaded();
    throwIfCancelled(signal);
    const { info } = loaded;
    const segments = promptSegments(request.turns);
    const sequence = this.#tokens(loaded, request.turns);
    const budget = this.#budget(loaded, sequence);
    const { memory: needs, floats } = this.#needs(loaded, budget);
    checkBudget({ ...budget, memory: needs }, request.anyway);

    const began = performance.now();
    const { features, sent } = await this.#look(
      loaded,
      sequence.images.map(({ item }) => item),
      signal,
      onProgress,
    );
    const looked = performance.now();
    const { text, generated, reused, finish, read, firstAt } = await this.#write(
      loaded,
      sequence,
      features,
      { ...needs, floats },
      request.sampling,
      options,
    );
    const ended = performance.now();
    return {
      text: text.trim(),
      receipt: {
        prompt: promptText(segments),
        pictures: sent,
        tokens: {
          prompt: sequence.ids.length,
          image: sequence.images.length * info.tokensPerPicture,
          generated,
          reused,
        },
        timings: {
          loadMs: loaded.loadMs,
          visionMs: looked - began,
          prefillMs: read - looked,
          decodeMs: ended - (firstAt ?? ended),
          firstTokenMs: (firstAt ?? ended) - asked,
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

  /**
   * Reads the prompt, as far as it is not known from an earlier question, and writes the answer.
   * @param features one [tokensPerPicture, hiddenSize] a picture.
   * @param needs bytes of the sequence, bytes there are with those of kept conversations, and whether keys and values may be floats.
   * @returns when the prompt was read and the first token there, in `performance.now()`'s milliseconds.
   */
  async #write(
    { model, tokenizer, info }: Loaded,
    sequence: TokenSequence,
    features: readonly Float32Array[],
    needs: { needed: number; free: number; floats: boolean },
    { maxNewTokens, ...sampling }: AskRequest['sampling'],
    { signal, onProgress, onText, onLogits }: AskOptions,
  ): Promise<{
    text: string;
    generated: number;
    reused: number;
    finish: Receipt['finish'];
    read: number;
    firstAt: number | undefined;
  }> {
    const promptIds = Array.from(sequence.ids);
    const keys = this.#prefixes.keys(sequence, info.tokensPerPicture);
    const cache = (await this.#prefixes.take(keys)) ?? model.decoder.newCache();
    this.#prefixes.shrink(Math.max(0, needs.free - needs.needed)); // other conversations make way
    const written: number[] = [];
    let reusable = false;
    try {
      const known = cache.length;
      // A prefill that was stopped may have ended within a picture.
      const rest = features.map((rows, k) =>
        rows.subarray(Math.max(0, known - sequence.images[k]!.at) * model.folder.hiddenSize),
      );
      const embeds = await embedSequence(
        model.embedder,
        promptIds.slice(known),
        model.folder.imageTokenId,
        rest,
        signal,
      );
      const logits = await model.prefill(cache, embeds, {
        signal,
        onProgress,
        chunk: info.device.chunk ?? undefined,
        floatLimit: needs.floats ? Infinity : 0,
      });
      await onLogits?.(logits);
      const read = performance.now();

      const stream = tokenizer.decodeStream();
      const tokens = generate({
        decoder: model.decoder,
        embedder: model.embedder,
        cache,
        logits,
        promptIds,
        eosIds: model.folder.eosIds,
        maxNewTokens,
        sampling,
        signal,
      });
      const watch = new RepetitionWatch(sequence.images.length);
      let text = '';
      let firstAt: number | undefined;
      let finish: Receipt['finish'];
      try {
        for (;;) {
          const { value, done } = await tokens.next();
          if (done) {
            finish = value === 'end' ? 'stop' : value;
            break;
          }
          written.push(value);
          firstAt ??= performance.now();
          const delta = stream.push(value);
          text += delta;
          if (delta !== '') onText?.(delta);
          const keep = watch.add(delta);
          if (keep === undefined) continue;
          text = text.slice(0, keep);
          finish = 'repeating';
          await tokens.return('end');
          break;
        }
      } catch (error) {
        if (toErrorInfo(error).code !== 'cancelled' || written.length === 0) throw error;
        finish = 'cancelled';
      }
      reusable = true;
      return { text, generated: written.length, reused: known, finish, read, firstAt };
    } catch (error) {
      const { code } = toErrorInfo(error);
      reusable = code === 'cancelled'; // what was read by then is whole
      if (code === 'out-of-memory') this.#prefixes.clear(); // so that asking again may succeed
      throw error;
    } finally {
      if (reusable) this.#prefixes.put(joined(keys, written), cache);
      else cache.dispose();
    }
  }

  #tokens({ model, tokenizer, info }: Loaded, turns: readonly Turn[]): TokenSequence {
    return tokenizePrompt(promptSegments(turns), tokenizer, model.folder.imageTokenId, info.tokensPerPicture);
  }

  /** Features of each picture, and what exactly was looked at. A picture seen before is not looked at again. */
  async #look(
    loaded: Loaded,
    items: readonly Item[],
    signal: AbortSignal | undefined,
    onProgress: OnProgress | undefined,
  ): Promise<{ features: Float32Array[]; sent: SentPicture[] }> {
    const { model, info } = loaded;
    const features: Float32Array[] = [];
    const sent: SentPicture[] = [];
    const total = items.length;
    for (const { origin, picture } of items) {
      throwIfCancelled(signal);
      onProgress?.({ step: 'vision', done: sent.length, total });
      const seen = await this.#see(loaded, picture, signal);
      features.push(seen.features);
      const { outside } = model.folder;
      sent.push({
        origin,
        picture,
        input: seen.input,
        ...(outside && { outside: looksOutside(seen.features, outside) }),
      });
      await new Promise((resolve) => setImmediate(resolve)); // pictures found in the cache run no model: a cancel must be heard
    }
    onProgress?.({ step: 'vision', done: total, total });
    if (
      info.tokensPerPicture * total !==
      features.reduce((sum, rows) => sum + rows.length / model.folder.hiddenSize, 0)
    ) {
      throw new ZoetropeError(
        'model-broken',
        say`The model gave an unexpected number of picture tokens.`,
        say`Choose another model.`,
      );
    }
    return { features, sent };
  }

  /** One picture's features: from memory, from disk, or by looking. */
  async #see(
    { model, preprocess, info }: Loaded,
    picture: PictureRef,
    signal: AbortSignal | undefined,
  ): Promise<SeenPicture> {
    const name = pictureName(picture);
    const remembered = this.#features.get(name);
    if (remembered) return remembered;
    const files = this.#featureFiles;
    const weights = weightsName(model, info);
    const stored = await files?.get(weights, name, info.tokensPerPicture * model.folder.hiddenSize);
    let seen = stored;
    if (!seen) {
      const input = await inSteps(fitPictureSteps(await this.pictures.get(picture), preprocess), signal);
      const features = await model.vision.encode(normalised(input, preprocess), signal);
      seen = { features, input: { sha256: pictureHash(input), width: input.width, height: input.height } };
      await files?.set(weights, name, seen);
    }
    this.#features.set(name, seen);
    return seen;
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

const notLoaded = (): ZoetropeError =>
  new ZoetropeError('model-missing', say`No model is loaded.`, say`Choose one in Settings.`);

/** What features depend on, beside the picture. */
const weightsName = (model: LoadedModel, info: ModelInfo): string =>
  `${info.fingerprint}-${model.precisions.vision_encoder}`;

function joined(keys: Int32Array, more: readonly number[]): Int32Array {
  const all = new Int32Array(keys.length + more.length);
  all.set(keys);
  all.set(more, keys.length);
  return all;
}
