// SPDX-License-Identifier: Apache-2.0
import { spawn } from 'node:child_process';
import { setMaxListeners } from 'node:events';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { EXACT, Sampling, throwIfCancelled, type Item, type PictureFormat, type Turn } from '../../src/contract';
import { PictureStore, ServerEngine } from '../../src/engine';
import { endsWithUs } from '../../src/lifetime';
import { startFfmpeg } from '../../src/media';
import { weigh, type Cost } from './cost';
import { spread, type Spread } from './statistics';

/** Ways to send pictures. The peers compress all of them with ffmpeg, and send them as one text. */
export const SENDERS = ['zoetrope png', 'ffmpeg png', 'zoetrope jpeg', 'ffmpeg jpeg'] as const;
export type Sender = (typeof SENDERS)[number];

export interface ServerBenchmark {
  /** Pictures of the question, and their height in pixels; 16:9. */
  pictures: number;
  height: number;
  rounds: number;
  /** Questions, and how many of them at once. */
  questions: number;
  concurrency: readonly number[];
  /** How long the server takes for an answer, in milliseconds. */
  delay: number;
  /** A folder for the pictures. */
  folder: string;
  /** The folder of `model-server.mjs`. */
  peers: string;
}

/** Seconds from the question to the first and to the last byte of it at the server. */
export interface SendingResult {
  sender: Sender;
  first: Spread;
  last: Spread;
  bytes: number;
  /** CPU seconds of all processes but the server's, in the round of the median. Null where unknown. */
  cpu: number | null;
}

export interface ThroughputResult {
  concurrency: number;
  /** Answers a second, of a bare loop of `fetch` too, and how many there would be if only the server took time. */
  rate: number;
  fetch: number;
  ideal: number;
}

/** When a question arrived at the server, in milliseconds since 1970. */
const Arrival = z.object({ first: z.number(), last: z.number(), bytes: z.number() });
type Arrival = z.infer<typeof Arrival>;

const now = (): number => performance.timeOrigin + performance.now();

/** Sends pictures in each way, in turns. */
export async function measureSending(wanted: ServerBenchmark, signal?: AbortSignal): Promise<SendingResult[]> {
  const raw = join(wanted.folder, 'frames.rgb');
  const pictures = join(wanted.folder, 'pictures');
  const items = await makeFrames(wanted, raw, pictures, signal);
  return withServer(wanted.peers, 0, async (url) => {
    const ways: Record<Sender, () => Promise<Arrival>> = {
      'zoetrope png': () => sendOurs(url, pictures, items, EXACT, signal),
      'ffmpeg png': () => sendFromFfmpeg(url, wanted, raw, ['-c:v', 'png', '-compression_level', '2'], signal),
      'zoetrope jpeg': () => sendOurs(url, pictures, items, { type: 'jpeg' }, signal),
      'ffmpeg jpeg': () => sendFromFfmpeg(url, wanted, raw, ['-c:v', 'mjpeg', '-q:v', '3'], signal),
    };
    const seen: Record<Sender, (Cost & Arrival)[]> = {
      'zoetrope png': [],
      'ffmpeg png': [],
      'zoetrope jpeg': [],
      'ffmpeg jpeg': [],
    };
    for (let round = 0; round < wanted.rounds; round++) {
      for (const sender of SENDERS) {
        throwIfCancelled(signal);
        const began = now();
        let arrival: Arrival | undefined;
        const cost = await weigh(async () => void (arrival = await ways[sender]()));
        const { first, last, bytes } = arrival!;
        seen[sender].push({ ...cost, first: (first - began) / 1000, last: (last - began) / 1000, bytes });
      }
    }
    return SENDERS.map((sender) => {
      const all = seen[sender].sort((a, b) => a.last - b.last);
      const { bytes, cpu } = all[Math.floor(all.length / 2)]!;
      const of = (name: 'first' | 'last'): Spread => spread(all.map((one) => one[name]));
      return { sender, first: of('first'), last: of('last'), bytes, cpu };
    });
  });
}

/** Asks many short questions, so many at once; in turns with a bare loop of `fetch`. */
export async function measureThroughput(
  { questions, concurrency, delay, peers, rounds }: ServerBenchmark,
  signal?: AbortSignal,
): Promise<ThroughputResult[]> {
  if (signal) setMaxListeners(2 * questions, signal);
  const rateOf = async (work: Promise<unknown>): Promise<number> => {
    const began = now();
    await work;
    return (1000 * questions) / (now() - began);
  };
  return withServer(peers, delay, async (url) => {
    const results: ThroughputResult[] = [];
    for (const atOnce of concurrency) {
      const engine = new ServerEngine({ url }, new PictureStore(''), { concurrency: atOnce });
      await engine.describe(signal);
      const asking = (_: unknown, k: number) =>
        engine.ask(questionOf([{ type: 'text', text: `Question ${k}?` }]), { signal });
      const loop = async (left: { questions: number }): Promise<void> => {
        while (left.questions-- > 0) await post(url, JSON.stringify({ question: left.questions }), signal);
      };
      const rates: number[] = [];
      const fetched: number[] = [];
      for (let round = 0; round < rounds; round++) {
        rates.push(await rateOf(Promise.all(Array.from({ length: questions }, asking))));
        const left = { questions };
        fetched.push(await rateOf(Promise.all(Array.from({ length: atOnce }, () => loop(left)))));
      }
      const ideal = (1000 * questions) / (delay * Math.ceil(questions / atOnce));
      results.push({ concurrency: atOnce, rate: spread(rates).median, fetch: spread(fetched).median, ideal });
    }
    return results;
  });
}

