// SPDX-License-Identifier: Apache-2.0
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { crc32 } from 'node:zlib';
import { build } from 'vite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { toErrorInfo } from '../../contract';
import { HubCache } from './cache';
import { download, type DownloadOptions } from './download';
import { bytesOf } from './extents';
import { Hub } from './hub';
import { Journal } from './journal';
import { rangeOf, REPO, startHub, type TestHub } from './test-hub';

const NAME = 'model.safetensors';
const SIZE = 1_000_003;
const BLOCK = 16_384;
const RANGES: DownloadOptions = { large: 1, block: BLOCK, pauses: [1, 1, 1, 1, 1] };

let folder: string;
let cache: HubCache;
let server: TestHub;
let hub: Hub;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'zoetrope-ranges-'));
  cache = new HubCache(folder);
  server = await startHub({ [NAME]: randomBytes(SIZE) });
  hub = new Hub({ endpoint: server.url, patience: 300 });
});
afterEach(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

const prepare = async () => {
  const facts = await hub.facts(REPO);
  const file = facts.files.find(({ path }) => path === NAME)!;
  const part = cache.rangesPart(facts, file);
  mkdirSync(dirname(part), { recursive: true });
  return { facts, file, part, prefix: cache.part(facts, file), blob: cache.blob(facts, file) };
};
const isWhole = (path: string): boolean => readFileSync(path).equals(server.files[NAME]!);
const codeOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'done',
    (error: unknown) => toErrorInfo(error).code,
  );
/** Sends a reply piece by piece, as a slow host does. */
const slowly: NonNullable<TestHub['trouble']> = (response, request, bytes) => {
  const { from, to, status, headers } = rangeOf(request, bytes);
  response.writeHead(status, headers);
  let at = from;
  const next = (): void => {
    if (response.destroyed) return;
    const piece = bytes.subarray(at, Math.min(to, at + 8192));
    at += piece.length;
    if (at < to) response.write(piece, () => setTimeout(next, 2));
    else response.end(piece);
  };
  next();
  return true;
};

