import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import {
  Arrangement,
  DeviceChoice,
  Placement,
  PrecisionChoice,
  Sampling,
  say,
  TextEncodingName,
  tokensPerSecond,
  Transparency,
  ZoetropeError,
  type Composition,
  type Item,
  type Receipt,
} from '../contract';
import { Composer, type Engine, type JobOptions } from '../engine';
import { openVideo } from '../media';
import { placeholderCount, PLACEHOLDER, withMarks } from '../sequence';
import { readArguments, usage, type Arguments } from './arguments';
import { deviceFor } from './devices';
import { itemsOfMedium, type Medium } from './media';
import { capturePairs } from './render';
import { bundledModel, endIfSilent, sayNeeds, tell, withEngine } from './session';
import { jsonOut, toErr, toOut } from './terminal';

const OPTIONS = {
  video: { type: 'string', multiple: true },
  image: { type: 'string', multiple: true },
  scene: { type: 'string', multiple: true },
  tiles: { type: 'boolean' },
  transparency: { type: 'string' },
  sequence: { type: 'string' },
  frames: { type: 'string' },
  views: { type: 'string' },
  compare: { type: 'string' },
  placement: { type: 'string' },
  times: { type: 'boolean' },
  subtitles: { type: 'boolean' },
  'subtitle-encoding': { type: 'string' },
  model: { type: 'string' },
  device: { type: 'string' },
  anyway: { type: 'boolean' },
  precision: { type: 'string' },
  'max-new-tokens': { type: 'string' },
  temperature: { type: 'string' },
  'top-p': { type: 'string' },
  'top-k': { type: 'string' },
  'repetition-penalty': { type: 'string' },
  seed: { type: 'string' },
  json: { type: 'boolean' },
  'dump-logits': { type: 'string' },
} as const;

/** A sequence file: text and media in order. Paths are relative to the file. */
const SequenceFile = z.object({
  parts: z
    .array(
      z.union([
        z.object({ text: z.string() }).strict(),
        z.object({ image: z.string(), tiles: z.boolean().optional() }).strict(),
        z.object({ video: z.string(), frames: z.number().int().min(1).max(512).optional() }).strict(),
        z.object({ video: z.string(), times: z.array(z.number().nonnegative()).min(1).max(512) }).strict(),
        z.object({ scene: z.string(), views: z.number().int().min(1).max(512).optional() }).strict(),
      ]),
    )
    .min(1),
});

interface Question {
  text: string;
  media: Medium[];
}