const questionOf = (parts: Extract<Turn, { role: 'user' }>['parts']) => ({
  model: 'none',
  turns: [{ role: 'user' as const, parts }],
  sampling: Sampling.parse({}),
});

/** As the app does: the pictures were sampled before and are in its store, none of them in memory. */
async function sendOurs(
  url: string,
  pictures: string,
  items: readonly Item[],
  format: PictureFormat,
  signal?: AbortSignal,
): Promise<Arrival> {
  const engine = new ServerEngine({ url }, new PictureStore(pictures));
  const parts = items.map((item) => ({ type: 'image' as const, item }));
  const { text } = await engine.ask({ ...questionOf(parts), format }, { signal });
  return Arrival.parse(JSON.parse(text));
}

/** As a short script would: the output of ffmpeg, as base64 in a JSON text. */
async function sendFromFfmpeg(
  url: string,
  { height }: ServerBenchmark,
  raw: string,
  encoder: string[],
  signal?: AbortSignal,
): Promise<Arrival> {
  const size = `${widthOf(height)}x${height}`;
  const run = await startFfmpeg(
    [
      ...['-loglevel', 'error', '-f', 'rawvideo', '-pix_fmt', 'rgb24', '-video_size', size, '-i', `file:${raw}`],
      ...[...encoder, '-threads', '0', '-f', 'image2pipe', 'pipe:1'],
    ],
    { signal, limitSeconds: 600 },
  );
  const parts: Buffer[] = [];
  for (let part = await run.read(); part; part = await run.read()) parts.push(Buffer.from(part));
  await run.wait(run.closed);
  return post(url, JSON.stringify({ images: Buffer.concat(parts).toString('base64') }), signal);
}

async function post(url: string, body: string, signal?: AbortSignal): Promise<Arrival> {
  const reply = await fetch(`${url}/v1/chat/completions`, { method: 'POST', body, ...(signal && { signal }) });
  const Reply = z.object({ choices: z.array(z.object({ message: z.object({ content: z.string() }) })).min(1) });
  return Arrival.parse(JSON.parse(Reply.parse(await reply.json()).choices[0]!.message.content));
}

const widthOf = (height: number): number => 2 * Math.round((height * 16) / 18);

/** A moving test picture with a camera's noise: as raw bytes in one file, and in a picture store. */
async function makeFrames(
  { pictures: count, height }: ServerBenchmark,
  raw: string,
  pictures: string,
  signal?: AbortSignal,
): Promise<Item[]> {
  const width = widthOf(height);
  const source = `testsrc2=size=${width}x${height}:rate=25,noise=alls=6:allf=t`;
  const run = await startFfmpeg(
    [
      ...['-y', '-loglevel', 'error', '-f', 'lavfi', '-i', source, '-frames:v', String(count)],
      ...['-pix_fmt', 'rgb24', '-f', 'rawvideo', `file:${raw}`],
    ],
    { signal, limitSeconds: 600 },
  );
  while (await run.read());
  await run.wait(run.closed);
  const store = new PictureStore(pictures);
  const file = await open(raw);
  try {
    const items: Item[] = [];
    for (let index = 0; index < count; index++) {
      const data = new Uint8Array(width * height * 3);
      await file.read(data, 0, data.length, index * data.length);
      const picture = await store.put({ width, height, data });
      const origin = { kind: 'photo' as const, source: { id: 'bench', name: 'bench' } };
      items.push({ id: String(index), origin, picture });
    }
    return items;
  } finally {
    await file.close();
  }
}

/** Starts `model-server.mjs` in a process of its own. */
async function withServer<T>(peers: string, delay: number, job: (url: string) => Promise<T>): Promise<T> {
  const server = spawn(process.execPath, [join(peers, 'model-server.mjs'), String(delay)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  endsWithUs(server);
  try {
    const port = await new Promise<string>((resolve, reject) => {
      createInterface({ input: server.stdout }).once('line', resolve);
      server.once('error', reject);
    });
    return await job(`http://127.0.0.1:${port}`);
  } finally {
    server.kill();
  }
}
