// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { DeviceChoice } from './device';
import { MemoryLimits, PrecisionChoice } from './memory';
import { Part, Placement, Receipt, Sampling, SystemPrompt } from './ask';
import { ShownError } from './wire';
import { Id, Item, PictureRef } from './items';
import { Transparency } from './photo';
import { VideoRanges } from './media';
import { SceneSetup } from './scene';
import { ServerModelRef } from './servers';
import { VideoSetup } from './video';

export const SourceKind = z.enum(['video', 'photo', 'scene']);
export type SourceKind = z.infer<typeof SourceKind>;

export const Source = z.object({
  id: Id,
  kind: SourceKind,
  name: z.string(),
  /** The folder of the file, for the tooltip only. */
  folder: z.string(),
  bytes: z.number(),
  /** False if the file was moved or deleted. The conversation is kept, and the user can locate the file. */
  present: z.boolean(),
});
export type Source = z.infer<typeof Source>;

const Answered = z.object({
  createdAt: z.number(),
  text: z.string(),
  status: z.enum(['streaming', 'done', 'stopped', 'failed']),
  error: ShownError.nullable(),
  receipt: Receipt.nullable(),
});

export const Message = z.discriminatedUnion('role', [
  z.object({
    id: Id,
    role: z.literal('user'),
    createdAt: z.number(),
    text: z.string(),
    placement: Placement,
    parts: z.array(Part),
  }),
  Answered.extend({
    id: Id,
    role: z.literal('assistant'),
    /** The answer of another model to the same question, to compare with. It is no part of the conversation. */
    beside: Answered.optional(),
  }),
]);
export type Message = z.infer<typeof Message>;

/** Which version of a message is shown, from 1, and how many there are. */
export const Versions = z.object({ at: z.number().int().positive(), of: z.number().int().positive() });
export type Versions = z.infer<typeof Versions>;

export const ConversationSummary = z.object({
  id: Id,
  /** Its name, or the beginning of its first question or its draft. Empty if it has none of them. */
  name: z.string(),
  updatedAt: z.number(),
  /** Of all versions. */
  messages: z.number().int().nonnegative(),
});
export type ConversationSummary = z.infer<typeof ConversationSummary>;

export const Project = z.object({
  id: Id,
  name: z.string(),
  /** The name of the preset that the project was last used with. */
  preset: z.string().nullable(),
  /** The model of a server that answers. Null: the local model. */
  model: ServerModelRef.nullable(),
  sources: z.array(Source),
  activeSource: Id.nullable(),
  tray: z.array(Item),
  /** The conversation that is shown. */
  conversation: Id,
  /** All conversations of the project, the latest first. */
  conversations: z.array(ConversationSummary),
  /** The messages of the shown conversation, on the branch that is shown. */
  messages: z.array(Message),
  /** The messages of the branch that have other versions, by their ids. */
  versions: z.record(Id, Versions),
  /** Scene settings by the source's id, for scenes that have some. */
  setups: z.record(Id, SceneSetup),
  /** Ranges by the source's id, for videos that have some. */
  segments: z.record(Id, VideoRanges),
  /** Video settings by the source's id, for videos that have some. */
  videoSetups: z.record(Id, VideoSetup),
});
export type Project = z.infer<typeof Project>;

/** The text in the composer that was not asked yet. */
export const Draft = z.object({
  text: z.string().max(100_000),
  /** The question that the text will replace, and the text that was in the composer before. */
  editing: z.object({ id: Id, draft: z.string().max(100_000) }).nullable(),
});
export type Draft = z.infer<typeof Draft>;
export const NO_DRAFT: Draft = { text: '', editing: null };

export const ProjectSummary = z.object({
  id: Id,
  name: z.string(),
  updatedAt: z.number(),
  /** The beginning of its first question; empty if there is none. */
  question: z.string(),
  /** The first picture of its tray. */
  picture: PictureRef.nullable(),
  /** The kinds of its sources, in their order. */
  sources: z.array(SourceKind),
  conversations: z.number().int().nonnegative(),
  archived: z.boolean(),
});
export type ProjectSummary = z.infer<typeof ProjectSummary>;

/** A question that is offered ready to ask, with the name that it has in the menu. */
export const ReadyQuestion = z.object({ name: z.string().max(80), text: z.string().max(4000) });
export type ReadyQuestion = z.infer<typeof ReadyQuestion>;

/** Settings that belong together, under a name. */
export const Preset = z.object({
  name: z.string().min(1).max(80),
  system: SystemPrompt.nullable(),
  sampling: Sampling,
  placement: Placement,
  frameCount: z.number().int().min(1).max(128),
  viewCount: z.number().int().min(1).max(64),
  frameTimes: z.boolean(),
});
export type Preset = z.infer<typeof Preset>;

export const Settings = z.object({
  theme: z.enum(['system', 'dark', 'light']).default('system'),
  language: z.enum(['system', 'en', 'zh']).default('system'),
  placement: Placement.default('interleaved'),
  frameCount: z.number().int().min(1).max(128).default(16),
  /** Writes each frame's time into the prompt, before its picture. */
  frameTimes: z.boolean().default(false),
  /** Writes a range's name into the prompt, before its first picture. */
  segmentLabels: z.boolean().default(false),
  /** Keys that the user has changed: the name of the key by the action's id. An empty name removes the key. */
  keys: z.record(z.string().max(40), z.string().max(40)).default({}),
  /** How transparent pixels of photographs are filled. */
  transparency: Transparency.default('white'),
  /** The system prompt. Null: the one that the model was trained with. */
  system: SystemPrompt.nullable().default(null),
  presets: z.array(Preset).max(50).default([]),
  /** The user's own ready questions. Null: the built-in ones, in the language of the window. */
  questions: z.array(ReadyQuestion).max(100).nullable().default(null),
  viewCount: z.number().int().min(1).max(64).default(8),
  device: DeviceChoice.default('auto'),
  precision: PrecisionChoice.default('auto'),
  memory: MemoryLimits.default(MemoryLimits.parse({})),
  /** Threads of the model. Null leaves it to the runtime. */
  threads: z.number().int().min(1).max(512).nullable().default(null),
  sampling: Sampling.default(Sampling.parse({})),
});
export type Settings = z.infer<typeof Settings>;
