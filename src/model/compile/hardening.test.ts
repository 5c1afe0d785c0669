// SPDX-License-Identifier: Apache-2.0
/**
 * Damaged checkpoints, full disks, two compilers at once, killed ones: each gives a typed error and leaves no partial
 * file that loads.
 */

import { constants } from 'node:fs';
import {
  copyFile,
  cp,
  mkdir,
  mkdtemp,
  open,
  readdir,
  readFile,
  rm,
  stat,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FileHashes, modelFingerprint } from '../fingerprint';
import { readModelFolder } from '../folder';
import type { Format } from '../graphs';
import { verifyCompiled } from '../manifest';
import { compileModel } from './compile';
import { LOCK_FILE } from './lock';

/** A disk that is full after `room` bytes, and reports `claimed` bytes free. */
const disk = vi.hoisted(() => ({ room: Infinity, claimed: Infinity }));

vi.mock('node:fs/promises', async (importOriginal) => {
  const real = await importOriginal<typeof import('node:fs/promises')>();
  const take = (bytes: number) => {
    disk.room -= bytes;
    if (disk.room < 0) throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
  };
  return {
    ...real,
    open: async (...args: Parameters<typeof real.open>) => {
      const file = await real.open(...args);
      const write = file.write.bind(file) as (data: Uint8Array, ...rest: number[]) => Promise<{ bytesWritten: number }>;
      const counted = async (data: Uint8Array, ...rest: number[]) => {
        take(rest[1] ?? data.length);
        return write(data, ...rest);
      };
      return Object.assign(file, { write: counted });
    },
    writeFile: async (...args: Parameters<typeof real.writeFile>) => {
      take((args[1] as Uint8Array | string).length);
      return real.writeFile(...args);
    },
    statfs: async (...args: Parameters<typeof real.statfs>) => {
      const s = (await real.statfs(...args)) as { bavail: number; bsize: number };
      return disk.claimed === Infinity ? s : { bavail: disk.claimed, bsize: 1 };
    },
  };
});

const GOLDEN = join(import.meta.dirname, '../golden');
let dir: string;
let source: string;
let out: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'zoetrope-hardening-'));
  source = join(dir, 'source');
  out = join(dir, 'out');
  await cp(join(GOLDEN, 'original'), source, { recursive: true });
});
afterEach(async () => {
  Object.assign(disk, { room: Infinity, claimed: Infinity });
  await rm(dir, { recursive: true, force: true });
});

const compile = (precision: Format = 'w8a8') => compileModel(source, out, { precision });
const weights = () => join(source, 'model.safetensors');
/** The files in the folder of the compiled model, without settings. */
const remains = async () => (await readdir(out).catch(() => [])).filter((name) => name.startsWith('onnx')).sort();
const containing = (text: string) => expect.stringContaining(text) as string;

/** Replaces text in the checkpoint's header with text of the same length. */
async function tamper(from: string, to: string): Promise<void> {
  expect(to.length).toBe(from.length);
  const bytes = await readFile(weights());
  const at = bytes.indexOf(from);
  expect(at).toBeGreaterThan(0);
  bytes.write(to, at, 'latin1');
  await writeFile(weights(), bytes);
}

