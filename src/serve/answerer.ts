// SPDX-License-Identifier: Apache-2.0
import {
  say,
  type Sampling,
  throwIfCancelled,
  type Composition,
  type Item,
  type ModelInfo,
  type LocalReceipt,
  type Turn,
} from '../contract';
import { Composer, type Engine, type JobOptions, type PictureStore } from '../engine';
import { openVideo, type MediaOptions } from '../media';
import type { AllowedFolders } from './allowed-folders';
import { keepWithin } from './kept-pictures';
import { Media, type AskedMedium, type CaptureViews, type Gathered, type ReadyMedium } from './media';
import { MOST_PICTURES } from './media-options';
import { Queue, type Place } from './queue';
import { Refusal, type Advise } from './refusal';
import { TextGate } from './text-gate';

/** Bytes of pictures kept on disk for the next question. */
const KEPT_PICTURES = 1e9;

/** What serves others: everything that differs between the command line and the app is handed in. */
export interface AnswererOptions {
  engine: Engine;
  /** The model to ask; loads it if need be. */
  model: (options: JobOptions) => Promise<ModelInfo>;
  /** Without it scenes are refused. */
  captureViews?: CaptureViews | undefined;
  allowed: AllowedFolders;
  /** How many questions may wait while one is answered. */
  waiting: number;
  /**
   * The folder of a picture store that is this server's alone, and the store if it is not the engine's own. Its oldest
   * pictures are removed when it grows large.
   */
  pictures?: string | undefined;
  store?: PictureStore | undefined;
  /** Caches of indexes and copies of videos. */
  reading?: Pick<MediaOptions, 'indexes' | 'copies'> | undefined;
  /** Ask even if more memory is needed than is free. */
  anyway?: boolean | undefined;
  /** Of Zoetrope, for clients. */
  version: string;
  /** What to do about an error of the rooms below. */
  advise: Advise;
  /** Called with a line for the log: what was done, and nothing of what was asked or answered. */
  log: (line: string) => void;
  /** Watches over a model at work; `heard` is called with every sign of life. */
  watch?: (() => { heard: () => void; stop: () => void }) | undefined;
}

export type AskedPart = { kind: 'text'; text: string } | AskedMedium;
export type AskedTurn = { role: 'user'; parts: AskedPart[] } | { role: 'assistant'; text: string };

/** A question as a client asks it. */
export interface Question {
  turns: AskedTurn[];
  system?: string | undefined;
  sampling: Sampling;
  /** The answer ends before the first of these. */
  stops: string[];
  /** Write each frame's time before it. */
  frameTimes: boolean;
  /** Write the subtitles on screen before each frame. */
  subtitles: boolean;
}

export interface Answered {
  text: string;
  receipt: LocalReceipt;
  notes: string[];
  /** Whether a stop sequence ended it. */
  stopped: boolean;
}

export interface AnswerOptions extends JobOptions {
  signal: AbortSignal;
  onText?: (delta: string) => void;
}

type Gather = (medium: AskedMedium, options: JobOptions) => Promise<Gathered>;

/** Answers questions and takes pictures for clients, one after the other. */
export class Answerer {
  readonly #queue: Queue;
  readonly #jobs = new Set<Promise<unknown>>();

  constructor(readonly options: AnswererOptions) {
    this.#queue = new Queue(options.waiting);
  }

  /** @throws Refusal 429 when the queue is full. */
  enter(): Place {
    return this.#queue.enter();
  }

  /**
   * Answers a question when its turn comes.
   * @throws Refusal, before waiting, for media that cannot be used; errors of reading files, of `Engine.ask` and
   *   `Engine.load`; cancelled.
   */
  answer(question: Question, place: Place, options: AnswerOptions): Promise<Answered> {
    const media = question.turns.flatMap((turn) =>
      turn.role === 'user' ? turn.parts.filter((part) => part.kind !== 'text') : [],
    );
    return this.#withMedia(media, place, options.signal, (gather) => this.#ask(question, gather, options));
  }

