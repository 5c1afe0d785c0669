// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { DeviceUse } from './device';
import { Item, Origin, PictureRef, Sha256, SourceFile } from './items';
import { ModelNeeds, WeightChoice } from './memory';
import { ServerKind } from './servers';
import { SentSubtitles, TextEncodingName } from './subtitles';

/**
 * `interleaved`: pictures stand where the text refers to them. `front`: all pictures come first, and the text refers to
 * them by number.
 */
export const Placement = z.enum(['interleaved', 'front']);
export type Placement = z.infer<typeof Placement>;

export const Part = z.discriminatedUnion('type', [
  /** `caption`: written before a picture by the program, not by the user. Only in composed turns, never saved. */
  z.object({ type: z.literal('text'), text: z.string(), caption: z.literal(true).optional() }),
  /** `video`: identifies the video that it is a frame of. Only in composed turns, never saved. */
  z.object({ type: z.literal('image'), item: Item, video: z.string().optional() }),
]);
export type Part = z.infer<typeof Part>;

export const Turn = z.discriminatedUnion('role', [
  z.object({ role: z.literal('user'), parts: z.array(Part) }),
  z.object({ role: z.literal('assistant'), text: z.string() }),
]);
export type Turn = z.infer<typeof Turn>;

/**
 * How the next token is chosen. `temperature` 0 means greedy decoding; then `topP`, `topK` and `seed` have no effect.
 */
export const Sampling = z.object({
  temperature: z.number().min(0).max(5).default(0),
  topP: z.number().gt(0).max(1).default(1),
  topK: z.number().int().min(0).default(0),
  repetitionPenalty: z.number().gt(0).max(10).default(1),
  seed: z.number().int().min(0).max(0xffffffff).default(0),
  maxNewTokens: z.number().int().min(1).max(8192).default(256),
});
export type Sampling = z.infer<typeof Sampling>;

/** What the model is told before the conversation; empty: nothing. */
export const SystemPrompt = z.string().max(8000);

/** The input from which a sequence is composed. */
export const Composition = z.object({
  /** The answered questions with their answers. */
  history: z.array(Turn),
  /** The pictures that the model is to see. Pictures of `history` that are not in this list are left out. */
  items: z.array(Item),
  text: z.string(),
  placement: Placement,
  /** The system prompt; absent: the one that the model was trained with. */
  system: SystemPrompt.optional(),
  /** The content parts of a question that was asked before, if it is asked again as it was. */
  asked: z.array(Part).optional(),
  captions: z.object({
    /** Writes the time of each frame before its picture. */
    frameTimes: z.boolean(),
    /** Writes the name of a range before its first picture. */
    segmentLabels: z.boolean(),
    /**
     * Videos whose subtitles are written before their frames. `track` null: the first text track. `encoding` null:
     * detected from the file.
     */
    subtitles: z.array(
      z.object({ source: SourceFile, track: z.string().nullable(), encoding: TextEncodingName.nullable() }),
    ),
  }),
});
export type Composition = z.infer<typeof Composition>;

export const AskRequest = z.object({
  turns: z.array(Turn).min(1),
  /** The system prompt; empty: none. Absent: the one that the models were trained and measured with. */
  system: z.string().optional(),
  sampling: Sampling,
  /** The subtitles written before frames, for the receipt. */
  subtitles: z.array(SentSubtitles).optional(),
  /** Ask even if more memory is needed than is free. */
  anyway: z.boolean().optional(),
});
export type AskRequest = z.infer<typeof AskRequest>;

export const TokenCount = z.object({
  /** Tokens of the whole prompt, including pictures. */
  prompt: z.number().int().nonnegative(),
  /** Tokens of the prompt that belong to pictures. */
  image: z.number().int().nonnegative(),
  generated: z.number().int().nonnegative(),
  /** Tokens of the prompt that were found in the prefix cache and not prefilled again. */
  reused: z.number().int().nonnegative().default(0),
});
export type TokenCount = z.infer<typeof TokenCount>;

/** Milliseconds. `firstTokenMs` counts from the question; `decodeMs` is the time after the first token. */
export const Timings = z.object({
  loadMs: z.number(),
  visionMs: z.number(),
  prefillMs: z.number(),
  decodeMs: z.number(),
  firstTokenMs: z.number(),
  totalMs: z.number(),
});
export type Timings = z.infer<typeof Timings>;

