// SPDX-License-Identifier: Apache-2.0
/** Reads and checks a model folder on disk, in the Hugging Face layout; errors name the file. */

import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { say, ZoetropeError, type GoodFor } from '../contract';
import { rowWidth, type ModelConfig, type PixelSettings } from './config';
import { familyOf, generationEndIds, type Family, type InputFormat } from './families';
import { graphFileName, GRAPHS, PRECISIONS, type Graph, type Precision } from './graphs';
import { checkCompiled, readManifest } from './manifest';
import { GOOD_FOR_FILE, parseGoodFor } from './good-for';
import { OUTSIDE_FILE, parseOutside, type OutsideScore } from './outside';

/** One graph on disk; `bytes` counts its external weights too. */
export interface GraphFile {
  path: string;
  bytes: number;
  /** The graph and its external weights. */
  files: string[];
}

/** Everything about a model except its weights. */
export interface ModelSettings {
  /** Absolute. */
  dir: string;
  /** The model's name: the folder's name. */
  name: string;
  config: ModelConfig;
  /** Side of the model's square input picture, in pixels. */
  imageSize: number;
  /** Rows of features of one tile, that is, of one run of the vision encoder. */
  tokensPerTile: number;
  imageTokenId: number;
  /** Width of an embedding. */
  hiddenSize: number;
  /** Values of a row of a prompt or of a picture's features: the embedding, and what the first layers add to it. */
  rowWidth: number;
  vocabSize: number;
  /** In tokens, prompt and answer together. */
  contextLength: number;
  /** Ids that end an answer. */
  eosIds: number[];
  pixels: PixelSettings;
  /** What people call the kind of model. */
  family: string;
  /** How the model takes pictures and text. */
  format: InputFormat;
  /** Absent if the model has no score for pictures unlike its training data. */
  outside: OutsideScore | undefined;
  /** Up to how many pictures its answers are good; null if it was not measured. */
  goodFor: GoodFor | null;
}

/** A model that can be run. */
export interface ModelFolder extends ModelSettings {
  graphs: Record<Graph, Partial<Record<Precision, GraphFile>>>;
  /** Of all graphs. */
  totalBytes: number;
}

/** Several times the size for the largest vocabulary in use. */
const MAX_JSON_BYTES = 100_000_000;

const SETTINGS_FILES = [
  'config.json',
  'tokenizer.json',
  'tokenizer_config.json',
  'preprocessor_config.json',
  'processor_config.json',
  'video_preprocessor_config.json',
  'generation_config.json',
  'chat_template.jinja',
  'chat_template.json',
  OUTSIDE_FILE,
];

/** The settings files of a model that belong beside its graphs. */
export function settingsFiles(): readonly string[] {
  return SETTINGS_FILES;
}

/**
 * Reads and checks a model folder that can be run. Checks that the weights exist but does not read them.
 * @throws ZoetropeError `model-missing` (no folder, or not a model's), `model-incomplete` (names the file),
 *   `model-broken` (names the file), `model-unsupported` (names the architecture).
 */
export async function readModelFolder(dir: string): Promise<ModelFolder> {
  const settings = await readModelSettings(dir);
  await checkCompiled(settings.dir);
  const graphs = await findGraphs(settings.dir);
  for (const graph of GRAPHS) {
    if (Object.keys(graphs[graph]).length > 0) continue;
    const checkpoint = (await findCheckpoint(settings.dir)) !== undefined;
    throw new ZoetropeError(
      'model-incomplete',
      say`The model "${settings.name}" has no file onnx/${graph}.onnx.`,
      checkpoint ? say`Let Zoetrope prepare the model first: its weights are there.` : say`Download the model again.`,
    );
  }
  if (settings.config.vision.native && !(await readManifest(settings.dir)))
    throw new ZoetropeError(
      'model-unsupported',
      say`The graphs of "${settings.name}" take pictures in another form than Zoetrope's.`,
      say`Download the model as safetensors; Zoetrope makes its own graphs of them.`,
    );
  const files = GRAPHS.flatMap((graph) => Object.values(graphs[graph]));
  const totalBytes = files.reduce((sum, file) => sum + file.bytes, 0);
  return { ...settings, graphs, totalBytes };
}