describe('a large file', () => {
  it('arrives in several ranges at once through two hundred cuts, and no byte arrives twice', async () => {
    const { facts, file, blob } = await prepare();
    let [cuts, arrived, open, most] = [0, 0, 0, 0];
    server.trouble = (response, request, bytes) => {
      most = Math.max(most, ++open);
      response.on('close', () => (open -= 1));
      if (cuts >= 200) return false;
      cuts += 1;
      const { from, to, status, headers } = rangeOf(request, bytes);
      response.writeHead(status, headers);
      response.write(bytes.subarray(from, Math.min(to, from + Math.floor(Math.random() * 4000))), () =>
        setTimeout(() => response.destroy(), 1),
      );
      return true;
    };
    const pauses = Array.from({ length: 50 }, () => 1);
    await download(hub, cache, facts, file, { ...RANGES, pauses, onBytes: (n) => (arrived += n) });
    expect([cuts, arrived]).toEqual([200, SIZE]);
    expect(most).toBeGreaterThan(1);
    expect(isWhole(blob)).toBe(true);
    expect(readdirSync(dirname(blob))).toEqual([file.hash.value]);
  });

  it('goes on exactly where it was cancelled, and leaves a beginning of Python alone', async () => {
    const { facts, file, part, prefix, blob } = await prepare();
    writeFileSync(prefix, 'of Python'); // shorter than a block
    server.trouble = slowly;
    const stop = new AbortController();
    let arrived = 0;
    const onBytes = (bytes: number): void => {
      arrived += bytes;
      if (arrived > 400_000) stop.abort();
    };
    expect(await codeOf(download(hub, cache, facts, file, { ...RANGES, signal: stop.signal, onBytes }))).toBe(
      'cancelled',
    );
    expect(await bytesOf(part, SIZE)).toBe(arrived);
    expect(await cache.missing(facts, file)).toBe(SIZE - arrived);
    server.trouble = undefined;
    const before = server.sent();
    await download(hub, cache, facts, file, RANGES);
    expect(server.sent() - before).toBe(SIZE - arrived);
    expect(isWhole(blob)).toBe(true);
    expect(readFileSync(prefix, 'utf8')).toBe('of Python');
  });

  it('of which Python has left more is continued from there, in one stream', async () => {
    const { facts, file, prefix, blob } = await prepare();
    writeFileSync(prefix, server.files[NAME]!.subarray(0, 500_000));
    await download(hub, cache, facts, file, RANGES);
    expect(server.asked.map(({ from }) => from)).toEqual([500_000]);
    expect(isWhole(blob)).toBe(true);
  });

  it('survives fifty kills at random moments, and fetches again at most a block of each connection', async () => {
    const { facts, file } = await prepare();
    const script = join(folder, 'child.mjs');
    await build({
      configFile: false,
      logLevel: 'silent',
      ssr: { noExternal: true },
      build: {
        ssr: join(import.meta.dirname, 'test-child.ts'),
        outDir: folder,
        emptyOutDir: false,
        rolldownOptions: { output: { entryFileNames: 'child.mjs' } },
      },
    });
    server.trouble = slowly;
    /** Downloads in a process, which is killed `ms` after its first bytes; null: never. @returns its exit code, and the bytes that it knew of. */
    const run = async (at: string, ms: number | null): Promise<{ code: number | null; known: number }> => {
      const child = spawn(
        process.execPath,
        [script, server.url, at, JSON.stringify({ facts, file, options: RANGES })],
        {
          stdio: ['ignore', 'pipe', 'inherit'],
        },
      );
      let out = '';
      let isBegun = false;
      child.stdout.on('data', (data) => {
        out += String(data);
        if (ms === null || isBegun || out.split('\n').length < 3) return; // the first line is what was there before
        isBegun = true;
        setTimeout(() => child.kill('SIGKILL'), ms);
      });
      const [code] = (await once(child, 'close')) as [number | null];
      return { code, known: out.split('\n').reduce((sum, line) => sum + Number(line), 0) };
    };
    let kills = 0;
    const chain = async (index: number): Promise<void> => {
      const own = new HubCache(join(folder, String(index)));
      const part = own.rangesPart(facts, file);
      for (let before = 0; kills < 50;) {
        const { code, known } = await run(own.folder, Math.random() * 60);
        if (code !== null || existsSync(own.blob(facts, file))) {
          rmSync(own.folder, { recursive: true }); // it was complete before the kill came
          before = 0;
          continue;
        }
        kills += 1;
        // What is trusted has the right bytes, and is all that was reported but for a stretch of each connection.
        const bytes = existsSync(part) ? readFileSync(part) : Buffer.alloc(0);
        for (const { from, to } of (await Journal.read(`${part}.journal`))?.stretches ?? [])
          expect(bytes.subarray(from, to).equals(server.files[NAME]!.subarray(from, to))).toBe(true);
        const now = await bytesOf(part, SIZE);
        expect(now).toBeGreaterThanOrEqual(Math.max(before, known - 4 * BLOCK));
        before = now;
      }
      expect((await run(own.folder, null)).code).toBe(0);
      expect(isWhole(own.blob(facts, file))).toBe(true);
    };
    await Promise.all([1, 2, 3, 4].map(chain));
  }, 60_000);

  it('that lost its newest bytes to a power failure fetches those again, and nothing else', async () => {
    const { facts, file, part, blob } = await prepare();
    const bytes = server.files[NAME]!;
    const written = Buffer.from(bytes);
    const stretches = [0, 1, 2, 3].map((index) => {
      const [from, to] = [index * BLOCK, (index + 1) * BLOCK];
      return { from, to, sum: crc32(bytes.subarray(from, to)) };
    });
    const journal = await Journal.begin(`${part}.journal`, {
      size: SIZE,
      block: BLOCK,
      stretches: stretches.slice(0, 2),
    });
    for (const stretch of stretches.slice(2)) await journal.add(stretch);
    await journal.close();
    writeFileSync(part, written.fill(0, 3 * BLOCK)); // the last of them is named only
    appendFileSync(`${part}.journal`, 'w 65536 8');
    const before = server.sent();
    await download(hub, cache, facts, file, RANGES);
    expect(server.sent() - before).toBe(SIZE - 3 * BLOCK);
    expect(isWhole(blob)).toBe(true);
    expect(readdirSync(dirname(blob))).toEqual([file.hash.value]);
  });
});

