// SPDX-License-Identifier: Apache-2.0
import {
  Sampling,
  type PictureFormat,
  type PictureRef,
  type RgbImage,
  type ServerDescription,
  type ServerTest,
} from '../../contract';
import { ServerEngine, type ServerEngineOptions } from './server-engine';
import type { ServerAddress } from './address';

/** Pixels of the side of the picture that a model is tried with. Some models refuse pictures of a few pixels. */
const SIDE = 224;
const QUESTION = 'Which two colours does this picture show? Answer with the two colours.';
/** Enough for a model that thinks before it answers. */
const SAMPLING = Sampling.parse({ maxNewTokens: 1024 });

/**
 * Asks a model of a server about a small picture, half red and half blue, and notes whether the answer names both.
 * @param model default: the first model that accepts pictures.
 * @throws as `ServerEngine.describe` and `ServerEngine.ask`.
 */
export async function tryModel(
  address: ServerAddress,
  {
    model,
    format,
    signal,
    ...options
  }: { model: string | null; format: PictureFormat; signal?: AbortSignal } & ServerEngineOptions,
): Promise<ServerTest> {
  const engine = new ServerEngine(address, { get: async () => halves() }, options);
  const description = await engine.describe(signal);
  const asked = model ?? seeing(description);
  if (asked === undefined) return { description, answer: null };
  const began = performance.now();
  const picture: PictureRef = { sha256: '0'.repeat(64), width: SIDE, height: SIDE };
  const item = { id: 'test', picture, origin: { kind: 'photo' as const, source: { id: 'test', name: 'test' } } };
  const { text } = await engine.ask(
    {
      model: asked,
      turns: [
        {
          role: 'user',
          parts: [
            { type: 'image', item },
            { type: 'text', text: QUESTION },
          ],
        },
      ],
      sampling: SAMPLING,
      format,
    },
    { signal },
  );
  const ms = performance.now() - began;
  return {
    description,
    answer: { model: asked, text, ms, sawPicture: /\bred\b/i.test(text) && /\bblue\b/i.test(text) },
  };
}

/** The first model that says that it accepts pictures, or else one that does not say. */
const seeing = ({ models }: ServerDescription): string | undefined =>
  (models.find(({ pictures }) => pictures === true) ?? models.find(({ pictures }) => pictures === null))?.id;

function halves(): RgbImage {
  const data = new Uint8Array(SIDE * SIDE * 3);
  for (let pixel = 0; pixel < SIDE * SIDE; pixel++) data[3 * pixel + (pixel % SIDE < SIDE / 2 ? 0 : 2)] = 255;
  return { width: SIDE, height: SIDE, data };
}