export const ModelRef = z.object({
  name: z.string(),
  fingerprint: z.string(),
  precision: z.string(),
  provider: z.string(),
});
export type ModelRef = z.infer<typeof ModelRef>;

/** A file as it was sent to a server. `sha256` is of its bytes. */
export const SentFile = z.object({
  sha256: Sha256,
  mime: z.string(),
  bytes: z.number(),
  width: z.number(),
  height: z.number(),
});
export type SentFile = z.infer<typeof SentFile>;

/** One picture as the model saw it. `picture` is the picture in the tray. */
export const SentPicture = z.object({
  origin: Origin,
  picture: PictureRef,
  /** The resized picture that the local model saw, whole. Only the server knows it for a model of a server. */
  input: PictureRef.optional(),
  /** The tiles that the local model saw besides `input`, row by row. */
  tiles: z.array(PictureRef).optional(),
  /** Tokens that the picture took in the prompt. */
  tokens: z.number().int().optional(),
  /** The file that was sent to a server. */
  sent: SentFile.optional(),
  /** Whether the picture is unlike those the model was trained on. Absent if this cannot be determined. */
  outside: z.boolean().optional(),
});
export type SentPicture = z.infer<typeof SentPicture>;

/** The receipt of an answer of the local model: everything the model saw, and the settings it was asked with. */
export const LocalReceipt = z.object({
  /** The prompt as text, with `<image>` for each picture. */
  prompt: z.string(),
  pictures: z.array(SentPicture),
  tokens: TokenCount,
  timings: Timings,
  /**
   * Peak memory of the engine's process while it answered, in bytes, including the model. Null in receipts written
   * before it was recorded.
   */
  peakBytes: z.number().int().positive().nullable().default(null),
  model: ModelRef,
  sampling: Sampling,
  /** The subtitles written before frames, and how their files were read. */
  subtitles: z.array(SentSubtitles).optional(),
  /**
   * What else the prompt was composed with: the system prompt (null: the model's own), times before frames, names
   * before ranges. Absent in receipts written before it was recorded.
   */
  composed: z
    .object({ system: SystemPrompt.nullable(), frameTimes: z.boolean(), segmentLabels: z.boolean() })
    .optional(),
  /** `repeating`: the answer repeated itself without end; the kept text ends after the first occurrence. */
  finish: z.enum(['stop', 'length', 'context', 'cancelled', 'repeating']),
});
export type LocalReceipt = z.infer<typeof LocalReceipt>;

const counted = z.number().nullable();

/**
 * The receipt of an answer of a server: everything the server was sent, and how. What only the local engine knows
 * (hashes of the model's input, exact tokens before it is asked) is absent.
 */
export const ServerReceipt = z.object({
  server: z.object({ host: z.string(), kind: ServerKind, version: z.string().nullable(), loopback: z.boolean() }),
  model: z.object({ name: z.string() }),
  /** The body of the request as JSON, with the hash of each picture's bytes in place of the picture. */
  prompt: z.string(),
  pictures: z.array(SentPicture),
  /** As the server counted. Null if it does not say. */
  tokens: z.object({ prompt: counted, generated: counted }),
  /** Milliseconds. `firstTokenMs` counts from the question, including the time in the queue. */
  timings: z.object({ picturesMs: z.number(), firstTokenMs: counted, totalMs: z.number() }),
  sampling: Sampling,
  /** The settings that were asked for and not sent, because the server does not know them. */
  unsent: z.array(z.string()),
  /** What the model thought before it answered. */
  reasoning: z.string(),
  subtitles: z.array(SentSubtitles).optional(),
  finish: z.enum(['stop', 'length', 'cancelled']),
});
export type ServerReceipt = z.infer<typeof ServerReceipt>;

export const Receipt = z.union([ServerReceipt, LocalReceipt]);
export type Receipt = z.infer<typeof Receipt>;

/** Whether the answer was written on another machine. */
export const leftThisMachine = (receipt: Receipt | null): boolean =>
  receipt !== null && 'server' in receipt && !receipt.server.loopback;