/** `zoetrope ask`: media and a question in, an answer out. */
export async function ask(argv: string[], signal: AbortSignal): Promise<void> {
  const args = readArguments(argv, OPTIONS);
  const frames = args.number('frames', { min: 1, max: 512 }) ?? 16;
  const views = args.number('views', { min: 1, max: 512 }) ?? 8;
  const placement = args.choice('placement', Placement.options) ?? 'interleaved';
  const choice = args.choice('device', DeviceChoice.options) ?? 'auto';
  const sampling = readSampling(args);
  const question = await readQuestion(args, {
    frames,
    views,
    tiles: args.flag('tiles'),
    transparency: args.choice('transparency', Transparency.options),
  });
  const compare = args.choice('compare', Arrangement.options);
  const json = args.flag('json');
  const anyway = args.flag('anyway');
  const precision = args.choice('precision', PrecisionChoice.options);
  const logitsFile = args.text('dump-logits');
  const encoding = args.choice('subtitle-encoding', TextEncodingName.options) ?? null;
  if (encoding !== null && !args.flag('subtitles')) throw usage(say`--subtitle-encoding goes with --subtitles.`);

  await withEngine(async (engine) => {
    const heard = endIfSilent();
    const options: JobOptions = {
      signal,
      onProgress: (progress) => {
        heard();
        tell(progress);
      },
    };
    const folder = args.text('model') ?? bundledModel();
    const device = await deviceFor(folder, choice, { signal });
    const { inputSize } = await engine.load(folder, {
      bundled: args.text('model') === undefined,
      anyway,
      precision,
      onNeeds: sayNeeds,
      device,
      ...options,
    });
    const { items, text } = await collect(question, compare, engine, inputSize, options);
    const composer = new Composer((path) => openVideo(path, { signal }), { signal });
    const captions = {
      frameTimes: args.flag('times'),
      segmentLabels: false,
      subtitles: args.flag('subtitles') ? spokenIn(items, encoding) : [],
    };
    const { turns, subtitles } = await composer.compose({ history: [], items, text, placement, captions }, signal);
    subtitles.forEach(
      ({ track, encoding: read }) =>
        read?.guessed &&
        toErr(
          `${track} looks like ${read.name} and is read so. If its words come out wrong, name another with --subtitle-encoding.`,
        ),
    );
    const answer = await engine.ask(
      { turns, sampling, anyway, ...(args.flag('subtitles') && { subtitles }) },
      {
        ...options,
        onText: (delta) => {
          heard();
          if (!json) toOut(delta);
        },
        onLogits: logitsFile === undefined ? undefined : (logits) => writeLogits(logitsFile, logits),
      },
    );
    if (json) jsonOut(report(answer.text, answer.receipt));
    else toOut('\n');
    const outside = outsideNote(answer.receipt);
    if (outside !== null) toErr(outside);
    if (answer.receipt.finish === 'repeating')
      toErr(
        'The answer began to say the same over and over, so it was stopped. Ask in other words, or with fewer pictures; --repetition-penalty 1.1 may help too.',
      );
  });
}

function readSampling(args: Arguments): Sampling {
  return Sampling.parse({
    temperature: args.number('temperature', { min: 0, max: 5, integer: false }),
    topP: args.number('top-p', { min: 0.001, max: 1, integer: false }),
    topK: args.number('top-k', { min: 0, max: 1_000_000 }),
    repetitionPenalty: args.number('repetition-penalty', { min: 0.01, max: 10, integer: false }),
    seed: args.number('seed', { min: 0, max: 0xffffffff }),
    maxNewTokens: args.number('max-new-tokens', { min: 1, max: 8192 }),
  });
}

/** What is not said of a medium on its own. */
interface Usual {
  frames: number;
  views: number;
  tiles: boolean;
  transparency: Transparency | undefined;
}

async function readQuestion(args: Arguments, usual: Usual): Promise<Question> {
  const text = withMarks(args.positionals.join(' '));
  const file = args.text('sequence');
  const named = args.ordered(['video', 'image', 'scene']).map(({ name, value }) => mediumOf(name, value, usual));
  if (file === undefined) {
    if (text.trim() === '') throw usage(say`There is no question.`);
    return { text, media: named };
  }
  if (named.length > 0) throw usage(say`--sequence names its own media; leave out --video, --image and --scene.`);
  return readSequence(file, text, usual);
}

async function readSequence(file: string, question: string, usual: Usual): Promise<Question> {
  let parts;
  try {
    const json: unknown = JSON.parse(await readFile(file, 'utf8'));
    ({ parts } = SequenceFile.parse(Array.isArray(json) ? { parts: json } : json));
  } catch (error) {
    throw new ZoetropeError(
      'bad-request',
      say`The sequence file ${file} cannot be used.`,
      say`It lists {"parts": [{"text": ...}, {"image": ...}, {"video": ..., "frames": 16}, {"scene": ..., "views": 8}]}.`,
      String(error),
    );
  }
  const at = (path: string): string => resolve(dirname(file), path);
  const media: Medium[] = [];
  let text = '';
  for (const part of parts) {
    if ('text' in part) {
      const words = withMarks(part.text);
      if (placeholderCount(words) > 0)
        throw usage(
          say`A text of the sequence holds <image>; name the picture as a part of its own, or write \\<image> where the word is meant.`,
        );
      text += words;
      continue;
    }
    text += PLACEHOLDER;
    if ('image' in part) media.push(mediumOf('image', at(part.image), { ...usual, tiles: part.tiles ?? usual.tiles }));
    else if ('scene' in part)
      media.push(mediumOf('scene', at(part.scene), { ...usual, views: part.views ?? usual.views }));
    else if ('times' in part)
      media.push({ kind: 'video', path: at(part.video), plan: { strategy: 'at', times: part.times } });
    else media.push(mediumOf('video', at(part.video), { ...usual, frames: part.frames ?? usual.frames }));
  }
  return { text: text + question, media };
}

