import { z } from 'zod';
import { Answer, AskRequest, Budget, ModelInfo, Turn } from './ask';
import { ViewCapture } from './channels';
import { DeviceUse } from './device';
import { Item, NumberedItem, PictureRef, SourceRef } from './items';
import { Transparency } from './photo';
import {
  Bytes,
  ExportFormat,
  PreviewWay,
  SamplingPlan,
  Thumbnail,
  TimeRange,
  VideoInfo,
  VideoNote,
  Waveform,
} from './media';
import { PassKind, Passes } from './passes';
import { MemoryLimits, MemoryUse, ModelNeeds, PrecisionChoice } from './memory';
import { SourceKind } from './project';
import { ReadCues, SubtitleTrack, TextEncodingName } from './subtitles';
import { ProgressInfo } from './wire';

/**
 * What the main process asks of the engine's process. Every call may send events and may be cancelled by its number;
 * files are named by path here, because only the main process knows which ones the user opened.
 */

const path = z.string().min(1);

export const AskEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('progress'), progress: ProgressInfo }),
  z.object({ type: z.literal('text'), delta: z.string() }),
  /** The device failed: the same model goes on with the same question on the processor. */
  z.object({ type: z.literal('device'), model: ModelInfo }),
]);
export type AskEvent = z.infer<typeof AskEvent>;

export const engineCalls = {
  /** Loads a model; without `anyway` only one for which there is memory. */
  'model.load': {
    request: z.object({
      folder: path,
      bundled: z.boolean(),
      device: DeviceUse,
      anyway: z.boolean(),
      precision: PrecisionChoice,
      threads: z.number().int().nullable(),
      limits: MemoryLimits,
    }),
    event: z.union([ProgressInfo, ModelNeeds]),
    response: ModelInfo,
  },
  'memory.limit': { request: MemoryLimits, event: z.never(), response: z.void() },
  'memory.use': { request: z.undefined(), event: z.never(), response: MemoryUse },
  /** Forgets what was made of pictures, in memory and on disk. */
  'memory.forget': { request: z.undefined(), event: z.never(), response: MemoryUse },
  measure: { request: z.object({ turns: z.array(Turn).min(1) }), event: z.never(), response: Budget.nullable() },
  ask: { request: AskRequest, event: AskEvent, response: Answer },
  'file.inspect': {
    request: z.object({ path }),
    event: z.never(),
    response: z.object({ kind: SourceKind, bytes: z.number() }),
  },
  'video.open': { request: z.object({ path }), event: ProgressInfo, response: VideoInfo },
  'video.thumbnails': {
    request: z.object({ path, count: z.number().int(), height: z.number().int(), range: TimeRange.optional() }),
    event: Thumbnail,
    response: z.void(),
  },
  'video.waveform': { request: z.object({ path }), event: z.never(), response: Waveform },
  'video.preview': {
    request: z.object({ path, failed: PreviewWay.nullable() }),
    event: ProgressInfo,
    response: z.object({ way: PreviewWay, file: path.nullable() }),
  },
  'video.subtitles': {
    request: z.object({ path, opened: z.array(path) }),
    event: z.never(),
    response: z.array(SubtitleTrack),
  },
  'video.cues': {
    request: z.object({ path, opened: z.array(path), track: z.string(), encoding: TextEncodingName.nullable() }),
    event: z.never(),
    response: ReadCues,
  },
  'video.sample': {
    request: z.object({ path, source: SourceRef, plan: SamplingPlan }),
    event: ProgressInfo,
    response: z.object({ items: z.array(Item), notes: z.array(VideoNote) }),
  },
  'video.frameTimes': { request: z.object({ path }), event: z.never(), response: Bytes },
  /** When the frames of a plan are shown, without reading them. Where scenes change cannot be told so. */
  'video.plan': {
    request: z.object({ path, plan: SamplingPlan }),
    event: z.never(),
    response: z.object({ times: z.array(z.number()) }),
  },
  'pictures.export': {
    request: z.object({
      items: z.array(NumberedItem).min(1),
      folder: path,
      format: ExportFormat,
      existing: z.enum(['ask', 'replace', 'keep']),
    }),
    event: ProgressInfo,
    response: z.object({ written: z.number().int(), taken: z.number().int() }),
  },
  /** Into a new folder: pictures, cameras, receipts. */
  'views.export': {
    request: z.object({ items: z.array(NumberedItem).min(1), folder: path, depths: z.array(z.boolean()) }),
    event: ProgressInfo,
    response: z.object({ names: z.array(z.string()) }),
  },
  'views.passes': {
    request: z.object({
      file: path,
      picture: PictureRef,
      passes: Passes,
      kinds: z.array(PassKind),
      depthUnit: z.number().positive(),
    }),
    event: z.never(),
    response: z.partialRecord(PassKind, z.string()),
  },
  'video.command': {
    request: z.object({ path, name: z.string(), places: z.array(z.number().int().nonnegative()) }),
    event: z.never(),
    response: z.object({ command: z.string() }),
  },
  'picture.tiles': {
    request: z.object({ item: Item, side: z.number().int().positive() }),
    event: z.never(),
    response: z.object({ items: z.array(Item) }),
  },
  'photo.read': {
    request: z.object({ path, source: SourceRef, transparency: Transparency }),
    event: z.never(),
    response: Item,
  },
  'view.add': {
    request: z.object({ capture: ViewCapture, source: SourceRef }),
    event: z.never(),
    response: Item,
  },
} as const satisfies Record<string, { request: z.ZodType; event: z.ZodType; response: z.ZodType }>;

export type EngineCall = keyof typeof engineCalls;
export type EngineRequest<N extends EngineCall> = z.output<(typeof engineCalls)[N]['request']>;
export type EngineEvent<N extends EngineCall> = z.output<(typeof engineCalls)[N]['event']>;
export type EngineResponse<N extends EngineCall> = z.output<(typeof engineCalls)[N]['response']>;

/** Main to engine. */
export const EngineInbound = z.discriminatedUnion('type', [
  z.object({ type: z.literal('call'), id: z.number().int(), name: z.string(), request: z.unknown() }),
  z.object({ type: z.literal('cancel'), id: z.number().int() }),
  /** To be answered at once, so that a hung engine is noticed. */
  z.object({ type: z.literal('ping') }),
]);
export type EngineInbound = z.infer<typeof EngineInbound>;

/** Engine to main. */
export type EngineOutbound =
  | { type: 'ready' }
  | { type: 'pong' }
  | { type: 'event'; id: number; event: unknown }
  | { type: 'done'; id: number; value: unknown }
  | { type: 'error'; id: number; error: z.infer<typeof import('./wire').ErrorInfo> };
