/** `onnx/compiled.json`: what the compiler wrote into a model folder, and what from. */

import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { ZoetropeError } from '../contract';

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

/** What the graphs in a folder were compiled from; undefined if they were not compiled here. */
export async function readManifest(dir: string): Promise<CompileManifest | undefined> {
  const text = await readFile(join(dir, 'onnx', MANIFEST_FILE), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return manifestSchema.parse(JSON.parse(text));
  } catch {
    // Damaged: as good as none of ours, but ours to replace.
    return { compiler: 0, source: '', files: [] };
  }
}

/**
 * Checks that compiled graphs are there whole; graphs that were not compiled here are left to their own checks.
 * @throws ZoetropeError `model-broken`, naming the file.
 */
export async function checkCompiled(dir: string): Promise<void> {
  const manifest = await readManifest(dir);
  if (!manifest) return;
  const broken = (name: string, detail: string) =>
    new ZoetropeError('model-broken', `The model's file onnx/${name} is damaged.`, 'Let Zoetrope prepare the model again.', detail);
  if (manifest.files.length === 0) throw broken(MANIFEST_FILE, 'not a manifest');
  for (const { name, bytes } of manifest.files) {
    const size = await sizeOf(join(dir, 'onnx', name));
    if (size !== bytes) throw broken(name, `${size ?? 'no file'} of ${bytes} bytes`);
  }
}

/** Bytes of a file; undefined if there is none. */
export async function sizeOf(path: string): Promise<number | undefined> {
  return stat(path).then((s) => s.size, () => undefined);
}
