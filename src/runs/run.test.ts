// SPDX-License-Identifier: Apache-2.0
import { appendFile, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Sampling, say, ZoetropeError, type ErrorCode, type ServerReceipt } from '../contract';
import { Pause, runQuestions, type RunAsker, type RunOptions, type RunProgress, type RunQuestion } from './run';
import { openRunFile, type RunFile, type RunLine } from './run-file';

let folder: string;
let files = 0;
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'zoetrope-runs-'))));
afterAll(() => rm(folder, { recursive: true }));
const newPath = (): string => join(folder, 'new', `${++files}.jsonl`);

const about = { model: { name: 'm', fingerprint: 'f' }, settings: { placement: 'front', system: undefined } };
const open = (path: string, more: object = {}): Promise<RunFile> =>
  openRunFile(path, about, { zoetrope: '0.0.0', ...more });
const question = (id: string, picture = 'a.png'): RunQuestion => ({
  id,
  question: `Q ${id}`,
  media: [{ image: picture }],
});
const receipt: ServerReceipt = {
  server: { host: 'h', kind: 'other', version: null, loopback: true },
  model: { name: 'm' },
  prompt: '',
  pictures: [],
  tokens: { prompt: null, generated: null },
  timings: { picturesMs: 0, firstTokenMs: null, totalMs: 1 },
  sampling: Sampling.parse({}),
  unsent: [],
  reasoning: '',
  finish: 'stop',
};
const failure = (code: ErrorCode): ZoetropeError => new ZoetropeError(code, say`It failed.`, say`Try again.`);

/** Answers at once, and records what it does. `answer` may throw. */
function recorder(answer: (question: RunQuestion, signal: AbortSignal) => Promise<void> | void = () => undefined) {
  const events: string[] = [];
  const asker: RunAsker<RunQuestion> = {
    open: (first) => {
      const picture = String(first.media[0]!['image']);
      events.push(`open ${picture}`);
      if (picture === 'gone.png') return Promise.reject(failure('file-missing'));
      return Promise.resolve({
        ask: async (one, signal) => {
          events.push(one.id);
          await answer(one, signal);
          return { text: `A ${one.id}`, receipt };
        },
        close: () => Promise.resolve(void events.push(`close ${picture}`)),
      });
    },
  };
  return { events, asker };
}

const linesOf = async (path: string): Promise<RunLine[]> =>
  (await readFile(path, 'utf8'))
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => JSON.parse(line) as RunLine);

async function run(
  path: string,
  questions: RunQuestion[],
  asker: RunAsker<RunQuestion>,
  more: Partial<RunOptions> = {},
) {
  const file = await open(path);
  return runQuestions(questions, asker, file, { signal: new AbortController().signal, ...more }).finally(() =>
    file.close(),
  );
}

it('asks questions about the same media together, and opens them once; a failing item costs its line only', async () => {
  const path = newPath();
  const { events, asker } = recorder(({ id }) => {
    if (id === '2') throw failure('prompt-too-long');
  });
  const progress: RunProgress[] = [];
  const asked = [question('1'), question('x', 'gone.png'), question('b', 'b.png'), question('2'), question('3')];
  const counts = await run(path, asked, asker, { onProgress: (now) => progress.push(now) });
  expect(counts).toEqual({ total: 5, answered: 3, failed: 2, asked: 5 });
  expect(events.join(', ')).toBe('open a.png, 1, 2, 3, close a.png, open gone.png, open b.png, b, close b.png');
  const lines = await linesOf(path);
  expect(lines.map(({ id, answer, error }) => [id, answer ?? error?.code])).toEqual([
    ['1', 'A 1'],
    ['2', 'prompt-too-long'],
    ['3', 'A 3'],
    ['x', 'file-missing'],
    ['b', 'A b'],
  ]);
  expect(progress.map(({ done, failed }) => [done, failed])).toEqual([
    [0, 0],
    [1, 0],
    [2, 1],
    [3, 1],
    [4, 2],
    [5, 2],
  ]);
  expect(progress[0]!.secondsLeft).toBeNull();
  expect(progress.at(-1)!.secondsLeft).toBe(0);
});

