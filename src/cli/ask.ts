// SPDX-License-Identifier: Apache-2.0
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
  type Composition,
  type Item,
  type Progress,
  type Receipt,
} from '../contract';
import { Composer, capturePairs, type Engine, type JobOptions } from '../engine';
import { openVideo } from '../media';
import { placeholderCount, PLACEHOLDER } from '../sequence';
import { command } from './define';
import { localModel } from './local-model';
import { itemsOfMedium, usualViews, type Medium } from './media';
import { choice, number, real, repeated, usage } from './options';
import { readQuestion, type Named, type Question } from './question';
import { serverModel } from './server-model';
import { endIfSilent, tell, withEngine } from './session';
import { jsonOut, toErr, toOut } from './terminal';

/** Default settings. */
const USUAL = Sampling.parse({});

/** `zoetrope ask`: answers a question about media. */
export function ask(signal: AbortSignal) {
  const named: Named[] = [];
  return declared(named).action(async (words, options, given) => {
    check(options, given);
    const question = await readQuestion(words.join(' '), named, options.sequence, options);
    await answer(question, options, signal);
  });
}

/** The options of the command. `named` collects media of all kinds, in the order in which the model is to see them. */
function declared(named: Named[]) {
  const medium = <Flags extends string>(flags: Flags, help: string, kind: Medium['kind']) =>
    repeated(flags, help, (path) => void named.push({ kind, path }));
  return command(
    'ask',
    'Asks about media, which keep their order. <image> in the question says where they stand, \\<image> is the word itself.',
  )
    .argument('[question...]')
    .addOption(medium('--video <file>', 'a video', 'video'))
    .addOption(medium('--image <file>', 'a picture', 'image'))
    .addOption(medium('--scene <file>', 'a 3D scene', 'scene'))
    .option('--sequence <file>', 'text and media in order, from a JSON file')
    .addOption(number('--frames <n>', 'how many frames of a video', { min: 1, max: 512 }).default(16))
    .addOption(number('--views <n>', 'how many views of a scene', { min: 1, max: 512 }).default(8))
    .option('--tiles', 'also send large pictures as tiles')
    .addOption(
      choice(
        '--transparency <t>',
        'what transparent pixels become: white (default), or their stored colours',
        Transparency.options,
      ),
    )
    .addOption(
      choice('--compare <order>', 'take views of two scenes from the same places, as pairs', Arrangement.options),
    )
    .addOption(
      choice('--placement <p>', 'pictures where the text refers to them, or all in front', Placement.options).default(
        'interleaved',
      ),
    )
    .option('--model <folder>', 'a model folder, or a downloaded model of the hub (default: the bundled one)')
    .addOption(choice('--device <d>', 'the device that the model runs on', DeviceChoice.options).default('auto'))
    .addOption(
      choice('--precision <p>', 'of the weights; auto is the fastest that fits', PrecisionChoice.options).default(
        'auto',
      ),
    )
    .option('--server <server>', 'ask a model of a server: its address, or the name of one in "servers list"')
    .option('--model-name <name>', 'the model of the server (default: the only one, or the first that sees pictures)')
    .option('--key-env <variable>', "the environment variable that holds the server's key")
    .option('--allow', 'let the question leave this machine')
    .option('--jpeg', 'send pictures as JPEG: about a tenth of the bytes, not the very pixels')
    .option('--profile <folder>', "the app's folder that holds the list of servers")
    .option('--anyway', 'load and ask also what needs more memory than is free')
    .addOption(number('--max-new-tokens <n>', 'the longest answer', { min: 1, max: 8192 }).default(USUAL.maxNewTokens))
    .addOption(
      real('--temperature <t>', 'sampling temperature; 0 is greedy', { min: 0, max: 5 }).default(USUAL.temperature),
    )
    .addOption(
      real('--top-p <p>', 'sample from the likeliest tokens with this sum of probabilities', {
        min: 0.001,
        max: 1,
      }).default(USUAL.topP),
    )
    .addOption(
      number('--top-k <k>', 'sample from this many of the likeliest tokens; 0 is all', {
        min: 0,
        max: 1_000_000,
      }).default(USUAL.topK),
    )
    .addOption(
      real('--repetition-penalty <r>', 'make tokens that were used less likely; 1 is off', {
        min: 0.01,
        max: 10,
      }).default(USUAL.repetitionPenalty),
    )
    .addOption(
      number('--seed <n>', 'the same seed gives the same answer', { min: 0, max: 0xffffffff }).default(USUAL.seed),
    )
    .option('--times', "write each frame's time before it")
    .option('--subtitles', 'write the words on screen before each frame')
    .addOption(
      choice(
        '--subtitle-encoding <name>',
        'of the subtitle file, where it is guessed wrongly',
        TextEncodingName.options,
      ),
    )
    .option('--json', 'print one object: answer, what the model saw, tokens, timings')
    .option('--dump-logits <file>', "write the float32 logits of the prompt's last position");
}

