// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { Id } from './items';

/** Servers that run models, such as Ollama or vLLM, and what is known of them. */

/** The server programs that are distinguished. Each differs from the common protocol in some way. */
export const SERVER_KINDS = ['Ollama', 'LM Studio', 'llama.cpp', 'vLLM', 'SGLang', 'transformers', 'other'] as const;
export const ServerKind = z.enum(SERVER_KINDS);
export type ServerKind = z.infer<typeof ServerKind>;

const tokens = z.number().nonnegative().nullable();

/** A model as described by its server. Properties that the server does not report are null, never guessed. */
export const ServerModel = z.object({
  id: z.string().min(1).max(500),
  /** Whether the model accepts pictures. */
  pictures: z.boolean().nullable(),
  /** Tokens for a prompt and its answer together; the limit of the running instance if that is known. */
  context: tokens,
  /** Tokens that the model itself supports. */
  longestContext: tokens,
  /** Ollama only: whether the prompt is made by a renderer (see `ollamaMessages`). */
  hasRenderer: z.boolean().optional(),
});
export type ServerModel = z.infer<typeof ServerModel>;

/** A description of the server at an address. */
export const ServerDescription = z.object({
  kind: ServerKind,
  version: z.string().nullable(),
  /** All models except embedding models. */
  models: z.array(ServerModel),
});
export type ServerDescription = z.infer<typeof ServerDescription>;

/** How pictures are sent to a server. PNG holds the exact pixels; JPEG takes about a tenth of the bytes. */
export const PictureFormat = z.object({
  type: z.enum(['png', 'jpeg']),
  /** Of JPEG, 1 to 100. Default: 90. */
  quality: z.number().int().min(1).max(100).optional(),
  /** In pixels. A larger picture is reduced to it, in proportion. Default: the picture's own size. */
  longestSide: z.number().int().min(32).max(16_384).optional(),
});
export type PictureFormat = z.infer<typeof PictureFormat>;

/** The picture format that changes nothing. */
export const EXACT: PictureFormat = { type: 'png' };

/** A server that the user has added. It never holds the key. */
export const SavedServer = z.object({
  id: Id,
  name: z.string().min(1).max(100),
  url: z.string().min(1).max(2000),
  /** The environment variable in which the command line finds the key. */
  keyEnv: z.string().max(200).nullable().default(null),
  /** Whether the user has allowed that questions leave this machine for this server. Not needed on loopback. */
  allowed: z.boolean().default(false),
  format: PictureFormat.default(EXACT),
  /** Models that the user has named, because the server does not list all that it can run. */
  named: z.array(ServerModel.shape.id).max(100).default([]),
  /** The last description of the server; null before it was first described. */
  description: ServerDescription.nullable().default(null),
});
export type SavedServer = z.infer<typeof SavedServer>;

/** The models of a server: those that it lists, then those that the user has named. */
export function modelsOf({ named, description }: Pick<SavedServer, 'named' | 'description'>): ServerModel[] {
  const listed = description?.models ?? [];
  const others = named.filter((id) => !listed.some((model) => model.id === id));
  return [...listed, ...others.map((id) => ({ id, pictures: null, context: null, longestContext: null }))];
}

/** A server as the window shows it. */
export const ShownServer = SavedServer.omit({ keyEnv: true, allowed: true }).extend({
  /** The name and port of the host. */
  host: z.string(),
  /** Whether it runs on this machine, so that questions do not leave it. */
  loopback: z.boolean(),
  /** `session`: the key is kept until Zoetrope ends, because this system has no safe place for it. */
  key: z.enum(['none', 'kept', 'session']),
});
export type ShownServer = z.infer<typeof ShownServer>;

/** A model of a server that the user has added. */
export const ServerModelRef = z.object({ server: Id, model: ServerModel.shape.id });
export type ServerModelRef = z.infer<typeof ServerModelRef>;

/** A server that was found on this machine. */
export const FoundServer = ServerDescription.extend({ url: z.string() });
export type FoundServer = z.infer<typeof FoundServer>;

/** How the engine reaches a server. It holds the key, and never leaves the main process and the engine. */
export const ServerAccess = z.object({
  url: z.string(),
  key: z.string().nullable(),
  /** The URL of the proxy that the system names for this server; null for none. */
  proxy: z.string().nullable(),
});
export type ServerAccess = z.infer<typeof ServerAccess>;

/** The result of testing a model of a server with a small picture. */
export const ServerTest = z.object({
  description: ServerDescription,
  /** The model's words about the picture. Null if no model could be asked. */
  answer: z.object({ model: z.string(), text: z.string(), ms: z.number(), sawPicture: z.boolean() }).nullable(),
});
export type ServerTest = z.infer<typeof ServerTest>;