  /** The pictures of one medium, when their turn comes. @throws as `answer` */
  pictures<T>(
    medium: AskedMedium,
    place: Place,
    options: JobOptions & { signal: AbortSignal },
    read: (gathered: Gathered) => Promise<T>,
  ): Promise<T> {
    return this.#withMedia([medium], place, options.signal, async (gather) => {
      const gathered = await gather(medium, options);
      this.options.log(`taken: ${gathered.items.length} pictures`);
      return read(gathered);
    });
  }

  /** Resolves when nothing is in progress any more. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#jobs);
  }

  #withMedia<T>(
    asked: readonly AskedMedium[],
    place: Place,
    signal: AbortSignal,
    job: (gather: Gather) => Promise<T>,
  ): Promise<T> {
    const done = this.#inTurn(asked, place, signal, job);
    this.#jobs.add(done);
    return done.finally(() => this.#jobs.delete(done));
  }

  /** Prepares media, waits for the turn, and cleans up. */
  async #inTurn<T>(
    asked: readonly AskedMedium[],
    place: Place,
    signal: AbortSignal,
    job: (gather: Gather) => Promise<T>,
  ): Promise<T> {
    const { engine, allowed, captureViews, reading = {}, pictures, store = engine.pictures } = this.options;
    const most = asked.reduce((sum, medium) => sum + mostPictures(medium), 0);
    if (most > MOST_PICTURES) {
      throw new Refusal(
        400,
        say`${most} pictures are asked for; ${MOST_PICTURES} are the most.`,
        say`Ask for fewer frames or views.`,
        { name: 'too_many_pictures' },
      );
    }
    const media = new Media({ pictures: store }, allowed, captureViews, reading);
    try {
      const ready = new Map<AskedMedium, ReadyMedium>();
      for (const medium of asked) ready.set(medium, await media.ready(medium));
      // The text of a picture that was sent is no longer needed while the question waits.
      for (const medium of asked) if (medium.kind === 'image') medium.address = '';
      await place.turn(signal);
      return await job((medium, options) => media.gather(ready.get(medium)!, options));
    } finally {
      await media.forget();
      if (pictures !== undefined) await keepWithin(pictures, KEPT_PICTURES);
      place.leave();
    }
  }

  async #ask(question: Question, gather: Gather, { signal, onProgress, onText }: AnswerOptions): Promise<Answered> {
    const { engine, model, anyway, reading = {}, watch, log } = this.options;
    const watched = watch?.();
    const running: JobOptions = {
      signal,
      onProgress: (progress) => {
        watched?.heard();
        onProgress?.(progress);
      },
    };
    try {
      await model(running);
      const notes: string[] = [];
      const turns: Turn[] = [];
      for (const turn of question.turns) {
        if (turn.role === 'assistant') turns.push(turn);
        else {
          const parts = [];
          for (const part of turn.parts) {
            if (part.kind === 'text') {
              parts.push({ type: 'text' as const, text: part.text });
              continue;
            }
            const gathered = await gather(part, running);
            notes.push(...gathered.notes);
            parts.push(...gathered.items.map((item) => ({ type: 'image' as const, item })));
          }
          turns.push({ role: 'user', parts });
        }
      }
      throwIfCancelled(signal);
      const composer = new Composer((path) => openVideo(path, { ...reading, signal }), { ...reading, signal });
      const spoken = question.subtitles ? videosIn(turns) : [];
      const captions = { frameTimes: question.frameTimes, segmentLabels: false, subtitles: spoken };
      const written = await composer.caption(turns, captions, signal, engine.captions);

      const gate = new TextGate(question.stops);
      const stop = new AbortController();
      const pass = (text: string): void => (text === '' ? undefined : onText?.(text));
      const { text, receipt } = await engine.ask(
        {
          turns: written.turns,
          system: question.system,
          sampling: question.sampling,
          anyway,
          ...(question.subtitles && { subtitles: written.subtitles }),
        },
        {
          ...running,
          signal: AbortSignal.any([signal, stop.signal]),
          onText: (delta) => {
            watched?.heard();
            pass(gate.push(delta));
            if (gate.stopped) stop.abort();
          },
        },
      );
      throwIfCancelled(signal);
      if (!gate.stopped) pass(gate.end());
      const { stopped } = gate;
      const { tokens, timings, pictures } = receipt;
      const seconds = (timings.totalMs / 1000).toFixed(1);
      log(`answered: ${pictures.length} pictures, ${tokens.prompt} + ${tokens.generated} tokens, ${seconds} s`);
      return {
        // A repetition is noticed after it was passed on; the kept text ends before it.
        text: receipt.finish === 'repeating' && !stopped ? text : gate.passed,
        receipt: stopped ? { ...receipt, finish: 'stop' } : receipt,
        notes,
        stopped,
      };
    } finally {
      watched?.stop();
    }
  }
}

function mostPictures(medium: AskedMedium): number {
  if (medium.kind === 'image') return 1;
  if (medium.kind === 'scene') return medium.job.count;
  const { plan } = medium;
  if (plan.strategy === 'uniform') return plan.count;
  if (plan.strategy === 'at') return plan.times.length;
  return plan.strategy === 'denser' ? plan.most : plan.cap;
}

/** The videos of these turns, each once. The first subtitles of each are written before its frames. */
function videosIn(turns: readonly Turn[]): Composition['captions']['subtitles'] {
  const items: Item[] = turns.flatMap((turn) =>
    turn.role === 'user' ? turn.parts.flatMap((part) => (part.type === 'image' ? [part.item] : [])) : [],
  );
  const sources = new Map(
    items.flatMap(({ origin: { kind, source } }) => (kind === 'frame' ? [[source.id, source]] : [])),
  );
  return [...sources.values()].map((ref) => ({
    source: { ref, path: ref.id, subtitles: [] },
    track: null,
    encoding: null,
  }));
}