type Declared = ReturnType<typeof declared>;
type Options = ReturnType<Declared['opts']>;

/** Options that have no meaning for a model of a server, and those that only it has. */
const LOCAL_ONLY = ['model', 'device', 'precision', 'dumpLogits', 'anyway'] as const satisfies (keyof Options)[];
const SERVER_ONLY = ['modelName', 'keyEnv', 'allow', 'jpeg', 'profile'] as const satisfies (keyof Options)[];

/** Refuses what makes no sense together. @throws bad-request. */
function check(asked: Options, given: Pick<Declared, 'getOptionValueSource' | 'options'>): void {
  const flag = (name: string): string => given.options.find((option) => option.attributeName() === name)!.long!;
  const first = (names: readonly (keyof Options)[]): string | undefined =>
    names.find((name) => given.getOptionValueSource(name) === 'cli');
  if (asked.subtitleEncoding !== undefined && !asked.subtitles)
    throw usage(say`--subtitle-encoding goes with --subtitles.`);
  const local = first(LOCAL_ONLY);
  const remote = first(SERVER_ONLY);
  if (asked.server !== undefined && local !== undefined)
    throw usage(say`${flag(local)} is for the local model and does not go with --server.`);
  if (asked.server === undefined && remote !== undefined) throw usage(say`${flag(remote)} goes with --server.`);
}

async function answer(question: Question, asked: Options, signal: AbortSignal): Promise<void> {
  const { placement, json, server, subtitles: spoken = false, subtitleEncoding = null } = asked;
  if (server !== undefined && question.media.some((medium) => medium.kind === 'image' && medium.tiles))
    throw usage(say`A server does not say how large its tiles would have to be; leave out --tiles.`);
  await withEngine(async (engine) => {
    const { heard } = server === undefined ? endIfSilent() : { heard: () => undefined }; // a server has time limits of its own
    const options = {
      signal,
      onProgress: (progress: Progress): void => {
        heard();
        tell(progress);
      },
    };
    const {
      inputSize,
      captions: style,
      ask,
    } = server === undefined
      ? await localModel(asked, engine, options)
      : await serverModel({ ...asked, server }, engine, options);
    const { items, text } = await collect(question, asked.compare, engine, inputSize ?? Infinity, options);
    const composer = new Composer((path) => openVideo(path, { signal }), { signal });
    const captions = {
      frameTimes: asked.times ?? false,
      segmentLabels: false,
      subtitles: spoken ? spokenIn(items, subtitleEncoding) : [],
    };
    const asking = { history: [], items, text, placement, captions };
    const { turns, subtitles } = await composer.compose(asking, signal, style);
    subtitles.forEach(
      ({ track, encoding: read }) =>
        read?.guessed &&
        toErr(
          `${track} looks like ${read.name} and is read so. If its words come out wrong, name another with --subtitle-encoding.`,
        ),
    );
    const {
      text: answered,
      receipt,
      notes,
    } = await ask({
      turns,
      sampling: Sampling.parse(asked),
      ...(spoken && { subtitles }),
      ...options,
      onText: (delta) => {
        heard();
        if (!json) toOut(delta);
      },
    });
    if (json) jsonOut(report(answered, receipt));
    else toOut('\n');
    notes.forEach(toErr);
  });
}

/**
 * All items in the order of their media. If the question has one placeholder per medium, a video's placeholder stands
 * for all of its frames. Otherwise placeholders count pictures.
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
      items: await capturePairs([a.path, b.path], usualViews(a.count), compare, engine, options),
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

/**
 * The videos of these items. The first subtitles of each are written before its frames. On the command line the id of a
 * source is its path.
 */
function spokenIn(items: readonly Item[], encoding: TextEncodingName | null): Composition['captions']['subtitles'] {
  const sources = new Map(
    items.flatMap(({ origin: { kind, source } }) => (kind === 'frame' ? [[source.id, source]] : [])),
  );
  return [...sources.values()].map((ref) => ({ source: { ref, path: ref.id, subtitles: [] }, track: null, encoding }));
}

/** The receipt as the command line prints it, with one flat entry per picture. */
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
    ...('server' in receipt ? {} : { timings: { ...receipt.timings, tokensPerSecond: tokensPerSecond(receipt) } }),
  };
}