it('goes on after the last whole line, wherever the file was cut', async () => {
  const path = newPath();
  const asked = ['1', '2', '3'].map((id) => question(id));
  await run(path, asked, recorder().asker);
  const whole = await readFile(path);
  const second = whole.indexOf('\n', whole.indexOf('\n') + 1) + 1;
  for (const cut of [second + 1, second + 20, whole.indexOf('\n', second) - 1]) {
    await writeFile(path, whole);
    await truncate(path, cut);
    const { events, asker } = recorder();
    expect(await run(path, asked, asker)).toMatchObject({ total: 3, answered: 3, asked: 2 });
    expect(events).not.toContain('1');
    expect((await linesOf(path)).map(({ id }) => id)).toEqual(['1', '2', '3']);
  }
});

it('asks failed questions again only where that is wished', async () => {
  const path = newPath();
  let broken = true;
  const { asker } = recorder(({ id }) => {
    if (id === '2' && broken) throw failure('model-broken');
  });
  const asked = ['1', '2'].map((id) => question(id));
  await run(path, asked, asker);
  broken = false;
  expect(await run(path, asked, asker)).toMatchObject({ answered: 1, failed: 1, asked: 0 });
  const file = await open(path, { retry: true });
  await runQuestions(asked, asker, file, { signal: new AbortController().signal });
  await file.close();
  expect((await linesOf(path)).map(({ id, answer }) => [id, answer])).toEqual([
    ['1', 'A 1'],
    ['2', 'A 2'],
  ]);
});

it('refuses a file of another model, of other settings, or of something else', async () => {
  const path = newPath();
  await (await open(path)).close();
  const other = (more: object) => openRunFile(path, { ...about, ...more }, { zoetrope: '0.0.0' });
  await expect(other({ model: { name: 'n' } })).rejects.toThrow('another model');
  await expect(other({ settings: { placement: 'interleaved' } })).rejects.toThrow('other settings');
  for (const text of ['my diary\n', 'my diary', '{}\n']) {
    await writeFile(path, text);
    await expect(open(path)).rejects.toThrow('is not a file of answers');
    expect(await readFile(path, 'utf8')).toBe(text);
  }
});

it('ends where every further question would fail, and goes on later', async () => {
  const path = newPath();
  const asked = ['1', '2', '3', '4'].map((id) => question(id));
  const { asker } = recorder(({ id }) => {
    if (id === '2') throw failure('server-unreachable');
  });
  await expect(run(path, asked, asker)).rejects.toMatchObject({ code: 'server-unreachable' });
  expect((await linesOf(path)).map(({ id }) => id)).toEqual(['1']);
  expect(await run(path, asked, recorder().asker)).toMatchObject({ answered: 4, asked: 3 });
});

it('asks as many at once as it may, and pauses and stops between two questions', async () => {
  const path = newPath();
  const pause = new Pause();
  const abort = new AbortController();
  let now = 0;
  let most = 0;
  let asked = 0;
  const { asker } = recorder(async () => {
    most = Math.max(most, ++now);
    asked++;
    await new Promise((resolve) => setTimeout(resolve, 10));
    now--;
    if (asked === 6) pause.pause();
  });
  const all = Array.from({ length: 20 }, (_, k) => question(String(k)));
  const running = run(path, all, asker, { signal: abort.signal, concurrency: 3, pause });
  await expect.poll(() => asked).toBeGreaterThanOrEqual(6);
  await new Promise((resolve) => setTimeout(resolve, 50));
  const held = asked;
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(asked).toBe(held);
  pause.resume();
  await expect.poll(() => asked).toBeGreaterThan(held + 3);
  abort.abort();
  await expect(running).rejects.toMatchObject({ code: 'cancelled' });
  expect(most).toBe(3);
  const kept = (await linesOf(path)).map(({ id }) => id);
  expect(new Set(kept).size).toBe(kept.length);
  expect(await run(path, all, recorder().asker, { concurrency: 3 })).toMatchObject({ asked: all.length - kept.length });
  expect((await linesOf(path)).map(({ id }) => id).sort()).toEqual(all.map(({ id }) => id).sort());
});

it('reads on past a line that is broken, and asks its question again', async () => {
  const path = newPath();
  await run(path, [question('1')], recorder().asker);
  await appendFile(path, '{"id": "2", broken\n');
  await run(path, [question('1'), question('2')], recorder().asker);
  expect((await readFile(path, 'utf8')).match(/"A \d"/g)).toEqual(['"A 1"', '"A 2"']);
});
