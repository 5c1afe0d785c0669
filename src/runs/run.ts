// SPDX-License-Identifier: Apache-2.0
import { throwIfCancelled, toErrorInfo, type ErrorCode, type Receipt } from '../contract';
import type { Labels, RunFile, RunLine } from './run-file';
import { groupsOf } from './schedule';

/** A question of a run. */
export interface RunQuestion {
  /** Within the run. */
  id: string;
  question: string;
  media: RunLine['media'];
  labels?: Labels | undefined;
}

/** What answers the questions of a run: a local model, or a server. */
export interface RunAsker<Question extends RunQuestion> {
  /** Opens the media that a group of questions shares. If it throws, all of them fail for that reason. */
  open: (question: Question, signal: AbortSignal) => Promise<OpenGroup<Question>>;
}

export interface OpenGroup<Question extends RunQuestion> {
  ask: (question: Question, signal: AbortSignal) => Promise<{ text: string; receipt: Receipt }>;
  /** Releases the media, after the last question. */
  close: () => Promise<void>;
}

export interface RunProgress {
  /** Questions with a line, including those of earlier starts, and how many of them failed. */
  done: number;
  failed: number;
  total: number;
  /** Estimated from the questions since the start. Null before the first. */
  secondsLeft: number | null;
}

export interface RunOptions {
  signal: AbortSignal;
  /** Questions asked at once. Default: one. */
  concurrency?: number | undefined;
  /** While this is paused, no question is begun. */
  pause?: Pause | undefined;
  onProgress?: ((progress: RunProgress) => void) | undefined;
}

/** How many questions a run has, and how they ended. */
export interface RunCounts {
  total: number;
  answered: number;
  failed: number;
  /** Questions asked since this start; the others had their line before. */
  asked: number;
}

/** Failures that every further question would share. They end the run, which can go on later. */
const ENDING: ReadonlySet<ErrorCode> = new Set([
  'disk-full',
  'ffmpeg-missing',
  'model-missing',
  'not-a-server',
  'server-denied',
  'server-model-unknown',
  'server-not-allowed',
  'server-unreachable',
]);

/**
 * Asks all questions that have no line yet. Each answer is appended to the file as it comes; a question that fails costs
 * only its own line. At most one group of questions is open for each question asked at once.
 * @throws cancelled, errors of the disk, and failures that every further question would share. What is in the file stays.
 */
export async function runQuestions<Question extends RunQuestion>(
  questions: readonly Question[],
  asker: RunAsker<Question>,
  file: RunFile,
  { signal: cancel, concurrency = 1, pause, onProgress }: RunOptions,
): Promise<RunCounts> {
  const unique = [...new Map(questions.map((question) => [question.id, question])).values()];
  const wanted = unique.filter(({ id }) => !file.done.has(id));
  const before = unique.flatMap(({ id }) => file.done.get(id) ?? []);
  const counts: RunCounts = {
    total: unique.length,
    answered: before.filter((how) => how === 'answered').length,
    failed: before.filter((how) => how === 'failed').length,
    asked: 0,
  };
  const began = performance.now();
  const report = (): void => {
    const { total, answered, failed, asked } = counts;
    const each = (performance.now() - began) / 1000 / asked;
    const secondsLeft = asked === 0 ? null : each * (wanted.length - asked);
    onProgress?.({ done: answered + failed, failed, total, secondsLeft });
  };

  const ending = new AbortController();
  const signal = AbortSignal.any([cancel, ending.signal]);
  const tasks = groupsOf(wanted, ({ media }) => JSON.stringify(media)).flatMap((members) => {
    const group = new Group(members.length, () => asker.open(members[0]!, signal));
    return members.map((question) => ({ question, group }));
  });
  let next = 0;
  const work = async (): Promise<void> => {
    for (;;) {
      await pause?.over(signal);
      throwIfCancelled(signal);
      const task = tasks[next++];
      if (!task) return;
      const line = await answer(task, signal);
      await file.append(line);
      counts[line.error ? 'failed' : 'answered']++;
      counts.asked++;
      report();
    }
  };
  report();
  const workers = Array.from({ length: Math.min(concurrency, Math.max(1, wanted.length)) }, async () => {
    try {
      await work();
    } catch (error) {
      ending.abort(); // the other workers stop too, and none writes after the file is closed
      throw error;
    }
  });
  const ended = await Promise.allSettled(workers);
  const failures = ended.flatMap((one) => (one.status === 'rejected' ? [one.reason as Error] : []));
  const cause = failures.find((error) => toErrorInfo(error).code !== 'cancelled') ?? failures[0];
  if (cause !== undefined) throw cause;
  return counts;
}

interface Task<Question extends RunQuestion> {
  question: Question;
  group: Group<Question>;
}

/** The line of a question. @throws cancelled, and failures that end the run. */
async function answer<Question extends RunQuestion>(
  { question, group }: Task<Question>,
  signal: AbortSignal,
): Promise<RunLine> {
  const { id, question: text, media, labels } = question;
  const began = performance.now();
  const line = (rest: Partial<RunLine>): RunLine => ({
    id,
    question: text,
    media,
    ...(labels && { labels }),
    ...rest,
    seconds: Math.round(performance.now() - began) / 1000,
  });
  try {
    const answered = await (await group.open()).ask(question, signal);
    throwIfCancelled(signal); // an answer that was stopped is no answer
    return line({ answer: answered.text, receipt: answered.receipt });
  } catch (error) {
    throwIfCancelled(signal);
    const info = toErrorInfo(error);
    if (ENDING.has(info.code)) throw error;
    return line({ error: info });
  } finally {
    await group.finished();
  }
}

/** The media that several questions share: opened for the first question, closed after the last. */
class Group<Question extends RunQuestion> {
  #opened: Promise<OpenGroup<Question>> | undefined;

  constructor(
    private left: number,
    private readonly openMedia: () => Promise<OpenGroup<Question>>,
  ) {}

  open(): Promise<OpenGroup<Question>> {
    return (this.#opened ??= this.openMedia());
  }

  async finished(): Promise<void> {
    if (--this.left > 0) return;
    const opened = await this.#opened?.catch(() => undefined);
    this.#opened = undefined;
    await opened?.close();
  }
}

/** Holds a run between two questions. */
export class Pause {
  #waiting: (() => void)[] | undefined;

  pause(): void {
    this.#waiting ??= [];
  }

  resume(): void {
    this.#waiting?.forEach((go) => go());
    this.#waiting = undefined;
  }

  /** Waits until the run may go on. @throws cancelled */
  async over(signal: AbortSignal): Promise<void> {
    const waiting = this.#waiting;
    if (!waiting || signal.aborted) return throwIfCancelled(signal);
    await new Promise<void>((go) => {
      waiting.push(go);
      signal.addEventListener('abort', () => go(), { once: true });
    });
    throwIfCancelled(signal);
  }
}
