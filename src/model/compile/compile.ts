/** A checkpoint in safetensors to ONNX graphs in the published layout, with no Python. */

import { createHash, randomBytes } from 'node:crypto';
import { copyFile, mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { throwIfCancelled, ZoetropeError, type OnProgress } from '../../contract';
import { sampleHash } from '../fingerprint';
import { findCheckpoint, graphFileName, readModelFolder, readModelSettings, settingsFiles, type ModelFolder, type ModelSettings, type Part } from '../folder';
import { Checkpoint } from '../safetensors';
import { writeDecoder } from './decoder';
import { writeTokenEmbeddings } from './embeddings';
import { GraphWriter, type WrittenFile } from './graph';
import type { Compilation } from './layers';
import { writeVisionEncoder } from './vision';
import { ModelWeights } from './weights';

/** Raise it when the graphs change, so that folders compiled before are compiled again. */
export const COMPILER_VERSION = 1;

/** The file beside the graphs that says what they were made from. */
export const MANIFEST_FILE = 'compiled.json';

const manifestSchema = z.object({
  compiler: z.number(),
  precision: z.literal('fp32'),
  source: z.string(),
  files: z.array(z.object({ name: z.string(), bytes: z.number(), sha256: z.string() })),
});
export type CompileManifest = z.infer<typeof manifestSchema>;

export interface CompileOptions {
  precision: 'fp32';
  /** Step `compile`, in bytes of weights written. */
  onProgress?: OnProgress | undefined;
  signal?: AbortSignal | undefined;
}

const WRITERS: Record<Part, (c: Compilation, config: ModelSettings['config']) => Promise<void>> = {
  vision_encoder: writeVisionEncoder,
  embed_tokens: writeTokenEmbeddings,
  decoder_model_merged: writeDecoder,
};

/**
 * Compiles the model in `sourceDir` into `outDir` (which may be the same folder) and returns the folder, ready to
 * run. Does nothing if `outDir` already holds graphs made from the same weights. The graphs are written aside and
 * moved into place whole: a stopped or crashed run leaves nothing half done.
 * @throws ZoetropeError as `readModelSettings`; `model-incomplete` without weights; `model-broken` for damaged ones
 *   (names the tensor); `bad-request` if `outDir` holds graphs that were not made here; `disk-full`; `cancelled`.
 */
export async function compileModel(sourceDir: string, outDir: string, options: CompileOptions): Promise<ModelFolder> {
  const { onProgress, signal } = options;
  throwIfCancelled(signal);
  const settings = await readModelSettings(sourceDir);
  const checkpointPath = await findCheckpoint(settings.dir);
  if (!checkpointPath) {
    throw new ZoetropeError('model-incomplete', `The model "${settings.name}" has no file model.safetensors.`, 'Download the model again.');
  }
  const out = resolve(outDir);
  const source = await sourceFingerprint(settings.dir, checkpointPath);
  const target = join(out, 'onnx');
  const existing = await readManifest(out);
  if (existing && (await isCurrent(target, existing, source, options.precision))) {
    await copySettings(settings.dir, out);
    return readModelFolder(out);
  }
  if (!existing && (await readdir(target).catch(() => [])).some((name) => name.endsWith('.onnx'))) {
    throw new ZoetropeError(
      'bad-request',
      `The folder of "${settings.name}" already holds graphs that were not made by Zoetrope.`,
      'Compile into another folder, or use those graphs as they are.',
      target,
    );
  }

  const temporary = join(out, `onnx.partial-${randomBytes(4).toString('hex')}`);
  const checkpoint = await Checkpoint.open(checkpointPath);
  try {
    await mkdir(out, { recursive: true });
    await removeLeftovers(out);
    await mkdir(temporary);
    const total = weightBytes(settings);
    let done = 0;
    onProgress?.({ step: 'compile', done, total });
    const onBytes = (bytes: number) => {
      throwIfCancelled(signal);
      done += bytes;
      onProgress?.({ step: 'compile', done: Math.min(done, total), total });
    };
    const files: WrittenFile[] = [];
    for (const [part, write] of Object.entries(WRITERS) as [Part, (typeof WRITERS)[Part]][]) {
      const graph = await GraphWriter.create(temporary, graphFileName(part, options.precision), onBytes);
      try {
        await write({ graph, weights: new ModelWeights(checkpoint) }, settings.config);
        files.push(...(await graph.finish()));
      } finally {
        await graph.abandon();
      }
    }
    const manifest: CompileManifest = { compiler: COMPILER_VERSION, precision: options.precision, source, files };
    await writeFile(join(temporary, MANIFEST_FILE), `${JSON.stringify(manifest, null, 2)}\n`, { flush: true });
    throwIfCancelled(signal);
    await copySettings(settings.dir, out);
    await moveIntoPlace(temporary, target);
    onProgress?.({ step: 'compile', done: total, total });
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    if ((error as NodeJS.ErrnoException).code === 'ENOSPC') {
      throw new ZoetropeError('disk-full', 'There is not enough room on the disk to prepare the model.', 'Free some room and try again.', String(error));
    }
    throw error;
  } finally {
    await checkpoint.close();
  }
  return readModelFolder(out);
}

/** What the graphs in a folder were compiled from; undefined if they were not compiled here. */
export async function readManifest(dir: string): Promise<CompileManifest | undefined> {
  const text = await readFile(join(dir, 'onnx', MANIFEST_FILE), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return manifestSchema.parse(JSON.parse(text));
  } catch {
    // Damaged or of another version: as good as none of ours, but ours to replace.
    return { compiler: 0, precision: 'fp32', source: '', files: [] };
  }
}

async function sourceFingerprint(dir: string, checkpointPath: string): Promise<string> {
  const hash = createHash('sha256').update(await readFile(join(dir, 'config.json')));
  const shards = checkpointPath.endsWith('.json')
    ? (await readdir(dir)).filter((name) => name.endsWith('.safetensors')).sort().map((name) => join(dir, name))
    : [checkpointPath];
  for (const shard of shards) hash.update(await sampleHash(shard));
  return hash.digest('hex');
}

async function isCurrent(target: string, manifest: CompileManifest, source: string, precision: string): Promise<boolean> {
  if (manifest.compiler !== COMPILER_VERSION || manifest.precision !== precision || manifest.source !== source) return false;
  for (const file of manifest.files) {
    const size = await stat(join(target, file.name)).then((s) => s.size, () => -1);
    if (size !== file.bytes) return false;
  }
  return true;
}

/** Bytes of weights the three graphs will hold. */
function weightBytes({ config }: ModelSettings): number {
  const { vision: v, text: t } = config;
  const visionLayer = 4 * v.hiddenSize * (v.hiddenSize + 1) + 2 * v.hiddenSize * v.intermediateSize + v.intermediateSize + 5 * v.hiddenSize;
  const vision =
    v.hiddenSize * (3 * v.patchSize ** 2 + 1 + config.tokensPerImage) + v.layers * visionLayer +
    t.hiddenSize * (v.hiddenSize + t.hiddenSize + (config.projectorBias ? 2 : 0));
  const qkv = (t.heads + 2 * t.kvHeads) * t.headDim;
  const textLayer = qkv * (t.hiddenSize + 1) + t.heads * t.headDim * t.hiddenSize + 3 * t.hiddenSize * t.intermediateSize + 2 * t.hiddenSize;
  const text = t.layers * textLayer + t.hiddenSize + t.contextLength * t.headDim;
  return 4 * (vision + text + 2 * t.vocabSize * t.hiddenSize);
}

async function copySettings(from: string, to: string): Promise<void> {
  if (from === to) return;
  await mkdir(to, { recursive: true });
  for (const name of settingsFiles()) {
    await copyFile(join(from, name), join(to, name)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
    });
  }
}

/** Folders that a crash left behind; younger ones may belong to another Zoetrope at work. */
async function removeLeftovers(dir: string): Promise<void> {
  const HOUR = 3_600_000;
  for (const name of await readdir(dir)) {
    if (!name.startsWith('onnx.partial-') && !name.startsWith('onnx.old-')) continue;
    const path = join(dir, name);
    const age = Date.now() - (await stat(path)).mtimeMs;
    if (age > HOUR) await rm(path, { recursive: true, force: true });
  }
}

async function moveIntoPlace(temporary: string, target: string): Promise<void> {
  // A folder can't be renamed onto a full one: the old graphs step aside first.
  const old = `${target}.old-${randomBytes(4).toString('hex')}`;
  const hadOld = await rename(target, old).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return false;
      throw error;
    },
  );
  try {
    await rename(temporary, target);
  } catch (error) {
    if (hadOld) await rename(old, target);
    throw error;
  }
  await syncFolder(join(target, '..'));
  if (hadOld) await rm(old, { recursive: true, force: true });
}

/** Makes a rename last through a power cut. Windows cannot open folders, and needs no such thing. */
async function syncFolder(dir: string): Promise<void> {
  const handle = await open(dir, 'r').catch(() => undefined);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}
