// SPDX-License-Identifier: Apache-2.0
import type { Budget, EngineHandlers, EngineRequest, ServerAccess, ServerDescription } from '../contract';
import {
  Connection,
  describeServer,
  findLocalServers,
  ServerEngine,
  TokenEstimates,
  tryModel,
  type Composed,
  type Composer,
  type ConnectionOptions,
  type PictureStore,
  type ServerAddress,
  type ServerQuestion,
} from '../engine';
import { Secret } from '../network';
import { TextPacer } from './text-pacer';

type Handled = 'server.find' | 'server.describe' | 'server.try' | 'server.measure' | 'server.ask';
type Question = EngineRequest<'server.ask'>;

/** The handlers of calls about servers. Each server that was asked is kept, so that its limits and tokens are learned. */
export function serverHandlers(composer: Composer, pictures: PictureStore): Pick<EngineHandlers, Handled> {
  const estimates = new TokenEstimates();
  const engines = new Map<string, ServerEngine>();
  const engineFor = (access: ServerAccess, description: ServerDescription | null): ServerEngine => {
    const name = JSON.stringify(access);
    const known = engines.get(name);
    if (known) return known;
    const made = new ServerEngine(addressOf(access), pictures, {
      ...wayTo(access),
      estimates,
      ...(description && { description }),
    });
    engines.set(name, made);
    return made;
  };
  return {
    'server.find': (_request, _emit, signal) => findLocalServers({ signal }),
    'server.describe': ({ access }, _emit, signal) =>
      describeServer(new Connection(addressOf(access), { ...wayTo(access), retries: [] }), signal),
    'server.try': ({ access, model, format }, _emit, signal) =>
      tryModel(addressOf(access), { ...wayTo(access), retries: [], model, format, signal }),
    'server.measure': async (asked) => {
      const { turns } = await composer.composeAnyway(asked.composition);
      const { prompt, perPicture, answers, limit } = engineFor(asked.access, asked.description).measure(
        questionOf(asked, turns),
      );
      const parts = turns.flatMap((turn) => (turn.role === 'user' ? turn.parts : []));
      const pictures = parts.flatMap((part) =>
        part.type === 'image' ? [{ id: part.item.id, tokens: perPicture }] : [],
      );
      const image = perPicture * pictures.length;
      return {
        prompt,
        image,
        limit,
        perPicture,
        perFrame: perPicture,
        pictures,
        estimated: { answers },
      } satisfies Budget;
    },
    'server.ask': async (asked, emit, signal) => {
      const { turns, parts, subtitles } = await composer.compose(asked.composition, signal);
      const engine = engineFor(asked.access, asked.description);
      const question = questionOf(asked, turns);
      engine.check(question);
      emit({ type: 'accepted', parts });
      const text = new TextPacer((delta) => emit({ type: 'text', delta }));
      const reasoning = new TextPacer((delta) => emit({ type: 'reasoning', delta }));
      try {
        const { text: answered, receipt } = await engine.ask(question, {
          signal,
          onProgress: (progress) => emit({ type: 'progress', progress }),
          onText: (delta) => text.add(delta),
          onReasoning: (delta) => reasoning.add(delta),
        });
        return { text: answered, receipt: { ...receipt, ...(subtitles.length > 0 && { subtitles }) } };
      } finally {
        reasoning.flush();
        text.flush();
      }
    },
  };
}

const addressOf = ({ url, key }: ServerAccess): ServerAddress => ({
  url,
  ...(key !== null && { key: new Secret(key) }),
});

const wayTo = ({ proxy }: ServerAccess): ConnectionOptions => ({ proxy });

const questionOf = (
  { model, format, sampling, composition }: Pick<Question, 'model' | 'format' | 'sampling' | 'composition'>,
  turns: Composed['turns'],
): ServerQuestion => ({ model, turns, system: composition.system, sampling, format });