/** Tokens decoded per second, after the first token. Null for an answer of one token. */
export function tokensPerSecond({ timings, tokens }: Pick<LocalReceipt, 'timings' | 'tokens'>): number | null {
  return timings.decodeMs > 0 && tokens.generated > 1 ? (1000 * (tokens.generated - 1)) / timings.decodeMs : null;
}

/** The settings of now, or those of a preset. Absent: those that the first answer was asked with. */
export const OtherSettings = z.union([z.literal('present'), z.object({ preset: z.string().max(80) })]);
export type OtherSettings = z.infer<typeof OtherSettings>;

/**
 * The first difference between an answer and its replay. `at`: the number of the picture, or the place in the prompt or
 * the answer in characters, from 0. `model`: another model is loaded, and nothing was replayed.
 */
export const Replayed = z.discriminatedUnion('differs', [
  z.object({ differs: z.enum(['nothing', 'model']) }),
  z.object({ differs: z.enum(['picture', 'prompt', 'words']), at: z.number().int().nonnegative() }),
]);
export type Replayed = z.infer<typeof Replayed>;

export const Answer = z.object({ text: z.string(), receipt: LocalReceipt });
export type Answer = z.infer<typeof Answer>;

export const ServerAnswer = z.object({ text: z.string(), receipt: ServerReceipt });
export type ServerAnswer = z.infer<typeof ServerAnswer>;

/**
 * What a sequence needs, computed before it runs, in tokens and in memory. `limit` is the length of the model's context
 * in tokens; null if a server does not tell.
 */
export const Budget = z.object({
  prompt: z.number().int(),
  image: z.number().int(),
  limit: z.number().int().nullable(),
  /** Tokens of one more picture as one of several. */
  perPicture: z.number().int(),
  /** Tokens of one more frame of a video. */
  perFrame: z.number().int(),
  /** Tokens of each picture, in the order of the sequence. `id` is the item's. */
  pictures: z.array(z.object({ id: z.string(), tokens: z.number().int() })),
  /**
   * For a model of a server, whose tokens only the server can count: the number of answers from which these are
   * estimated. With 0 they are a guess.
   */
  estimated: z.object({ answers: z.number().int() }).optional(),
  /** In bytes, besides the loaded model. Absent if it was not estimated. */
  memory: z
    .object({
      needed: z.number(),
      free: z.number(),
      /** The largest number of pictures for which there is memory. */
      pictures: z.number().int().nonnegative(),
    })
    .optional(),
  /**
   * Tokens and pictures of the prompt that are cached and need not be prefilled or encoded again. Absent if the caches
   * were not consulted.
   */
  known: z.object({ tokens: z.number().int().nonnegative(), pictures: z.number().int().nonnegative() }).optional(),
});
export type Budget = z.infer<typeof Budget>;

/** The most pictures, and the most frames of a video, up to which a model's answers were measured to be good. */
export const GoodFor = z.object({ pictures: z.number().int().positive(), frames: z.number().int().positive() });
export type GoodFor = z.infer<typeof GoodFor>;

export const ModelInfo = ModelRef.extend({
  /** Absolute path of the folder; shown in the settings only. */
  folder: z.string(),
  bundled: z.boolean(),
  contextLength: z.number().int(),
  /** What people call the kind of model, such as "LLaVA-NeXT-Interleave". */
  family: z.string(),
  /** Tokens of a picture as one of several. */
  tokensPerPicture: z.number().int(),
  /** Tokens of a frame of a video. */
  tokensPerFrame: z.number().int(),
  /** Null if it was not measured. */
  goodFor: GoodFor.nullable(),
  /** Side in pixels of the square to which pictures are resized; null for a model that reads each in its own shape. */
  inputSize: z.number().int().nullable(),
  bytes: z.number(),
  /** The device that the model runs on, and why. */
  device: DeviceUse,
  /** The memory needs computed when the model was loaded. */
  memory: ModelNeeds,
  weights: WeightChoice,
  /** How ONNX Runtime is called: through its C API, or through onnxruntime-node. */
  runtime: z.enum(['native', 'node']),
});
export type ModelInfo = z.infer<typeof ModelInfo>;

/** How soon a model answers on this machine, measured. */
export const ModelSpeed = z.object({
  /** Frames of the question. */
  frames: z.number().int(),
  /** Milliseconds to the first word. */
  firstWordMs: z.number(),
});
export type ModelSpeed = z.infer<typeof ModelSpeed>;