describe('a damaged checkpoint', () => {
  const K = 'model.layers.1.self_attn.k_proj.weight';

  it.each<[string, () => Promise<void>, object]>([
    [
      'cut short',
      async () => truncate(weights(), (await stat(weights())).size - 1),
      { code: 'model-broken', message: containing('model.safetensors') },
    ],
    [
      'cut inside its header',
      () => truncate(weights(), 500),
      { code: 'model-broken', message: containing('model.safetensors') },
    ],
    ['empty', () => truncate(weights(), 0), { code: 'model-broken', message: containing('model.safetensors') }],
    [
      'without a tensor',
      () => tamper(K, K.replace('k_proj', 'k_prok')),
      { code: 'model-incomplete', message: containing(K) },
    ],
    [
      'without the head',
      () => tamper('"lm_head.weight"', '"lm_haed.weight"'),
      { code: 'model-incomplete', message: containing('lm_head.weight') },
    ],
    [
      'without the projector',
      () => tamper('mm_projector.0.weight', 'mm_projector.9.weight'),
      { code: 'model-incomplete', message: containing('multi_modal_projector') },
    ],
    [
      'of another shape',
      () => tamper('"shape":[200,48]', '"shape":[48,200]'),
      {
        code: 'model-broken',
        message: expect.stringMatching(/"(lm_head|model\.embed_tokens)\.weight".*\[48, 200\].*\[200, 48\]/) as string,
      },
    ],
    [
      'of whole numbers',
      () => tamper('"lm_head.weight":{"dtype":"BF16"', '"lm_head.weight":{"dtype":"I16" '),
      { code: 'model-broken', message: containing('"lm_head.weight"') },
    ],
  ])('%s is refused by name before anything is written', async (_, damage, error) => {
    await damage();
    await expect(compile()).rejects.toMatchObject(error);
    expect(await remains()).toEqual([]);
  });

  it('of values that are no numbers is refused by name', async () => {
    const file = await open(weights(), constants.O_RDWR);
    const { size } = await file.stat();
    const header = Buffer.alloc(8);
    await file.read(header, 0, 8, 0);
    const json = Buffer.alloc(Number(header.readBigUInt64LE()));
    await file.read(json, 0, json.length, 8);
    const place = (JSON.parse(json.toString()) as Record<string, { data_offsets: [number, number] }>)[K]!;
    await file.write(Uint8Array.of(0xc0, 0x7f), 0, 2, 8 + json.length + place.data_offsets[0] + 10);
    await file.close();
    expect((await stat(weights())).size).toBe(size);
    await expect(compile()).rejects.toMatchObject({ code: 'model-broken', message: containing(K) });
    expect(await remains()).toEqual([]);
  });
});

describe('a full disk', () => {
  it('is seen before anything is written, where the disk says so', async () => {
    disk.claimed = 1000;
    await expect(compile()).rejects.toMatchObject({ code: 'disk-full', advice: containing('MB') });
    expect(await remains()).toEqual([]);
  });

  it('at any moment leaves nothing behind, and what was there before runs on', async () => {
    const fingerprint = await modelFingerprint(await compile('fp32'), new FileHashes());
    const start = 1e9;
    disk.room = start;
    await compile('w8a8');
    const needed = start - disk.room;
    await rm(join(out, 'onnx'), { recursive: true });
    disk.room = Infinity;
    await compile('fp32');
    for (const room of [0, 10, 5000, Math.floor(needed / 2), needed - 2000, needed - 1]) {
      disk.room = room;
      await expect(compile('w8a8'), `${room} bytes of room`).rejects.toMatchObject({ code: 'disk-full' });
      disk.room = Infinity;
      expect(await remains()).toEqual(['onnx']);
      expect(await modelFingerprint(await readModelFolder(out), new FileHashes())).toBe(fingerprint);
    }
    expect(Object.keys((await compile('w8a8')).graphs.vision_encoder)).toEqual(['fp32', 'w8a8']);
  });
});

describe('two compilers', () => {
  it('at once in one folder: one works, the other is told', async () => {
    const results = await Promise.allSettled([compile('fp32'), compile('w8a8'), compile('fp32')]);
    const failed = results.filter((r) => r.status === 'rejected').map((r): unknown => r.reason);
    expect(failed).toHaveLength(2);
    for (const error of failed)
      expect(error).toMatchObject({ code: 'bad-request', message: containing('being prepared already') });
    expect(await remains()).toEqual(['onnx']);
    await readModelFolder(out);
  });

  const lock = async (pid: number, host = hostname(), secondsAgo = 1) => {
    await mkdir(out, { recursive: true });
    await writeFile(join(out, LOCK_FILE), JSON.stringify({ pid, host, token: 'another' }));
    const then = new Date(Date.now() - 1000 * secondsAgo);
    await utimes(join(out, LOCK_FILE), then, then);
  };
  const DEAD = 2 ** 30; // beyond any system's process ids

  it('respect a lock whose owner lives, here or on another machine', async () => {
    await lock(process.ppid);
    await expect(compile()).rejects.toMatchObject({ code: 'bad-request' });
    await lock(DEAD, 'elsewhere');
    await expect(compile()).rejects.toMatchObject({ code: 'bad-request' });
    expect(await remains()).toEqual([LOCK_FILE]);
  });

  it.each<[string, number, string | undefined, number]>([
    ['whose owner is dead', DEAD, undefined, 1],
    ['that has been silent for long', process.ppid, undefined, 600],
    ['of another machine, silent for long', DEAD, 'elsewhere', 600],
  ])('take over a lock %s', async (_, pid, host, age) => {
    await lock(pid, host, age);
    await compile();
    expect(await remains()).toEqual(['onnx']);
  });
});

