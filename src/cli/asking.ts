// SPDX-License-Identifier: Apache-2.0
import {
  DeviceChoice,
  Placement,
  PrecisionChoice,
  Sampling,
  say,
  TextEncodingName,
  Transparency,
  type Composition,
  type Item,
  type SentSubtitles,
  type Turn,
} from '../contract';
import { Composer, type Engine, type JobOptions } from '../engine';
import { openVideo } from '../media';
import { placeholderCount, PLACEHOLDER } from '../sequence';
import type { Answering } from './answering';
import { command } from './define';
import { localModel } from './local-model';
import { itemsOfMedium } from './media';
import { choice, number, real, usage } from './options';
import type { Question } from './question';
import { serverModel } from './server-model';
import { toErr } from './terminal';

/** Default settings. */
const USUAL = Sampling.parse({});

/** A command that asks questions about media: which model answers, and how it is asked. */
export function askingCommand(name: string, help: string) {
  return command(name, help)
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
    );
}

type Declared = ReturnType<typeof askingCommand>;
export type AskingOptions = ReturnType<Declared['opts']>;

/** What a command knows of how its options were given. */
interface Given {
  getOptionValueSource: (name: string) => string | undefined;
  options: readonly { attributeName: () => string; long?: string | undefined }[];
}

/** Options that have no meaning for a model of a server, and those that only it has. */
const LOCAL_ONLY = ['model', 'device', 'precision', 'dumpLogits', 'anyway'];
const SERVER_ONLY = ['modelName', 'keyEnv', 'allow', 'jpeg', 'profile', 'concurrency'];

/** Refuses what makes no sense together. @throws bad-request. */
export function checkAsking(asked: AskingOptions, given: Given): void {
  const flag = (name: string): string => given.options.find((option) => option.attributeName() === name)!.long!;
  const first = (names: readonly string[]): string | undefined =>
    names.find((name) => given.getOptionValueSource(name) === 'cli');
  if (asked.subtitleEncoding !== undefined && !asked.subtitles)
    throw usage(say`--subtitle-encoding goes with --subtitles.`);
  const local = first(LOCAL_ONLY);
  const remote = first(SERVER_ONLY);
  if (asked.server !== undefined && local !== undefined)
    throw usage(say`${flag(local)} is for the local model and does not go with --server.`);
  if (asked.server === undefined && remote !== undefined) throw usage(say`${flag(remote)} goes with --server.`);
}

/** What a command adds to the options of its model. */
export interface ModelExtras {
  json?: true | undefined;
  dumpLogits?: string | undefined;
  /** Questions to a server at once. */
  concurrency?: number | undefined;
}

/** What answers: the local model, loaded, or a model of a server. @throws as `localModel` and `serverModel`. */
export const answeringModel = (
  asked: AskingOptions & ModelExtras,
  engine: Engine,
  options: JobOptions,
): Promise<Answering> =>
  asked.server === undefined
    ? localModel(asked, engine, options)
    : serverModel({ ...asked, server: asked.server }, engine, options);

/** Refuses tiles for a server. @throws bad-request */
export function checkTiles({ media }: Pick<Question, 'media'>, { server }: Pick<AskingOptions, 'server'>): void {
  if (server !== undefined && media.some((medium) => medium.kind === 'image' && medium.tiles))
    throw usage(say`A server does not say how large its tiles would have to be; leave out --tiles.`);
}

/** The items of a question's media, in their order. @throws errors of the files. */
export async function groupsOfItems(
  { media }: Pick<Question, 'media'>,
  engine: Engine,
  inputSize: number | null,
  options: JobOptions,
): Promise<Item[][]> {
  const groups: Item[][] = [];
  for (const medium of media) groups.push(await itemsOfMedium(medium, engine, inputSize ?? Infinity, options, toErr));
  return groups;
}

/**
 * The text of a question about these items. If the question has one placeholder per medium, a video's placeholder
 * stands for all of its frames. Otherwise placeholders count pictures.
 */
export function textForItems({ text, media }: Pick<Question, 'text' | 'media'>, groups: readonly Item[][]): string {
  const pictures = groups.reduce((sum, group) => sum + group.length, 0);
  if (placeholderCount(text) !== media.length || pictures === media.length) return text;
  const [opening = '', ...rest] = text.split(PLACEHOLDER);
  return rest.reduce((sum, words, k) => sum + PLACEHOLDER.repeat(groups[k]?.length ?? 0) + words, opening);
}

/** Composes a question with its captions. Says which subtitles were read by a guess. @throws as `Composer.compose` */
export async function composeAsked(
  { items, text }: { items: Item[]; text: string },
  { placement, times, subtitles: spoken, subtitleEncoding }: AskingOptions,
  style: Answering['captions'],
  signal: AbortSignal,
): Promise<{ turns: Turn[]; subtitles?: SentSubtitles[] }> {
  const composer = new Composer((path) => openVideo(path, { signal }), { signal });
  const captions = {
    frameTimes: times ?? false,
    segmentLabels: false,
    subtitles: spoken ? spokenIn(items, subtitleEncoding ?? null) : [],
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
  return { turns, ...(spoken && { subtitles }) };
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
