// SPDX-License-Identifier: Apache-2.0
/** Compiles a safetensors checkpoint to ONNX graphs in the published layout, without Python. */

import { createHash } from 'node:crypto';
import { copyFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { say, throwIfCancelled, ZoetropeError, type OnProgress } from '../../contract';
import type { ModelConfig } from '../config';
import { FileHashes } from '../fingerprint';
import {
  findCheckpoint,
  readModelFolder,
  readModelSettings,
  settingsFiles,
  type ModelFolder,
  type ModelSettings,
} from '../folder';
import { graphFileName, GRAPHS, graphFormats, type Format, type Graph, type Precision } from '../graphs';
import { IMAGE_NEWLINE_FILE } from '../image-newline';
import { MANIFEST_FILE, readManifest, sizeOf, type CompileManifest } from '../manifest';
import { Checkpoint } from '../safetensors';
import { writeDecoder } from './decoder';
import { writeTokenEmbeddings } from './embeddings';
import { GraphWriter, type WrittenFile } from './graph';
import type { Compilation } from './layers';
import { lockFolder } from './lock';
import { carryOver, diskFull, makeAside, moveIntoPlace, removeLeftovers, requireRoom } from './place';
import { writeVisionEncoder } from './vision';
import { HEADS, ModelWeights, type Weight } from './weights';

/** Increase it when the graphs change, so that folders compiled earlier are compiled again. */
export const COMPILER_VERSION = 4;

export interface CompileOptions {
  precision: Format;
  /** Step `compile`, in bytes of weights written. */
  onProgress?: OnProgress | undefined;
  signal?: AbortSignal | undefined;
}

const WRITERS: Record<Graph, (c: Compilation, config: ModelConfig) => Promise<void>> = {
  vision_encoder: writeVisionEncoder,
  embed_tokens: writeTokenEmbeddings,
  decoder_model_merged: writeDecoder,
};

/** One graph to compile. */
interface Plan {
  part: Graph;
  format: Format;
  fileName: string;
}

/**
 * Compiles the model in `sourceDir` into `outDir` (which may be the same folder) and returns the folder, ready to run.
 * Graphs in `outDir` that were made from the same weights are kept, in other precisions too, and so are files from
 * other programs. The rest is written to a temporary folder and moved into place when complete: a stopped or crashed
 * compilation leaves no partial graphs, and the next one removes its temporary files.
 * @throws ZoetropeError as `readModelSettings`; `model-incomplete` if the weights or a tensor are missing;
 *   `model-broken` for damaged ones (names the tensor); `bad-request` if `outDir` holds graphs that were not made here,
 *   cannot be written, or is being compiled into; `disk-full`; `cancelled`.
 */
export async function compileModel(sourceDir: string, outDir: string, options: CompileOptions): Promise<ModelFolder> {
  throwIfCancelled(options.signal);
  const settings = await readModelSettings(sourceDir);
  const checkpointPath = await findCheckpoint(settings.dir);
  if (!checkpointPath) {
    throw new ZoetropeError(
      'model-incomplete',
      say`The model "${settings.name}" has no file model.safetensors.`,
      say`Download the model again.`,
    );
  }
  const out = resolve(outDir);
  const source = await sourceFingerprint(settings.dir, checkpointPath);
  try {
    // Checked before taking the lock: a finished folder may be read-only.
    if (!(await isWhole(out, source, options.precision))) {
      await refuseStrangers(out, settings.name);
      await mkdir(out, { recursive: true });
      const unlock = await lockFolder(out, settings.name);
      try {
        await writeLacking(settings, checkpointPath, source, out, options);
      } finally {
        await unlock();
      }
    }
    await copySettings(settings.dir, out);
  } catch (error) {
    throw writeError(error, settings.name);
  }
  return readModelFolder(out);
}

/** Bytes of each graph in the format that a model compiled in one precision has there. */
export type GraphBytes = Record<Graph, Partial<Record<Precision, { bytes: number }>>>;

/**
 * Bytes of the graphs that a checkpoint would be compiled to, without reading its weights.
 * @throws ZoetropeError as `compileModel`.
 */
export async function compiledBytes(sourceDir: string, precision: Format): Promise<GraphBytes> {
  const settings = await readModelSettings(sourceDir);
  const path = await findCheckpoint(settings.dir);
  if (!path)
    throw new ZoetropeError(
      'model-incomplete',
      say`The model "${settings.name}" has no file model.safetensors.`,
      say`Download the model again.`,
    );
  const checkpoint = await Checkpoint.open(path);
  try {
    return await measured(new ModelWeights(checkpoint), settings.config, precision);
  } finally {
    await checkpoint.close();
  }
}

/** The same for a model of which only the config is known, and the tensors that its checkpoint would have. */
export async function expectedBytes(
  config: ModelConfig,
  precision: Format,
): Promise<{ graphs: GraphBytes; tensors: Weight[] }> {
  const tensors = new Map<string, number[]>();
  const weights = new ModelWeights({
    has: (name) => !(config.text.tiedHead && HEADS.includes(name)),
    expect: (name, shape) => void tensors.set(name, [...shape]),
    read: async function* () {
      // Nothing is read when sizes are measured.
    },
  });
  const graphs = await measured(weights, config, precision);
  return { graphs, tensors: [...tensors].map(([name, shape]) => ({ name, shape })) };
}

async function measured(weights: ModelWeights, config: ModelConfig, precision: Format): Promise<GraphBytes> {
  const sizes = {} as GraphBytes;
  for (const plan of lacking(precision, new Map())) {
    let total = 0;
    await writeGraph(
      plan,
      GraphWriter.measure((bytes) => {
        total += bytes;
      }),
      weights,
      config,
    );
    sizes[plan.part] = { [plan.format]: { bytes: total } };
  }
  return sizes;
}

/** Compiles the missing graphs; the caller holds the folder's lock. */
async function writeLacking(
  settings: ModelSettings,
  checkpointPath: string,
  source: string,
  out: string,
  options: CompileOptions,
): Promise<void> {
  const { onProgress, signal, precision } = options;
  await removeLeftovers(out);
  if (await isWhole(out, source, precision)) return;
  const kept = await currentFiles(out, source);
  const plans = lacking(precision, kept);
  const target = join(out, 'onnx');
  const checkpoint = await Checkpoint.open(checkpointPath);
  let aside: string | undefined;
  try {
    const weights = new ModelWeights(checkpoint);
    // A dry run: every tensor is checked, and every byte counted, before the first is written.
    let total = 0;
    for (const plan of plans)
      await writeGraph(
        plan,
        GraphWriter.measure((bytes) => {
          total += bytes;
        }),
        weights,
        settings.config,
      );
    await requireRoom(out, total);
    aside = await makeAside(out);
    let done = 0;
    onProgress?.({ step: 'compile', done, total });
    const onBytes = (bytes: number) => {
      throwIfCancelled(signal);
      done += bytes;
      onProgress?.({ step: 'compile', done, total });
    };
    const files: WrittenFile[] = [...kept.values()];
    for (const name of [...kept.keys(), ...(await strangers(out))])
      await carryOver(join(target, name), join(aside, name));
    for (const plan of plans) {
      const graph = await GraphWriter.create(aside, plan.fileName, onBytes);
      try {
        await writeGraph(plan, graph, weights, settings.config);
        files.push(...(await graph.finish()));
      } finally {
        await graph.abandon();
      }
    }
    const newline = kept.has(IMAGE_NEWLINE_FILE) ? undefined : weights.imageNewline(settings.hiddenSize);
    if (newline) files.push(await writeFloats(aside, IMAGE_NEWLINE_FILE, newline));
    const manifest: CompileManifest = { compiler: COMPILER_VERSION, source, files };
    await writeFile(join(aside, MANIFEST_FILE), `${JSON.stringify(manifest, null, 2)}\n`, { flush: true });
    throwIfCancelled(signal);
    await moveIntoPlace(aside, target);
    onProgress?.({ step: 'compile', done: total, total });
  } catch (error) {
    if (aside !== undefined) await rm(aside, { recursive: true, force: true });
    throw error;
  } finally {
    await checkpoint.close();
  }
}

async function writeGraph(
  { part, format }: Plan,
  graph: GraphWriter,
  weights: ModelWeights,
  config: ModelConfig,
): Promise<void> {
  await WRITERS[part]({ graph, weights, format, activations: new Map() }, config);
}

async function writeFloats(dir: string, name: string, chunks: AsyncIterable<Float32Array>): Promise<WrittenFile> {
  const parts: Buffer[] = [];
  for await (const chunk of chunks) parts.push(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
  const bytes = Buffer.concat(parts);
  await writeFile(join(dir, name), bytes, { flush: true });
  return { name, bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
}

/** Whether a folder has all requested graphs and no damaged ones. */
async function isWhole(out: string, source: string, precision: Format): Promise<boolean> {
  const files = await currentFiles(out, source);
  return lacking(precision, files).length === 0 && files.size === (await readManifest(out))?.files.length;
}

/** The complete files in a folder that this compiler made from this checkpoint, by name. */
async function currentFiles(out: string, source: string): Promise<Map<string, WrittenFile>> {
  const manifest = await readManifest(out);
  const current = new Map<string, WrittenFile>();
  if (manifest?.compiler !== COMPILER_VERSION || manifest.source !== source) return current;
  for (const file of manifest.files) {
    if ((await sizeOf(join(out, 'onnx', file.name))) === file.bytes) current.set(file.name, file);
  }
  return current;
}

/** The graphs of a precision that are not among these files. */
function lacking(precision: Format, files: Map<string, WrittenFile>): Plan[] {
  const formats = graphFormats(precision);
  return GRAPHS.map((part) => ({ part, format: formats[part], fileName: graphFileName(part, formats[part]) })).filter(
    ({ fileName }) => !files.has(fileName) || !files.has(`${fileName}_data`),
  );
}

/**
 * Files beside our graphs that another program made. If the manifest is damaged they cannot be told apart, and all
 * count as ours.
 */
async function strangers(out: string): Promise<string[]> {
  const ours = (await readManifest(out))?.files.map(({ name }) => name) ?? [];
  if (ours.length === 0) return [];
  const entries = await readdir(join(out, 'onnx'), { withFileTypes: true });
  return entries.filter((e) => e.isFile() && e.name !== MANIFEST_FILE && !ours.includes(e.name)).map((e) => e.name);
}

async function refuseStrangers(out: string, name: string): Promise<void> {
  const target = join(out, 'onnx');
  const graphs = (await readdir(target).catch(() => [])).filter((file) => file.endsWith('.onnx'));
  if (graphs.length === 0 || (await readManifest(out))) return;
  throw new ZoetropeError(
    'bad-request',
    say`The folder of "${name}" already holds graphs that were not made by Zoetrope.`,
    say`Compile into another folder, or use those graphs as they are.`,
    target,
  );
}

/** Shared by all compilations of this process: a checkpoint is hashed more than once. */
const hashes = new FileHashes();

async function sourceFingerprint(dir: string, checkpointPath: string): Promise<string> {
  const hash = createHash('sha256').update(await readFile(join(dir, 'config.json')));
  const shards = checkpointPath.endsWith('.json')
    ? (await readdir(dir))
        .filter((name) => name.endsWith('.safetensors'))
        .sort()
        .map((name) => join(dir, name))
    : [checkpointPath];
  for (const shard of shards) hash.update(await hashes.of(shard));
  return hash.digest('hex');
}

async function copySettings(from: string, to: string): Promise<void> {
  if (from === to) return;
  for (const name of settingsFiles()) {
    await copyFile(join(from, name), join(to, name)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
    });
  }
}

/** A file-system error as a `ZoetropeError`. */
function writeError(error: unknown, name: string): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOSPC' || code === 'EDQUOT') return diskFull(String(error));
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS' || code === 'EBUSY') {
    return new ZoetropeError(
      'bad-request',
      say`The folder of "${name}" cannot be written.`,
      say`Close what uses the model, or compile into a folder of your own.`,
      String(error),
    );
  }
  return error;
}