describe('a compiler killed', () => {
  it('while it wrote: the next one cleans up and starts again', async () => {
    await mkdir(join(out, 'onnx.partial-00000000'), { recursive: true });
    await writeFile(join(out, 'onnx.partial-00000000/decoder_model_merged_w8a8.onnx_data'), 'half');
    await writeFile(join(out, LOCK_FILE), JSON.stringify({ pid: 2 ** 30, host: hostname(), token: 'dead' }));
    await expect(readModelFolder(out)).rejects.toMatchObject({ code: 'model-missing' });
    await compile();
    expect(await remains()).toEqual(['onnx']);
  });

  it('between the old graphs stepping aside and the new ones coming: likewise', async () => {
    await compile('fp32');
    await cp(join(out, 'onnx'), join(out, 'onnx.old-00000000'), { recursive: true });
    await rm(join(out, 'onnx'), { recursive: true });
    await expect(readModelFolder(out)).rejects.toMatchObject({ code: 'model-incomplete' });
    await compile('fp32');
    expect(await remains()).toEqual(['onnx']);
  });
});

describe('compiled graphs', () => {
  it.each(['decoder_model_merged_w8a8.onnx_data', 'vision_encoder_w8a8.onnx', 'image_newline.f32'])(
    'with %s cut short are not loaded, but made again',
    async (name) => {
      await compile();
      const path = join(out, 'onnx', name);
      const { size } = await stat(path);
      await truncate(path, size - 1);
      await expect(readModelFolder(out)).rejects.toMatchObject({ code: 'model-broken', message: containing(name) });
      await compile();
      expect((await stat(path)).size).toBe(size);
      await rm(path);
      await expect(readModelFolder(out)).rejects.toMatchObject({ code: 'model-broken', message: containing(name) });
      await compile('fp32'); // compiles other graphs, but leaves no damaged ones beside them
      await readModelFolder(out);
    },
  );

  it('with one value changed are found by reading them all', async () => {
    await compile();
    await verifyCompiled(out);
    const name = 'decoder_model_merged_w8a8.onnx_data';
    const file = await open(join(out, 'onnx', name), 'r+');
    await file.write(Uint8Array.of(1, 2, 3), 0, 3, 70_000);
    await file.close();
    await expect(verifyCompiled(out)).rejects.toMatchObject({ code: 'model-broken', message: containing(name) });
    await rm(join(out, 'onnx/compiled.json'));
    await expect(verifyCompiled(out)).rejects.toMatchObject({ code: 'bad-request' });
  });

  it('with a damaged manifest are not loaded, but made again', async () => {
    await compile();
    await writeFile(join(out, 'onnx/compiled.json'), '{"compiler": 2, "fil');
    await expect(readModelFolder(out)).rejects.toMatchObject({
      code: 'model-broken',
      message: containing('compiled.json'),
    });
    await compile();
    await readModelFolder(out);
  });

  it('from a folder that was copied while it was written are not loaded', async () => {
    const folder = await compile();
    const copy = join(dir, 'copy');
    await mkdir(join(copy, 'onnx'), { recursive: true });
    for (const name of ['config.json', 'tokenizer.json', 'tokenizer_config.json'])
      await copyFile(join(folder.dir, name), join(copy, name));
    for (const name of ['compiled.json', 'vision_encoder_w8a8.onnx'])
      await copyFile(join(out, 'onnx', name), join(copy, 'onnx', name));
    await expect(readModelFolder(copy)).rejects.toMatchObject({ code: 'model-broken' });
  });
});