function mediumOf(kind: Medium['kind'], path: string, { frames, views, tiles, transparency }: Usual): Medium {
  if (kind === 'image') return { kind, path, tiles, transparency };
  if (kind === 'scene') return { kind, path, count: views };
  return { kind, path, plan: { strategy: 'uniform', count: frames } };
}

/**
 * All items in the order of their media. Where the question has one placeholder for each medium, a video's stands
 * for all of its frames; otherwise placeholders count pictures.
 */
async function collect(
  { text, media }: Question,
  compare: Arrangement | undefined,
  engine: Engine,
  side: number,
  options: JobOptions,
): Promise<{ items: Item[]; text: string }> {
  if (compare !== undefined) {
    const [a, b, ...more] = media;
    if (a?.kind !== 'scene' || b?.kind !== 'scene' || more.length > 0)
      throw usage(say`--compare takes two scenes and nothing else.`);
    return {
      items: await capturePairs(
        [a.path, b.path],
        { strategy: null, count: a.count, size: 768, seed: 0 },
        compare,
        engine,
        options,
      ),
      text,
    };
  }
  const groups: Item[][] = [];
  for (const medium of media) groups.push(await itemsOfMedium(medium, engine, side, options, toErr));
  const items = groups.flat();
  if (placeholderCount(text) !== media.length || items.length === media.length) return { items, text };
  const [opening = '', ...rest] = text.split(PLACEHOLDER);
  return {
    items,
    text: rest.reduce((sum, words, k) => sum + PLACEHOLDER.repeat(groups[k]?.length ?? 0) + words, opening),
  };
}

/** The videos of these pictures, whose first subtitles are written before their frames. A source is its path here. */
function spokenIn(items: readonly Item[], encoding: TextEncodingName | null): Composition['captions']['subtitles'] {
  const sources = new Map(
    items.flatMap(({ origin: { kind, source } }) => (kind === 'frame' ? [[source.id, source]] : [])),
  );
  return [...sources.values()].map((ref) => ({ source: { ref, path: ref.id, subtitles: [] }, track: null, encoding }));
}

async function writeLogits(file: string, logits: Float32Array): Promise<void> {
  await mkdir(dirname(resolve(file)), { recursive: true });
  await writeFile(file, new Uint8Array(logits.buffer, logits.byteOffset, logits.byteLength));
}

/** Names the pictures that are unlike all that the model was trained on; null where there are none. */
function outsideNote({ pictures }: Receipt): string | null {
  const numbers = pictures.flatMap(({ outside }, k) => (outside ? [k + 1] : []));
  if (numbers.length === 0) return null;
  const many = numbers.length > 1;
  const named =
    numbers.length === pictures.length
      ? many
        ? 'The pictures'
        : 'The picture'
      : many
        ? `Pictures ${numbers.join(', ')}`
        : `Picture ${numbers[0]}`;
  return `${named} ${many ? 'look' : 'looks'} unlike anything this model was trained on. Do not rely on what it says about ${many ? 'them' : 'it'}.`;
}

/** The receipt as the command line prints it: one flat entry a picture. */
function report(answer: string, { pictures, ...receipt }: Receipt): object {
  return {
    answer,
    sequence: pictures.map(({ origin: { source, ...origin }, picture, ...sent }, k) => ({
      number: k + 1,
      ...origin,
      source: source.id,
      ...picture,
      ...sent,
    })),
    ...receipt,
    timings: { ...receipt.timings, tokensPerSecond: tokensPerSecond(receipt) },
  };
}
