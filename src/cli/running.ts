// SPDX-License-Identifier: Apache-2.0
import { access, rm } from 'node:fs/promises';
import { Sampling, say, type Item, type Progress } from '../contract';
import type { Engine } from '../engine';
import {
  openRunFile,
  runQuestions,
  type OpenGroup,
  type RunAsker,
  type RunCounts,
  type RunProgress,
  type RunQuestion,
} from '../runs';
import { PLACEHOLDER } from '../sequence';
import type { Answering } from './answering';
import { answeringModel, checkTiles, composeAsked, groupsOfItems, textForItems, type AskingOptions } from './asking';
import { partOf } from './media';
import { usage } from './options';
import type { Question } from './question';
import { appVersion, endIfSilent, onTerminal, withEngine } from './session';

/** A question of a run, ready to be asked. */
export interface AskedQuestion extends RunQuestion {
  asked: Question;
}

/** A question as the run file has it. @param id within the run. */
export const runQuestion = (id: string, asked: Question): AskedQuestion => ({
  id,
  question: asked.text.replaceAll(PLACEHOLDER, '<image>'),
  media: asked.media.map(partOf),
  asked,
});

/** Where the answers of a run go, and how it is asked. */
export interface Running {
  out: string;
  retry?: boolean | undefined;
  concurrency?: number | undefined;
  /** What was asked in a way that the options do not say. */
  settings?: Record<string, unknown>;
}

/** Asks all questions that have no line in the file yet. @throws as `runQuestions`, `openRunFile` and `answeringModel`. */
export async function run(
  questions: readonly AskedQuestion[],
  asked: AskingOptions,
  { out, retry, concurrency, settings }: Running,
  signal: AbortSignal,
): Promise<RunCounts> {
  if (questions.length === 0) throw usage(say`There is nothing to ask.`);
  questions.forEach((question) => checkTiles(question.asked, asked));
  let counts: RunCounts | undefined;
  await withEngine(async (engine) => {
    const { heard } = asked.server === undefined ? endIfSilent() : { heard: () => undefined };
    const options = { signal, onProgress: (_: Progress) => heard() };
    const model = await answeringModel({ ...asked, json: true, concurrency }, engine, options);
    const { placement, times = false, subtitles = false, subtitleEncoding = null } = asked;
    const how = { sampling: Sampling.parse(asked), placement, times, subtitles, subtitleEncoding, ...settings };
    const file = await openRunFile(
      out,
      { model: model.model, settings: how },
      { zoetrope: appVersion(), retry, signal },
    );
    try {
      counts = await runQuestions(questions, new Asker(engine, model, asked, heard), file, {
        signal,
        concurrency,
        onProgress: (progress) => {
          heard();
          show(progress);
        },
      });
    } finally {
      await file.close();
    }
  });
  return counts!;
}

/** Asks the questions of a run as `ask` would. */
class Asker implements RunAsker<AskedQuestion> {
  readonly #pictures: PicturesInUse;

  constructor(
    private readonly engine: Engine,
    private readonly model: Answering,
    private readonly asked: AskingOptions,
    private readonly heard: () => void,
  ) {
    this.#pictures = new PicturesInUse(engine);
  }

  async open({ asked }: AskedQuestion, signal: AbortSignal): Promise<OpenGroup<AskedQuestion>> {
    const options = { signal, onProgress: this.heard };
    const collect = () => groupsOfItems(asked, this.engine, this.model.inputSize, options);
    let groups = await collect();
    this.#pictures.claim(groups.flat());
    // Another group may have released the same picture while these were taken.
    if (!(await this.#pictures.areThere(groups.flat()))) groups = await collect();
    const items = groups.flat();
    return {
      ask: async (question, stop) => {
        const text = textForItems(question.asked, groups);
        const composed = await composeAsked({ items, text }, this.asked, this.model.captions, stop);
        const sampling = Sampling.parse(this.asked);
        const { onProgress } = options;
        return this.model.ask({ ...composed, sampling, signal: stop, onProgress, onText: this.heard });
      },
      close: async () => {
        // The keys and values of these prompts serve no other group, and would grow to a quarter of the memory.
        this.engine.limit({ all: null, caches: 0 });
        this.engine.limit({ all: null, caches: null });
        await this.#pictures.release(items);
      },
    };
  }
}

/** Removes pictures from the disk once no open group has them: a thousand clips have more than a disk may hold. */
class PicturesInUse {
  readonly #users = new Map<string, number>();

  constructor(private readonly engine: Engine) {}

  claim(items: readonly Item[]): void {
    for (const file of this.#files(items)) this.#users.set(file, (this.#users.get(file) ?? 0) + 1);
  }

  async areThere(items: readonly Item[]): Promise<boolean> {
    const there = this.#files(items).map((file) => access(file));
    return (await Promise.allSettled(there)).every(({ status }) => status === 'fulfilled');
  }

  async release(items: readonly Item[]): Promise<void> {
    for (const file of this.#files(items)) {
      const left = this.#users.get(file)! - 1;
      if (left > 0) this.#users.set(file, left);
      else this.#users.delete(file);
      if (left === 0) await rm(file, { force: true });
    }
  }

  #files(items: readonly Item[]): string[] {
    return [...new Set(items.map(({ picture }) => this.engine.pictures.file(picture)))];
  }
}

/** Shows how far a run is, on one line of a terminal. */
function show({ done, failed, total, secondsLeft }: RunProgress): void {
  if (!onTerminal) return;
  const failures = failed > 0 ? `, ${failed} failed` : '';
  const left = secondsLeft === null ? '' : `, about ${duration(secondsLeft)} left`;
  process.stderr.write(`\r\x1b[K${done < total ? `${done} of ${total}${failures}${left}` : ''}`);
}

function duration(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
