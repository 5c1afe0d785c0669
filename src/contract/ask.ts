// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { DeviceUse } from './device';
import { Item, Origin, PictureRef, SourceFile } from './items';
import { ModelNeeds, WeightChoice } from './memory';
import { SentSubtitles, TextEncodingName } from './subtitles';

/** `interleaved`: pictures stand where the text refers to them. `front`: all pictures first, the text names them. */
export const Placement = z.enum(['interleaved', 'front']);
export type Placement = z.infer<typeof Placement>;

export const Part = z.discriminatedUnion('type', [
  z.object({ type: z.literal('text'), text: z.string() }),
  z.object({ type: z.literal('image'), item: Item }),
]);
export type Part = z.infer<typeof Part>;

export const Turn = z.discriminatedUnion('role', [
  z.object({ role: z.literal('user'), parts: z.array(Part) }),
  z.object({ role: z.literal('assistant'), text: z.string() }),
]);
export type Turn = z.infer<typeof Turn>;

/** How the next token is chosen. `temperature` 0 is greedy, and then the rest but the penalty has no effect. */
export const Sampling = z.object({
  temperature: z.number().min(0).max(5).default(0),
  topP: z.number().gt(0).max(1).default(1),
  topK: z.number().int().min(0).default(0),
  repetitionPenalty: z.number().gt(0).max(10).default(1),
  seed: z.number().int().min(0).max(0xffffffff).default(0),
  maxNewTokens: z.number().int().min(1).max(8192).default(256),
});
export type Sampling = z.infer<typeof Sampling>;

/** What a question is composed of. */
export const Composition = z.object({
  /** The questions that were answered, with their answers. */
  history: z.array(Turn),
  /** The pictures that the model is to see: those of `history` that are not among them are left out. */
  items: z.array(Item),
  text: z.string(),
  placement: Placement,
  captions: z.object({
    /** Writes each frame's time before its picture. */
    frameTimes: z.boolean(),
    /** Writes a part's name before its first picture. */
    segmentLabels: z.boolean(),
    /** Videos whose subtitles are written before their frames; `track` null is the first that is text, `encoding` null as it looks. */
    subtitles: z.array(
      z.object({ source: SourceFile, track: z.string().nullable(), encoding: TextEncodingName.nullable() }),
    ),
  }),
});
export type Composition = z.infer<typeof Composition>;

export const AskRequest = z.object({
  turns: z.array(Turn).min(1),
  sampling: Sampling,
  /** Whose words stand before frames, for the receipt. */
  subtitles: z.array(SentSubtitles).optional(),
  /** Asks also what takes more memory than is free. */
  anyway: z.boolean().optional(),
});
export type AskRequest = z.infer<typeof AskRequest>;

export const TokenCount = z.object({
  /** Whole prompt, pictures included. */
  prompt: z.number().int().nonnegative(),
  /** The part of it that is pictures. */
  image: z.number().int().nonnegative(),
  generated: z.number().int().nonnegative(),
  /** The part of the prompt that was known from an earlier question and not read again. */
  reused: z.number().int().nonnegative().default(0),
});
export type TokenCount = z.infer<typeof TokenCount>;

/** Milliseconds. `firstTokenMs` counts from the question; `decodeMs` is everything after the first token. */
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

/**
 * One picture as the model saw it: `picture` is what was handed over, `input` what it was resized to. `outside` is true
 * when it looks unlike what the model was trained on, and absent when nothing can tell.
 */
export const SentPicture = z.object({
  origin: Origin,
  picture: PictureRef,
  input: PictureRef,
  outside: z.boolean().optional(),
});
export type SentPicture = z.infer<typeof SentPicture>;

/** The receipt of an answer: everything the model saw and how it was asked. */
export const Receipt = z.object({
  /** The prompt as written, each picture shown as `<image>`. */
  prompt: z.string(),
  pictures: z.array(SentPicture),
  tokens: TokenCount,
  timings: Timings,
  /** The most memory that the engine's process took while it answered, model included; null in receipts of before it was noted. */
  peakBytes: z.number().int().positive().nullable().default(null),
  model: ModelRef,
  sampling: Sampling,
  /** Whose words stand before frames, and how their files were read. */
  subtitles: z.array(SentSubtitles).optional(),
  /** `repeating`: it said the same over and over; its text ends with the first time. */
  finish: z.enum(['stop', 'length', 'context', 'cancelled', 'repeating']),
});
export type Receipt = z.infer<typeof Receipt>;

/** Tokens written a second, after the first; null for an answer of one token. */
export function tokensPerSecond({ timings, tokens }: Pick<Receipt, 'timings' | 'tokens'>): number | null {
  return timings.decodeMs > 0 && tokens.generated > 1 ? (1000 * (tokens.generated - 1)) / timings.decodeMs : null;
}

export const Answer = z.object({ text: z.string(), receipt: Receipt });
export type Answer = z.infer<typeof Answer>;

/** What a sequence takes, before it runs, in tokens and in memory. `limit` is the model's context. */
export const Budget = z.object({
  prompt: z.number().int(),
  image: z.number().int(),
  limit: z.number().int(),
  perPicture: z.number().int(),
  /** In bytes, beside the loaded model; absent where nobody has looked. */
  memory: z
    .object({
      needed: z.number(),
      free: z.number(),
      /** How many pictures at most there is memory for. */
      pictures: z.number().int().nonnegative(),
    })
    .optional(),
  /** Of the prompt's tokens and pictures, what was read and looked at before and will not be again; absent where nobody has looked. */
  known: z.object({ tokens: z.number().int().nonnegative(), pictures: z.number().int().nonnegative() }).optional(),
});
export type Budget = z.infer<typeof Budget>;

export const ModelInfo = ModelRef.extend({
  /** Absolute folder; shown in settings only. */
  folder: z.string(),
  bundled: z.boolean(),
  contextLength: z.number().int(),
  tokensPerPicture: z.number().int(),
  inputSize: z.number().int(),
  bytes: z.number(),
  /** Where it runs, and why there. */
  device: DeviceUse,
  /** As it was when it was loaded. */
  memory: ModelNeeds,
  weights: WeightChoice,
  /** How ONNX Runtime is called: by its C API, or through onnxruntime-node. */
  runtime: z.enum(['native', 'node']),
});
export type ModelInfo = z.infer<typeof ModelInfo>;
