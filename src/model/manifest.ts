// SPDX-License-Identifier: Apache-2.0
/** `onnx/compiled.json`: what the compiler wrote into a model folder, and from which checkpoint. */

import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { say, throwIfCancelled, ZoetropeError, type OnProgress } from '../contract';

/** The file beside the graphs. */
export const MANIFEST_FILE = 'compiled.json';

const manifestSchema = z.object({
  /** Version of the compiler. */
  compiler: z.number(),
  /** Fingerprint of the checkpoint and its config.json. */
  source: z.string(),
  files: z.array(z.object({ name: z.string(), bytes: z.number(), sha256: z.string() })),
});
export type CompileManifest = z.infer<typeof manifestSchema>;

/** The manifest of a folder; undefined if its graphs were not compiled here. */
export async function readManifest(dir: string): Promise<CompileManifest | undefined> {
  const text = await readFile(join(dir, 'onnx', MANIFEST_FILE), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return manifestSchema.parse(JSON.parse(text));
  } catch {
    // A damaged manifest matches no file, but the folder is ours to replace.
    return { compiler: 0, source: '', files: [] };
  }
}

/**
 * Checks that all compiled graphs exist with the right size. Graphs that were not compiled here are checked elsewhere.
 * @throws ZoetropeError `model-broken`, naming the file.
 */
export async function checkCompiled(dir: string): Promise<void> {
  const manifest = await readManifest(dir);
  if (!manifest) return;
  if (manifest.files.length === 0) throw damaged(MANIFEST_FILE, 'not a manifest');
  for (const { name, bytes } of manifest.files) {
    const size = await sizeOf(join(dir, 'onnx', name));
    if (size !== bytes) throw damaged(name, `${size ?? 'no file'} of ${bytes} bytes`);
  }
}

/**
 * Reads every byte of the compiled graphs and compares hashes: finds changed values, which `checkCompiled` cannot.
 * @param options.onProgress step `load`, in bytes.
 * @throws ZoetropeError as `checkCompiled`; `bad-request` for graphs that were not compiled here; `cancelled`.
 */
export async function verifyCompiled(
  dir: string,
  options: { onProgress?: OnProgress | undefined; signal?: AbortSignal | undefined } = {},
): Promise<void> {
  const manifest = await readManifest(dir);
  if (!manifest) {
    throw new ZoetropeError(
      'bad-request',
      say`The graphs in this folder were not made by Zoetrope, so there is nothing to compare them with.`,
      say`Compare them with where they come from.`,
    );
  }
  await checkCompiled(dir);
  const total = manifest.files.reduce((sum, { bytes }) => sum + bytes, 0);
  let done = 0;
  for (const { name, sha256 } of manifest.files) {
    const hash = createHash('sha256');
    for await (const chunk of createReadStream(join(dir, 'onnx', name), { highWaterMark: 1 << 20 })) {
      throwIfCancelled(options.signal);
      hash.update(chunk as Buffer);
      done += (chunk as Buffer).length;
      options.onProgress?.({ step: 'load', done, total });
    }
    const digest = hash.digest('hex');
    // Compiling again would keep a file of the right size.
    if (digest !== sha256)
      throw damaged(
        name,
        `sha256 ${digest}, not ${sha256}`,
        say`Delete the folder onnx and let Zoetrope prepare the model again.`,
      );
  }
}

function damaged(name: string, detail: string, advice = say`Let Zoetrope prepare the model again.`): ZoetropeError {
  return new ZoetropeError('model-broken', say`The model's file onnx/${name} is damaged.`, advice, detail);
}

/** Bytes of a file; undefined if there is none. */
export async function sizeOf(path: string): Promise<number | undefined> {
  return stat(path).then(
    (s) => s.size,
    () => undefined,
  );
}