describe('a host', () => {
  const part = (name: string, trouble: NonNullable<TestHub['trouble']>, code: string) => [name, trouble, code] as const;
  let times = 0;
  beforeEach(() => (times = 0));

  it.each([
    part(
      'stalls once',
      (response, request, bytes) => {
        const { status, headers } = rangeOf(request, bytes);
        return times++ === 1 && response.writeHead(status, headers).write('') !== undefined;
      },
      'done',
    ),
    part('lets a link expire', (response) => times++ === 2 && Boolean(response.writeHead(403).end()), 'done'),
    part(
      'serves one range at a time',
      (response) => {
        response.on('close', () => (times -= 1));
        return ++times > 1 && Boolean(response.writeHead(503).end());
      },
      'done',
    ),
    part(
      'ignores ranges',
      (response, _r, bytes) => Boolean(response.writeHead(200, { 'content-length': bytes.length }).end(bytes)),
      'done',
    ),
    part(
      'ignores ranges later on',
      (response, _r, bytes) => times++ > 2 && Boolean(response.writeHead(200).end(bytes)),
      'done',
    ),
    part(
      'sends other bytes in one range',
      (response, request, bytes) => {
        const { from, to, status, headers } = rangeOf(request, bytes);
        return times++ === 1 && Boolean(response.writeHead(status, headers).end(Buffer.alloc(to - from, 7)));
      },
      'download-broken',
    ),
    part(
      'sends more than the range',
      (response, request, bytes) => {
        const { from, status, headers } = rangeOf(request, bytes);
        const { 'content-length': _length, ...others } = headers;
        return times++ === 1 && Boolean(response.writeHead(status, others).end(bytes.subarray(from)));
      },
      'download-broken',
    ),
    part(
      'has a file of another length',
      (response, request, bytes) => {
        const { from, to, status } = rangeOf(request, bytes);
        const range = { 'content-range': `bytes ${from}-${to - 1}/${SIZE + 1}` };
        return Boolean(response.writeHead(status, range).end(bytes.subarray(from, to)));
      },
      'download-broken',
    ),
    part(
      'sends another range',
      (response, request, bytes) => {
        const { to } = rangeOf(request, bytes);
        return Boolean(
          response.writeHead(206, { 'content-range': `bytes 5-${to - 1}/${SIZE}` }).end(bytes.subarray(5, to)),
        );
      },
      'download-broken',
    ),
    part('always breaks', (response) => Boolean(response.destroy()), 'server-unreachable'),
  ])('that %s does no harm', async (_name, trouble, code) => {
    const { facts, file, blob } = await prepare();
    server.trouble = trouble;
    let arrived = 0;
    const onBytes = (bytes: number): void => void (arrived += bytes);
    const pauses = Array.from({ length: 40 }, () => 2);
    expect(await codeOf(download(hub, cache, facts, file, { ...RANGES, pauses, onBytes }))).toBe(code);
    expect(existsSync(blob)).toBe(code === 'done');
    expect(arrived).toBe(code === 'done' ? SIZE : 0);
    server.trouble = undefined;
    if (code !== 'done') await download(hub, cache, facts, file, RANGES);
    expect(isWhole(blob)).toBe(true);
    expect(readdirSync(dirname(blob))).toEqual([file.hash.value]);
  });

  it('that has another version meanwhile gives a file of one version only', async () => {
    const { facts, file } = await prepare();
    server.trouble = slowly;
    const changed = { bytes: randomBytes(SIZE), commit: 'b'.repeat(40) };
    setTimeout(() => {
      server.files[NAME] = changed.bytes;
      server.commit = changed.commit;
    }, 40);
    server.trouble = slowly;
    expect(['done', 'download-broken', 'model-missing']).toContain(
      await codeOf(download(hub, cache, facts, file, RANGES)),
    );
    server.trouble = undefined;
    const now = await prepare();
    await download(hub, cache, now.facts, now.file, RANGES);
    expect(isWhole(now.blob)).toBe(true);
  });
});

it.skipIf(!existsSync('/dev/full'))(
  'a full disk is named as one, and the download goes on when there is room',
  async () => {
    const { facts, file, part, blob } = await prepare();
    symlinkSync('/dev/full', part); // the kernel's own refusal
    expect(await codeOf(download(hub, cache, facts, file, RANGES))).toBe('disk-full');
    expect(existsSync(blob)).toBe(false);
    unlinkSync(part);
    await download(hub, cache, facts, file, RANGES);
    expect(isWhole(blob)).toBe(true);
  },
);