/**
 * Reads everything in a model folder except its weights: enough to compile it.
 * @throws ZoetropeError as `readModelFolder`, except for missing graphs.
 */
export async function readModelSettings(dir: string): Promise<ModelSettings> {
  const root = resolve(dir);
  const name = modelName(root);
  const isFolder = await stat(root).then(
    (s) => s.isDirectory(),
    () => false,
  );
  if (!isFolder) {
    throw new ZoetropeError(
      'model-missing',
      say`There is no model folder "${name}".`,
      say`Choose the folder of a model.`,
      root,
    );
  }
  const configJson = await readJson(root, 'config.json');
  if (configJson === undefined) {
    throw new ZoetropeError(
      'model-missing',
      say`The folder "${name}" has no config.json, so it is not a model's.`,
      say`Choose the folder that holds config.json.`,
      root,
    );
  }
  const family = familyOf(configJson);
  const config = family.parseConfig(configJson);
  const tokenizerJson = await requireJson(root, 'tokenizer.json');
  const tokenizerConfig = await requireJson(root, 'tokenizer_config.json');
  const pixels = await readPixelSettings(root, family, config);
  const generationEnds = generationEndIds((await readJson(root, 'generation_config.json')) ?? {});
  const eosIds = [
    ...new Set([...generationEnds, ...config.text.eosIds, ...tokenizerEos(tokenizerJson, tokenizerConfig)]),
  ];
  return {
    dir: root,
    name,
    config,
    imageSize: config.vision.imageSize,
    tokensPerTile: config.tokensPerTile,
    imageTokenId: config.imageTokenId,
    hiddenSize: config.text.hiddenSize,
    rowWidth: rowWidth(config.text),
    vocabSize: config.text.vocabSize,
    contextLength: config.text.contextLength,
    eosIds,
    pixels,
    family: family.title,
    format: family.inputFormat(config, pixels, await readChatTemplate(root, tokenizerConfig)),
    goodFor: parseGoodFor(await readJson(root, GOOD_FOR_FILE)),
    outside: parseOutside(await readJson(root, OUTSIDE_FILE), config.text.hiddenSize),
  };
}

/** The checkpoint to compile from: one file or the index of several; undefined if the folder has none. */
export async function findCheckpoint(dir: string): Promise<string | undefined> {
  for (const name of ['model.safetensors', 'model.safetensors.index.json']) {
    const path = join(dir, name);
    if (
      await stat(path).then(
        (s) => s.isFile(),
        () => false,
      )
    )
      return path;
  }
  return undefined;
}

/**
 * Reads a JSON file of a model folder.
 * @returns undefined if there is no such file.
 * @throws ZoetropeError `model-broken` if it is not JSON.
 */
export async function readJson(dir: string, name: string): Promise<unknown> {
  const text = await readText(dir, name);
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ZoetropeError(
      'model-broken',
      say`The model's file ${name} is damaged.`,
      say`Download the model again.`,
      String(error),
    );
  }
}

/** Reads a text file of a model folder, without a byte order mark; undefined if there is no such file. */
async function readText(dir: string, name: string): Promise<string | undefined> {
  try {
    const { size } = await stat(join(dir, name));
    if (size > MAX_JSON_BYTES)
      throw new ZoetropeError(
        'model-broken',
        say`The model's file ${name} is larger than it can be.`,
        say`Download the model again.`,
        `${size} bytes`,
      );
    return (await readFile(join(dir, name), 'utf8')).replace(/^\uFEFF/, '');
  } catch (error) {
    if (error instanceof ZoetropeError) throw error;
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new ZoetropeError(
      'model-broken',
      say`The model's file ${name} cannot be read.`,
      say`Check the permissions of the model folder, or download the model again.`,
      String(error),
    );
  }
}

/** As `readJson`, but a missing file is `model-incomplete`. */
export async function requireJson(dir: string, name: string): Promise<unknown> {
  const json = await readJson(dir, name);
  if (json !== undefined) return json;
  throw new ZoetropeError(
    'model-incomplete',
    say`The model "${modelName(resolve(dir))}" has no file ${name}.`,
    say`Download the model again.`,
    dir,
  );
}

