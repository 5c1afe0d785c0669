// SPDX-License-Identifier: Apache-2.0
import { randomUUID } from 'node:crypto';
import { rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { seededRandom, throwIfCancelled, type Item, type Message } from '../../src/contract';
import { Library, queryPlainly } from '../../src/library';
import { spread } from './statistics';

export interface LibraryBenchmark {
  projects: number;
  conversations: number;
  messages: number;
  /** Repetitions; the median counts. */
  rounds: number;
  /** An empty folder for the library. */
  folder: string;
}

/** Milliseconds of Zoetrope, and of SQLite doing the same without it; null if SQLite has nothing like it. */
export interface LibraryResult {
  what: string;
  ours: number;
  sqlite: number | null;
}

const WORDS =
  'the a red blue green ball cup plate window door person boat street kitchen harbour left right behind before after moves stands falls turns opens closes'.split(
    ' ',
  );
/** One picture of a receipt: 16 of them make a receipt of the usual size. */
const PICTURES = 16;

/**
 * Fills a library, then measures opening it with all checks, listing its projects, opening one, and searching. SQLite
 * itself, on the same file, is the peer: its integrity check for opening, and LIKE over all messages for searching.
 */
export async function benchLibrary(
  options: LibraryBenchmark,
  signal: AbortSignal,
): Promise<{ bytes: number; results: LibraryResult[] }> {
  const file = join(options.folder, 'library.sqlite');
  try {
    await fillLibrary(file, options, signal);
    const opened = timed(options.rounds, () => Library.open(file).library.close());
    const checked = timed(options.rounds, () => queryPlainly(file, 'PRAGMA integrity_check'));
    const { library } = Library.open(file);
    const started = performance.now();
    await library.search.find(WORDS[0]!, signal);
    const indexed = performance.now() - started;
    const [first] = library.projects.list();
    const results: LibraryResult[] = [
      { what: 'open, with every check', ours: opened, sqlite: checked },
      { what: 'list the projects', ours: timed(options.rounds, () => library.projects.list()), sqlite: null },
      { what: 'open a project', ours: timed(options.rounds, () => library.readProject(first!.id)), sqlite: null },
      { what: 'index everything (once)', ours: indexed, sqlite: null },
    ];
    for (const query of ['kitchen', 'red ball', 'kitchen1234', 'nothing-like-it']) {
      const words = query.split(' ').map((word) => `body LIKE '%${word}%'`);
      const times: number[] = [];
      for (let round = 0; round < options.rounds; round++) {
        throwIfCancelled(signal);
        const from = performance.now();
        await library.search.find(query, signal);
        times.push(performance.now() - from);
      }
      const sqlite = timed(options.rounds, () =>
        queryPlainly(file, `SELECT id FROM message WHERE ${words.join(' AND ')} LIMIT 100`),
      );
      results.push({ what: `search: ${query}`, ours: spread(times).median, sqlite });
    }
    library.close();
    return { bytes: statSync(file).size, results };
  } finally {
    for (const part of ['.sqlite', '.sqlite-wal', '.sqlite-shm', '.search.sqlite'])
      rmSync(file.replace(/\.sqlite$/, part), { force: true });
  }
}

function timed(rounds: number, job: () => unknown): number {
  const times = Array.from({ length: rounds }, () => {
    const from = performance.now();
    job();
    return performance.now() - from;
  });
  return spread(times).median;
}

async function fillLibrary(
  file: string,
  { projects, conversations, messages }: LibraryBenchmark,
  signal: AbortSignal,
): Promise<void> {
  const { library } = Library.open(file);
  const random = seededRandom(1);
  const text = (length: number): string =>
    Array.from({ length }, () => {
      const word = WORDS[Math.floor(random() * WORDS.length)]!;
      return random() < 0.1 ? word + Math.floor(random() * 5000) : word;
    }).join(' ');
  const items = Array.from({ length: PICTURES }, (_, k): Item => ({
    id: `picture-${k}`,
    origin: { kind: 'frame', source: { id: 'clip', name: 'clip.mp4' }, index: k, pts: k, time: k, keyframe: false },
    picture: { sha256: 'a'.repeat(64), width: 1920, height: 1080 },
  }));
  const perConversation = Math.max(2, Math.round(messages / conversations));
  for (let p = 0; p < projects; p++) {
    throwIfCancelled(signal);
    await new Promise((resolve) => setImmediate(resolve));
    const project = library.projects.create(`Project ${p + 1}`);
    for (let c = 0; c < Math.round(conversations / projects); c++) {
      const conversation = library.conversations.create(project);
      const said = Array.from({ length: perConversation }, (_, k) => message(k, text, items));
      library.conversations.add(project, conversation, said, null);
    }
  }
  library.close();
}

function message(k: number, text: (length: number) => string, items: readonly Item[]): Message {
  const id = randomUUID();
  if (k % 2 === 0) {
    const parts = k === 0 ? items.map((item) => ({ type: 'image' as const, item })) : [];
    return { id, role: 'user', createdAt: k, text: text(12), placement: 'front', parts };
  }
  const pictures = items.map(({ origin, picture }) => ({ origin, picture, input: picture, tokens: 729 }));
  return {
    id,
    role: 'assistant',
    createdAt: k,
    text: text(80),
    status: 'done',
    error: null,
    receipt: {
      prompt: text(120),
      pictures,
      tokens: { prompt: 11_800, image: 11_664, generated: 100, reused: 0 },
      timings: { loadMs: 0, visionMs: 1, prefillMs: 1, decodeMs: 1, firstTokenMs: 2, totalMs: 3 },
      peakBytes: null,
      model: { name: 'model', fingerprint: 'f', precision: 'w8a8', provider: 'cpu' },
      sampling: { temperature: 0, topP: 1, topK: 0, repetitionPenalty: 1, seed: 0, maxNewTokens: 256 },
      finish: 'stop',
    },
  };
}
