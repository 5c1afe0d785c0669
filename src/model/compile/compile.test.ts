// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { cp, mkdir, mkdtemp, open, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Progress } from '../../contract';
import { readManifest } from '../manifest';
import { compileModel } from './compile';

// What the graphs compute is checked in src/runtime/parity.test.ts.

const GOLDEN = join(import.meta.dirname, '../golden');
let dir: string;
let source: string;
let out: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'zoetrope-compile-'));
  source = join(dir, 'source');
  out = join(dir, 'out');
  await cp(join(GOLDEN, 'mha'), source, { recursive: true });
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const compile = (options: { onProgress?: (p: Progress) => void; signal?: AbortSignal } = {}) =>
  compileModel(source, out, { precision: 'fp32', ...options });

describe('the compiler', () => {
  it('writes a whole model folder, with a manifest that fits', async () => {
    const events: Progress[] = [];
    const folder = await compile({ onProgress: (p) => events.push(p) });
    expect(folder.graphs.decoder_model_merged.fp32?.files).toHaveLength(2);
    expect((await readdir(out)).filter((name) => name.startsWith('onnx'))).toEqual(['onnx']);
    const manifest = (await readManifest(out))!;
    expect(manifest.files).toHaveLength(6);
    for (const file of manifest.files) {
      const bytes = await readFile(join(out, 'onnx', file.name));
      expect(bytes.length).toBe(file.bytes);
      expect(createHash('sha256').update(bytes).digest('hex')).toBe(file.sha256);
    }
    const { total } = events[0]!;
    const dones = events.map((e) => e.done);
    expect(dones).toEqual([...dones].sort((a, b) => a - b));
    expect(dones.at(-1)).toBe(total);
    expect(dones.at(-2)).toBe(total); // the estimate was exact
  });

  it('takes a head of its own whatever the config says of tied ones, as transformers 5 does', async () => {
    const decoder = async (): Promise<string | undefined> => {
      await compile();
      return (await readManifest(out))?.files.find(({ name }) => name === 'decoder_model_merged.onnx_data')?.sha256;
    };
    const own = await decoder();
    expect(own).toBeDefined();
    const config = JSON.parse(await readFile(join(source, 'config.json'), 'utf8')) as { text_config: object };
    await writeFile(
      join(source, 'config.json'),
      JSON.stringify({
        ...config,
        tie_word_embeddings: true,
        text_config: { ...config.text_config, tie_word_embeddings: true },
      }),
    );
    await rm(out, { recursive: true });
    expect(await decoder()).toBe(own);
  });

  it('compiles beside the checkpoint too', async () => {
    out = source;
    await compile();
    expect(await readdir(source)).toContain('onnx');
  });

  it('does nothing the second time, and starts again when weights or graphs changed', async () => {
    await compile();
    const written = async () => (await stat(join(out, 'onnx/compiled.json'))).mtimeMs;
    const first = await written();
    await compile();
    expect(await written()).toBe(first);
    // Other weights of the same size.
    const shard = await open(join(source, 'model-00002-of-00002.safetensors'), 'r+');
    const { size } = await shard.stat();
    await shard.write(Uint8Array.of(1, 2), 0, 2, size - 2);
    await shard.close();
    await compile();
    const second = await written();
    expect(second).not.toBe(first);
    await rm(join(out, 'onnx/embed_tokens.onnx_data'));
    await compile();
    expect(await readdir(join(out, 'onnx'))).toContain('embed_tokens.onnx_data');
    expect((await readdir(out)).filter((name) => name.startsWith('onnx'))).toEqual(['onnx']);
  });

  it('leaves nothing behind when stopped', async () => {
    const controller = new AbortController();
    const stopped = compile({
      signal: controller.signal,
      onProgress: (p) => {
        if (p.done > p.total / 2) controller.abort();
      },
    });
    await expect(stopped).rejects.toMatchObject({ code: 'cancelled' });
    expect((await readdir(out)).filter((name) => name.startsWith('onnx'))).toEqual([]);
  });

  it('does not touch graphs that it did not make', async () => {
    await mkdir(join(out, 'onnx'), { recursive: true });
    await writeFile(join(out, 'onnx/decoder_model_merged_q4.onnx'), 'downloaded');
    await expect(compile()).rejects.toMatchObject({ code: 'bad-request' });
    expect(await readFile(join(out, 'onnx/decoder_model_merged_q4.onnx'), 'utf8')).toBe('downloaded');
  });

  it('keeps what others put beside its graphs, but not its own of other weights', async () => {
    await compile();
    await writeFile(join(out, 'onnx/vision_encoder_q4.onnx'), 'downloaded');
    await compileModel(source, out, { precision: 'w8a8' });
    expect(await readFile(join(out, 'onnx/vision_encoder_q4.onnx'), 'utf8')).toBe('downloaded');
    expect(await readdir(join(out, 'onnx'))).toContain('vision_encoder.onnx');
    const config = await readFile(join(source, 'config.json'), 'utf8');
    await writeFile(join(source, 'config.json'), `${config}\n`); // another source
    await compileModel(source, out, { precision: 'w8a8' });
    const names = await readdir(join(out, 'onnx'));
    expect(names).toContain('vision_encoder_q4.onnx');
    expect(names).not.toContain('vision_encoder.onnx');
  });

  it('names what is missing or does not fit', async () => {
    await rm(join(source, 'model-00001-of-00002.safetensors'));
    await expect(compile()).rejects.toMatchObject({
      code: 'model-incomplete',
      message: expect.stringContaining('model-00001') as string,
    });
    await rm(join(source, 'model.safetensors.index.json'));
    await expect(compile()).rejects.toMatchObject({
      code: 'model-incomplete',
      message: expect.stringContaining('model.safetensors') as string,
    });
  });

  it('names the tensor whose shape is not what config.json says', async () => {
    const path = join(source, 'config.json');
    await writeFile(path, (await readFile(path, 'utf8')).replace('"intermediate_size": 72', '"intermediate_size": 80'));
    await expect(compile()).rejects.toMatchObject({
      code: 'model-broken',
      message: expect.stringMatching(
        /"model\.language_model\.layers\.0\.mlp\.gate_proj\.weight".*\[72, 48\].*\[80, 48\]/,
      ) as string,
    });
    expect((await readdir(out)).filter((name) => name.startsWith('onnx'))).toEqual([]);
  });
});
