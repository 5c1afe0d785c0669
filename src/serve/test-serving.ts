// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { ModelInfo } from '../contract';
import { Engine } from '../engine';
import { compileModel } from '../model';
import { AllowedFolders } from './allowed-folders';
import { Answerer, type AnswererOptions } from './answerer';

/** For tests: the bundled model, ready to serve. */

const root = resolve(import.meta.dirname, '../..');
export const SAMPLES = join(root, 'resources/samples');

export interface Serving {
  engine: Engine;
  info: ModelInfo;
  /** A temporary folder. */
  folder: string;
  /** The lines of the log. */
  lines: string[];
  answererWith: (options: Partial<AnswererOptions>) => Answerer;
  remove: () => void;
}

/** @param allow folders of files that may be asked about, besides the samples. */
export async function serving(allow: (folder: string) => string[] = () => []): Promise<Serving> {
  const folder = mkdtempSync(join(tmpdir(), 'zoetrope-serving-'));
  const model = join(folder, 'model');
  await compileModel(join(root, 'models/starter'), model, { precision: 'fp32' });
  const engine = new Engine(join(folder, 'pictures'));
  const info = await engine.load(model, { bundled: true });
  const allowed = await AllowedFolders.of([SAMPLES, ...allow(folder)]);
  const lines: string[] = [];
  return {
    engine,
    info,
    folder,
    lines,
    answererWith: (options) =>
      new Answerer({
        engine,
        model: async () => info,
        allowed,
        waiting: 1,
        version: '1.2.3',
        advise: ({ advice }) => advice,
        log: (line) => void lines.push(line),
        ...options,
      }),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
