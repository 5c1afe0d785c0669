import {
  pictureName,
  throwIfCancelled,
  toErrorInfo,
  ZoetropeError,
  type Answer,
  type AskRequest,
  type Budget,
  type Item,
  type ModelInfo,
  type OnProgress,
  type PictureRef,
  type Receipt,
  type SentPicture,
  type Turn,
} from '../contract';
import { pictureHash } from '../media';
import { readModelFolder, readTokenizer, type Tokenizer } from '../model';
import { embedSequence, generate, loadModel, type LoadedModel } from '../runtime';
import { budgetOf, checkBudget, promptSegments, promptText, tokenizePrompt, type TokenSequence } from '../sequence';
import { fitPicture, toPixelValues, type PreprocessConfig } from '../vision';
import type { JobOptions } from './items';
import { PictureStore } from './pictures';
import { VisionCache } from './vision-cache';

export interface AskOptions extends JobOptions {
  /** Each piece of the answer as it is written. */
  onText?: ((delta: string) => void) | undefined;
  /** The logits [vocabulary] at the prompt's last position. */
  onLogits?: ((logits: Float32Array) => void | Promise<void>) | undefined;
}

/** A model that is ready, with what is needed to speak to it. */
interface Loaded {
  model: LoadedModel;
  tokenizer: Tokenizer;
  preprocess: PreprocessConfig;
  info: ModelInfo;
  loadMs: number;
}

