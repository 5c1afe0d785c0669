// SPDX-License-Identifier: Apache-2.0
import { availableParallelism, totalmem } from 'node:os';
import type { CatalogModel, PrecisionChoice } from '../contract';
import {
  CATALOG,
  expectedBytes,
  familyOf,
  FORMATS,
  planTokens,
  preferredOn,
  type CatalogEntry,
  type Format,
  type Graph,
  type Precision,
} from '../model';
import { modelBytes, sequenceBytes } from '../runtime';

/** The question for which memory is estimated: sixteen frames and some words. */
const FRAMES = 16;
const WORDS = 512;

/** Shares of the machine's memory up to which a model fits well, and at all. */
const [WELL, TIGHT] = [0.6, 0.9];

export interface Machine {
  /** Bytes. */
  memory: number;
  cores: number;
}

const thisMachine = (): Machine => ({ memory: totalmem(), cores: availableParallelism() });

/**
 * The catalogue's models with what they need on this machine; the one to begin with is marked. Nothing is read or asked.
 */
export async function describeCatalog(machine: Machine = thisMachine()): Promise<CatalogModel[]> {
  const models: CatalogModel[] = [];
  for (const entry of CATALOG) models.push(await describeEntry(entry, machine));
  const best =
    CATALOG.find((entry, k) => models[k]!.fits === 'well' && entry.minimumCores <= machine.cores) ??
    smallest(models.filter(({ fits }) => fits !== 'no'));
  return models.map((model) => ({ ...model, recommended: model.repo === best?.repo }));
}

const smallest = (models: readonly CatalogModel[]): CatalogModel | undefined =>
  models.toSorted((a, b) => leastOf(a) - leastOf(b))[0];

const leastOf = ({ memory }: CatalogModel): number => Math.min(...Object.values(memory));

async function describeEntry(entry: CatalogEntry, machine: Machine): Promise<CatalogModel> {
  const family = familyOf(entry.config);
  const config = family.parseConfig(entry.config);
  const pixels = family.parsePixels({}, 'config.json', config);
  const side = config.vision.imageSize;
  const format = family.inputFormat(config, pixels, undefined);
  const frame = format.plan({ width: side, height: side }, 'video', FRAMES);
  const tokens = (FRAMES / (format.together ?? 1)) * planTokens(frame);
  const positions = Math.min(config.text.contextLength, tokens + WORDS);
  const { floats, int8 = Infinity } = sequenceBytes({ config }, positions);
  const usual = preferredOn('cpu', config.text).find((one): one is Format =>
    (FORMATS as readonly string[]).includes(one),
  )!;
  const memory: Partial<Record<PrecisionChoice, number>> = {};
  let prepared = 0;
  let values = 0;
  for (const format of FORMATS) {
    const expected = await expectedBytes(config, format);
    memory[format] =
      modelBytes({ graphs: expected.graphs, config }, precisionsOf(expected.graphs)) + Math.min(floats, int8);
    values = expected.tensors.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);
    if (format === usual) prepared = Object.values(expected.graphs).reduce((sum, one) => sum + bytesOf(one), 0);
  }
  const download = values * (entry.weights === 'F32' ? 4 : 2);
  const least = Math.min(...Object.values(memory));
  return {
    repo: entry.repo,
    title: entry.title,
    family: family.title,
    license: entry.license,
    use: entry.use,
    good: entry.good,
    parameters: values,
    download,
    disk: download + prepared,
    memory,
    usual,
    fits: (memory[usual] ?? least) <= WELL * machine.memory ? 'well' : least <= TIGHT * machine.memory ? 'tight' : 'no',
    recommended: false,
  };
}

const bytesOf = (formats: Partial<Record<Precision, { bytes: number }>>): number =>
  Object.values(formats).reduce((sum, { bytes }) => sum + bytes, 0);

const precisionsOf = (graphs: Record<Graph, object>): Record<Graph, Precision> =>
  Object.fromEntries(Object.entries(graphs).map(([graph, formats]) => [graph, Object.keys(formats)[0]])) as Record<
    Graph,
    Precision
  >;
