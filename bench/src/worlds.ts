// SPDX-License-Identifier: Apache-2.0
import { throwIfCancelled, type Item, type OnProgress, type Placement, type RgbImage } from '../../src/contract';
import type { Engine } from '../../src/engine';
import { composeParts, PLACEHOLDER } from '../../src/sequence';
import { readPictures, type HeldOutSample } from './held-out';
import { wilson } from './statistics';

/**
 * How a sample is asked: as it is, in another layout, about objects that were never trained, or so that the right
 * answer cannot be seen (controls).
 */
export const COLUMNS = [
  'right',
  'interleaved',
  'new pairs',
  'new wordings',
  'grey',
  'other pictures',
  'shuffled',
] as const;
export type Column = (typeof COLUMNS)[number];

export interface Count {
  right: number;
  asked: number;
}

/** Results of one family of questions of one world. */
export interface WorldRow {
  world: string;
  family: string;
  counts: Partial<Record<Column, Count>>;
}

export interface WorldsOptions {
  signal?: AbortSignal | undefined;
  onProgress?: ((done: number, total: number) => void) | undefined;
  onEngineProgress?: OnProgress | undefined;
}

/**
 * Asks every sample in every applicable way, greedily; an answer is right if it equals the expected one word for word.
 */
export async function askWorlds(
  engine: Engine,
  folder: string,
  samples: readonly HeldOutSample[],
  options: WorldsOptions = {},
): Promise<WorldRow[]> {
  const rows = new Map<string, WorldRow>();
  for (const [done, sample] of samples.entries()) {
    options.onProgress?.(done, samples.length);
    for (const column of columnsOf(sample)) {
      const pictures = await picturesFor(column, sample, samples, folder);
      if (!pictures) continue;
      const items = await Promise.all(
        pictures.map((picture, k) => itemOf(engine, picture, `${sample.id}-${column.replaceAll(' ', '-')}-${k}`)),
      );
      for (const { family, text, answer } of sample.questions) {
        throwIfCancelled(options.signal);
        const said = await askOne(engine, text, items, sample.world, column, options);
        const key = `${sample.world}/${family}`;
        const row = rows.get(key) ?? { world: sample.world, family, counts: {} };
        const { right, asked } = row.counts[column] ?? { right: 0, asked: 0 };
        row.counts[column] = { right: right + Number(said === answer), asked: asked + 1 };
        rows.set(key, row);
      }
    }
  }
  options.onProgress?.(samples.length, samples.length);
  return [...rows.values()];
}

/**
 * Whether the family really depends on the pictures: its whole confidence interval is 20 points or more above what the
 * question alone reveals.
 */
export function isSeen({ counts: { right, grey, 'other pictures': other } }: WorldRow): boolean {
  if (!right) return false;
  const blind = Math.max(...[grey, other].map((count) => (count ? count.right / count.asked : 0)));
  return wilson(right.right, right.asked).from >= blind + 0.2;
}

function columnsOf({ split, images, world, questions }: HeldOutSample): Column[] {
  if (split !== 'seen') return [split];
  if (images.length === 0) return ['right'];
  const columns: Column[] = [
    'right',
    'interleaved',
    'grey',
    'other pictures',
    ...(/video|films/.test(world) ? (['shuffled'] as const) : []),
  ];
  return columns.filter((column) => column !== 'interleaved' || !questions.some(({ text }) => placed(text)));
}

/** The pictures to show instead of the sample's own, or its own; undefined if no other sample has as many. */
async function picturesFor(
  column: Column,
  sample: HeldOutSample,
  samples: readonly HeldOutSample[],
  folder: string,
): Promise<RgbImage[] | undefined> {
  if (column === 'other pictures') {
    const like = samples.filter(
      ({ world, split, images }) =>
        world === sample.world && split === sample.split && images.length === sample.images.length,
    );
    const other = like[(like.indexOf(sample) + 1) % like.length]!;
    return other === sample ? undefined : readPictures(folder, other);
  }
  const own = await readPictures(folder, sample);
  if (column === 'grey')
    return own.map(({ width, height, data }) => ({ width, height, data: new Uint8Array(data.length).fill(GREY) }));
  return column === 'shuffled' ? shuffle(own, sample.id) : own;
}

/** Grey level close to the mean of the worlds' pictures. */
const GREY = 181;

/** Fisher-Yates shuffle with its own generator, so that the same sample is always shuffled the same way. */
function shuffle<T>(values: readonly T[], seed: number): T[] {
  const mixed = [...values];
  let state = seed >>> 0;
  for (let k = mixed.length - 1; k > 0; k--) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const other = Math.floor((state / 2 ** 32) * (k + 1));
    [mixed[k], mixed[other]] = [mixed[other]!, mixed[k]!];
  }
  return mixed;
}

async function itemOf(engine: Engine, picture: RgbImage, id: string): Promise<Item> {
  return {
    id,
    origin: { kind: 'photo', source: { id: 'worlds', name: id } },
    picture: await engine.pictures.put(picture),
  };
}

async function askOne(
  engine: Engine,
  question: string,
  items: Item[],
  world: string,
  column: Column,
  options: WorldsOptions,
): Promise<string> {
  const placement: Placement = column === 'interleaved' || placed(question) ? 'interleaved' : 'front';
  const text =
    column === 'interleaved'
      ? items.map((_, k) => `${nounOf(world)} ${k + 1}: ${PLACEHOLDER}`).join('') + question
      : question;
  const { text: said } = await engine.ask(
    {
      turns: [{ role: 'user', parts: composeParts(text, items, placement) }],
      sampling: { temperature: 0, topP: 1, topK: 0, repetitionPenalty: 1, seed: 0, maxNewTokens: 96 },
    },
    { signal: options.signal, onProgress: options.onEngineProgress },
  );
  return said;
}

/** Whether a question contains placeholders for its pictures. */
const placed = (question: string): boolean => question.includes(PLACEHOLDER);

const nounOf = (world: string): string =>
  world.startsWith('video') ? 'Frame' : world.startsWith('views') ? 'View' : 'Picture';