/** One question at a time, answered by one model. The same code serves the app's engine process and the command line. */
export class Engine {
  readonly pictures: PictureStore;
  readonly #features = new VisionCache();
  #loaded: Loaded | undefined;
  /** Loading and asking take turns: a model must not be unloaded under a question. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(picturesFolder: string) {
    this.pictures = new PictureStore(picturesFolder);
  }

  /** Loads a model folder in place of the one in use. @throws model-*, out-of-memory, cancelled. */
  load(folder: string, options: JobOptions & { bundled: boolean }): Promise<ModelInfo> {
    return this.#inTurn(async () => {
      const begun = performance.now();
      const described = await readModelFolder(folder);
      const tokenizer = await readTokenizer(folder);
      // The old one goes first: two large models rarely fit.
      await this.#loaded?.model.dispose();
      this.#loaded = undefined;
      this.#features.clear();
      const model = await loadModel(described, options);
      const { pixels } = described;
      const info: ModelInfo = {
        name: described.name,
        fingerprint: described.fingerprint,
        precision: [...new Set(Object.values(model.precisions))].join('+'),
        provider: 'cpu',
        folder: described.dir,
        bundled: options.bundled,
        contextLength: described.contextLength,
        tokensPerPicture: described.tokensPerImage,
        inputSize: described.imageSize,
        parameters: null,
        bytes: described.totalBytes,
      };
      this.#loaded = {
        model,
        tokenizer,
        info,
        preprocess: { size: { width: pixels.width, height: pixels.height }, mean: pixels.mean, std: pixels.std, rescale: pixels.rescaleFactor },
        loadMs: performance.now() - begun,
      };
      return info;
    });
  }

  /** Token use of a sequence, exactly; null while no model is loaded. */
  measure(turns: readonly Turn[]): Budget | null {
    if (!this.#loaded) return null;
    const { tokensPerPicture, contextLength } = this.#loaded.info;
    return budgetOf(this.#tokens(this.#loaded, turns), tokensPerPicture, contextLength);
  }

  /**
   * Answers a sequence. Stopped before its first word it throws `cancelled`; stopped later it returns what it said,
   * with `finish` saying so.
   * @throws prompt-too-long before anything runs, file-missing, out-of-memory, model-broken, cancelled.
   */
  ask(request: AskRequest, options: AskOptions = {}): Promise<Answer> {
    const asked = performance.now();
    return this.#inTurn(async () => {
      const { signal, onProgress, onText, onLogits } = options;
      const loaded = this.#loaded;
      if (!loaded) throw new ZoetropeError('model-missing', 'No model is loaded.', 'Choose one in Settings.');
      throwIfCancelled(signal);
      const { model, tokenizer, info } = loaded;
      const segments = promptSegments(request.turns);
      const sequence = this.#tokens(loaded, request.turns);
      checkBudget(budgetOf(sequence, info.tokensPerPicture, info.contextLength));

      const began = performance.now();
      const { features, sent } = await this.#look(loaded, sequence.images.map(({ item }) => item), signal, onProgress);
      const looked = performance.now();
      const promptIds = Array.from(sequence.ids);
      const embeds = await embedSequence(model.embedder, promptIds, model.folder.imageTokenId, features, signal);
      const cache = model.decoder.newCache();
      const logits = await model.decoder.prefill(cache, embeds, { signal, onProgress });
      await onLogits?.(logits);
      const read = performance.now();

      const { temperature, topP, topK, repetitionPenalty, seed, maxNewTokens } = request.sampling;
      const stream = tokenizer.decodeStream();
      const tokens = generate({
        decoder: model.decoder,
        embedder: model.embedder,
        cache,
        logits,
        promptIds,
        eosIds: model.folder.eosIds,
        maxNewTokens: Math.min(maxNewTokens, info.contextLength - promptIds.length),
        sampling: { temperature, topP, topK, repetitionPenalty, seed },
        signal,
      });
      let text = '';
      let generated = 0;
      let firstAt: number | undefined;
      const say = (delta: string): void => {
        text += delta;
        if (delta !== '') onText?.(delta);
      };
      let finish: Receipt['finish'];
      try {
        for (;;) {
          const { value, done } = await tokens.next();
          if (done) {
            finish = value === 'end' ? 'stop' : value;
            break;
          }
          generated++;
          firstAt ??= performance.now();
          say(stream.push(value));
        }
      } catch (error) {
        if (toErrorInfo(error).code !== 'cancelled' || generated === 0) throw error;
        finish = 'cancelled';
      }
      const ended = performance.now();
      return {
        text: text.trim(),
        receipt: {
          prompt: promptText(segments),
          pictures: sent,
          tokens: { prompt: promptIds.length, image: sequence.images.length * info.tokensPerPicture, generated },
          timings: {
            loadMs: loaded.loadMs,
            visionMs: looked - began,
            prefillMs: read - looked,
            decodeMs: ended - (firstAt ?? ended),
            firstTokenMs: (firstAt ?? ended) - asked,
            totalMs: ended - asked,
          },
          model: { name: info.name, fingerprint: info.fingerprint, precision: info.precision, provider: info.provider },
          sampling: request.sampling,
          finish,
        },
      };
    });
  }

  #tokens({ model, tokenizer, info }: Loaded, turns: readonly Turn[]): TokenSequence {
    return tokenizePrompt(promptSegments(turns), tokenizer, model.folder.imageTokenId, info.tokensPerPicture);
  }

  /** Features of each picture, and what exactly was looked at. A picture seen before is not looked at again. */
  async #look(
    { model, preprocess, info }: Loaded,
    items: readonly Item[],
    signal: AbortSignal | undefined,
    onProgress: OnProgress | undefined,
  ): Promise<{ features: Float32Array[]; sent: SentPicture[] }> {
    const features: Float32Array[] = [];
    const sent: SentPicture[] = [];
    const total = items.length;
    for (const { origin, picture } of items) {
      throwIfCancelled(signal);
      onProgress?.({ step: 'vision', done: sent.length, total });
      let seen = this.#features.get(pictureName(picture));
      if (!seen) {
        const input = fitPicture(await this.pictures.get(picture), preprocess);
        const rows = await model.vision.encode(toPixelValues(input, preprocess), signal);
        const ref: PictureRef = { sha256: pictureHash(input), width: input.width, height: input.height };
        seen = { features: rows, input: ref };
        this.#features.set(pictureName(picture), seen);
      }
      features.push(seen.features);
      sent.push({ origin, picture, input: seen.input });
      // A run blocks this thread: between pictures a cancel can be heard.
      await new Promise((resolve) => setImmediate(resolve));
    }
    onProgress?.({ step: 'vision', done: total, total });
    if (info.tokensPerPicture * total !== features.reduce((sum, rows) => sum + rows.length / model.folder.hiddenSize, 0)) {
      throw new ZoetropeError('model-broken', 'The model gave an unexpected number of picture tokens.', 'Choose another model.');
    }
    return { features, sent };
  }

  #inTurn<T>(job: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(job);
    this.#turn = result.catch(() => undefined);
    return result;
  }
}