async function readPixelSettings(dir: string, { parsePixels }: Family, config: ModelConfig): Promise<PixelSettings> {
  // Newer folders keep the picture settings inside processor_config.json.
  const own = await readJson(dir, 'preprocessor_config.json');
  const forVideos = await readJson(dir, 'video_preprocessor_config.json');
  const beside = isObject(forVideos) ? { video_processor: forVideos } : {};
  if (own !== undefined)
    return parsePixels(isObject(own) ? { ...beside, ...own } : own, 'preprocessor_config.json', config);
  const whole = await readJson(dir, 'processor_config.json');
  const inner = isObject(whole) ? whole['image_processor'] : undefined;
  if (inner !== undefined) {
    // SmolVLM and Qwen3-VL keep the size of frames in the part for videos.
    const video = isObject(whole) ? whole['video_processor'] : undefined;
    return parsePixels(
      {
        ...beside,
        ...(isObject(video) && { video_processor: video }),
        ...(isObject(video) && video['video_sampling'] !== undefined && { video_sampling: video['video_sampling'] }),
        ...(inner as object),
      },
      'processor_config.json',
      config,
    );
  }
  // The original has them in its source code: SigLIP's, which are our defaults.
  if (config.layout === 'original') return parsePixels({}, 'config.json', config);
  return parsePixels(await requireJson(dir, 'preprocessor_config.json'), 'preprocessor_config.json', config);
}

/** The chat template, in Jinja, from the three places where transformers keeps it; undefined if there is none. */
async function readChatTemplate(dir: string, tokenizerConfig: unknown): Promise<string | undefined> {
  const own = await readText(dir, 'chat_template.jinja');
  if (own !== undefined) return own;
  const json = await readJson(dir, 'chat_template.json');
  const found = isObject(json) ? json['chat_template'] : undefined;
  if (typeof found === 'string') return found;
  const inside = isObject(tokenizerConfig) ? tokenizerConfig['chat_template'] : undefined;
  if (typeof inside === 'string') return inside;
  // Several templates, by name.
  const named: unknown = Array.isArray(inside)
    ? inside.find((one) => isObject(one) && one['name'] === 'default')
    : undefined;
  const template = isObject(named) ? named['template'] : undefined;
  return typeof template === 'string' ? template : undefined;
}

/**
 * Ids of the tokenizer's end token, which the published config.json does not contain, and of those that end a turn in
 * the prompts of the families.
 */
function tokenizerEos(tokenizer: unknown, config: unknown): number[] {
  const eos = isObject(config) ? config['eos_token'] : undefined;
  const ends: unknown[] = [isObject(eos) ? eos['content'] : eos, '<|im_end|>', '<end_of_utterance>'];
  const added = isObject(tokenizer) ? tokenizer['added_tokens'] : undefined;
  if (!Array.isArray(added)) return [];
  return ends.flatMap((end) => {
    const token: unknown = added.find((t: unknown) => isObject(t) && t['content'] === end);
    const id = isObject(token) ? token['id'] : undefined;
    return typeof id === 'number' ? [id] : [];
  });
}

async function findGraphs(dir: string): Promise<ModelFolder['graphs']> {
  const folder = join(dir, 'onnx');
  const names = new Set(await readdir(folder).catch(() => []));
  const graphs: ModelFolder['graphs'] = { vision_encoder: {}, embed_tokens: {}, decoder_model_merged: {} };
  for (const graph of GRAPHS) {
    for (const precision of PRECISIONS) {
      const name = graphFileName(graph, precision);
      if (!names.has(name)) continue;
      // Weights beyond protobuf's 2 GB are in files beside the graph: x.onnx_data, x.onnx_data_1 ...
      const own = [...names].filter((n) => n === name || n.startsWith(`${name}_data`)).sort();
      const files = own.map((n) => join(folder, n));
      const sizes = await Promise.all(files.map(async (file) => (await stat(file)).size));
      graphs[graph][precision] = { path: join(folder, name), bytes: sizes.reduce((a, b) => a + b, 0), files };
    }
  }
  return graphs;
}

/** The folder's name, or the repository's for a folder inside Hugging Face's cache. */
function modelName(dir: string): string {
  const cached = /models--.+?--([^/\\]+)[/\\]snapshots[/\\][0-9a-f]+$/.exec(dir);
  return cached?.[1] ?? basename(dir);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
