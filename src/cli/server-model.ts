// SPDX-License-Identifier: Apache-2.0
import { modelsOf, type PictureFormat } from '../contract';
import { ServerEngine, ServerError, type Engine, type JobOptions } from '../engine';
import type { Answering } from './answering';
import { reach, usualModel, type Reach } from './named-server';
import { toOut } from './terminal';
import { PLAIN_CAPTIONS } from '../sequence';

/** The options of `ask` that only a model of a server has. */
export interface ServerOptions extends Reach {
  /** Name of a saved server, or an address. */
  server: string;
  /** Default: see `usualModel`. */
  modelName?: string | undefined;
  jpeg?: true | undefined;
  json?: true | undefined;
  /** Questions at once. */
  concurrency?: number | undefined;
}

/** Contacts a server. @throws as `reach`, `usualModel` and `ServerEngine.describe`. */
export async function serverModel(
  { server, modelName, jpeg, json, concurrency, ...options }: ServerOptions,
  engine: Engine,
  { signal }: JobOptions,
): Promise<Answering> {
  const { address, place, saved, format: usual } = reach(server, options);
  const format: PictureFormat = jpeg ? { ...usual, type: 'jpeg' } : usual;
  const asked = new ServerEngine(address, engine.pictures, { concurrency });
  const description = await asked.describe(signal);
  const model = modelName ?? usualModel(modelsOf({ named: saved?.named ?? [], description }), place.host);
  // Of some models it is known only at the end which words were thinking. A program gets the answer alone; a person
  // sees it written, with a note.
  const atOnce = process.stdout.isTTY && !json;
  return {
    model: { name: model, server: address.url },
    inputSize: null,
    captions: PLAIN_CAPTIONS,
    ask: async ({ turns, sampling, subtitles, onText, ...job }) => {
      let shown = '';
      const show = (delta: string): void => {
        shown += delta;
        onText(delta);
      };
      try {
        const question = { model, turns, sampling, format };
        const { text, receipt } = await asked.ask(question, { ...job, ...(atOnce && { onText: show }) });
        if (!atOnce) onText(text);
        const notes = [
          ...(atOnce && shown.trim() !== text
            ? ['What stands before </think> is what the model thought, no answer.']
            : []),
          ...(text === '' && receipt.finish === 'length'
            ? ['The model stopped before it had answered; --max-new-tokens allows a longer answer.']
            : []),
          ...(receipt.unsent.length > 0
            ? [`The server does not know ${receipt.unsent.map(flagOf).join(', ')}; the answer was written without.`]
            : []),
        ];
        return { text, receipt: { ...receipt, ...(subtitles && { subtitles }) }, notes };
      } catch (error) {
        if (error instanceof ServerError && error.facts.soFar && !json)
          toOut(`${atOnce ? '' : error.facts.soFar.text}\n`);
        throw error;
      }
    },
  };
}

/** The option of a setting: `topK` is `--top-k`. */
const flagOf = (setting: string): string => `--${setting.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
