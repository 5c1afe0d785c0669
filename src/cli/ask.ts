// SPDX-License-Identifier: Apache-2.0
import { Arrangement, Sampling, say, tokensPerSecond, type Item, type Progress, type Receipt } from '../contract';
import { capturePairs, type Engine, type JobOptions } from '../engine';
import {
  answeringModel,
  askingCommand,
  checkAsking,
  checkTiles,
  composeAsked,
  groupsOfItems,
  textForItems,
  type AskingOptions,
} from './asking';
import { usualViews, type Medium } from './media';
import { choice, repeated, usage } from './options';
import { readQuestion, type Named, type Question } from './question';
import { endIfSilent, tell, withEngine } from './session';
import { jsonOut, toErr, toOut } from './terminal';

/** `zoetrope ask`: answers a question about media. */
export function ask(signal: AbortSignal) {
  const named: Named[] = [];
  return declared(named).action(async (words, options, given) => {
    checkAsking(options, given);
    const question = await readQuestion(words.join(' '), named, options.sequence, options);
    await answer(question, options, signal);
  });
}

/** The options of the command. `named` collects media of all kinds, in the order in which the model is to see them. */
function declared(named: Named[]) {
  const medium = <Flags extends string>(flags: Flags, help: string, kind: Medium['kind']) =>
    repeated(flags, help, (path) => void named.push({ kind, path }));
  return askingCommand(
    'ask',
    'Asks about media, which keep their order. <image> in the question says where they stand, \\<image> is the word itself.',
  )
    .argument('[question...]')
    .addOption(medium('--video <file>', 'a video', 'video'))
    .addOption(medium('--image <file>', 'a picture', 'image'))
    .addOption(medium('--scene <file>', 'a 3D scene', 'scene'))
    .option('--sequence <file>', 'text and media in order, from a JSON file')
    .addOption(
      choice('--compare <order>', 'take views of two scenes from the same places, as pairs', Arrangement.options),
    )
    .option('--json', 'print one object: answer, what the model saw, tokens, timings')
    .option('--dump-logits <file>', "write the float32 logits of the prompt's last position");
}

interface Options extends AskingOptions {
  compare?: Arrangement | undefined;
  json?: true | undefined;
  dumpLogits?: string | undefined;
}

async function answer(question: Question, asked: Options, signal: AbortSignal): Promise<void> {
  const { json, server } = asked;
  checkTiles(question, asked);
  await withEngine(async (engine) => {
    const { heard } = server === undefined ? endIfSilent() : { heard: () => undefined }; // a server has time limits of its own
    const options = {
      signal,
      onProgress: (progress: Progress): void => {
        heard();
        tell(progress);
      },
    };
    const { inputSize, captions, ask } = await answeringModel(asked, engine, options);
    const collected = await collect(question, asked, engine, inputSize, options);
    const {
      text: answered,
      receipt,
      notes,
    } = await ask({
      ...(await composeAsked(collected, asked, captions, signal)),
      sampling: Sampling.parse(asked),
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

/** All items in the order of their media, and the text for them. */
async function collect(
  question: Question,
  asked: Options,
  engine: Engine,
  inputSize: number | null,
  options: JobOptions,
): Promise<{ items: Item[]; text: string }> {
  if (asked.compare === undefined) {
    const groups = await groupsOfItems(question, engine, inputSize, options);
    return { items: groups.flat(), text: textForItems(question, groups) };
  }
  const [a, b, ...more] = question.media;
  if (a?.kind !== 'scene' || b?.kind !== 'scene' || more.length > 0)
    throw usage(say`--compare takes two scenes and nothing else.`);
  return {
    items: await capturePairs([a.path, b.path], usualViews(a.count), asked.compare, engine, options),
    text: question.text,
  };
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
