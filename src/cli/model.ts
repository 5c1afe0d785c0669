// SPDX-License-Identifier: Apache-2.0
import { stat } from 'node:fs/promises';
import { needsOf } from '../engine';
import { toErrorInfo } from '../contract';
import {
  compileModel,
  FileHashes,
  findCheckpoint,
  FORMATS,
  modelFingerprint,
  readModelFolder,
  readModelSettings,
  verifyCompiled,
  planTokens,
} from '../model';
import { choosePrecisions, freeMemory, modelBytes } from '../runtime';
import { command } from './define';
import { describeOnHub, isOnHub } from './hub';
import { choice } from './options';
import { hashesFile, tell } from './session';
import { jsonOut, oneLine, toOut } from './terminal';

/** `zoetrope model compile` */
export const compile = (signal: AbortSignal) =>
  command('compile', 'Makes a checkpoint in safetensors ready to run.')
    .argument('<folder>')
    .option('--out <folder>', 'where to write it (default: the same folder)')
    .addOption(choice('--precision <p>', 'of the weights', FORMATS).default('fp32'))
    .action(async (folder, { out = folder, precision }) => {
      await compileModel(folder, out, { precision, signal, onProgress: tell });
      toOut(`compiled to ${oneLine(out)}\n`);
    });

/** `zoetrope model check` */
export const checkModel = (signal: AbortSignal) =>
  command('check', 'Checks every byte of what was compiled against its manifest.')
    .argument('<folder>')
    .action(async (folder) => {
      await verifyCompiled(folder, { signal, onProgress: tell });
      toOut('every byte is as it was written\n');
    });

/** `zoetrope model info` */
export const describeModel = (signal: AbortSignal) =>
  command('info', 'What is in a model folder, or what the hub says of a model, as JSON.')
    .argument('<folder>', 'a folder, or organisation/name')
    .option('--revision <name>', 'on the hub: a branch, tag or commit', 'main')
    .action(async (folder, { revision }) => {
      if (isOnHub(folder)) return describeOnHub(folder, revision, signal);
      const settings = await readModelSettings(folder);
      const { name, imageSize, family, contextLength, format } = settings;
      // A checkpoint that is not compiled yet has no graphs.
      const compiled = await readModelFolder(folder).catch((error: unknown) => {
        if (toErrorInfo(error).code === 'model-incomplete') return undefined;
        throw error;
      });
      if (!compiled && !(await findCheckpoint(folder))) await readModelFolder(folder); // names what is missing
      const square = { width: imageSize, height: imageSize };
      jsonOut({
        name,
        family,
        imageSize: settings.config.vision.native ? null : imageSize,
        tokensPerImage: planTokens(format.plan(square, 'several')),
        tokensPerFrame: Math.ceil(planTokens(format.plan(square, 'video')) / (format.together ?? 1)),
        tokensOfFullHdPicture: planTokens(format.plan({ width: 1920, height: 1080 }, 'single')),
        contextLength,
        precisions: compiled ? Object.keys(compiled.graphs.decoder_model_merged) : [],
        ...(compiled && {
          totalBytes: compiled.totalBytes,
          memory: needsOf(compiled, modelBytes(compiled, choosePrecisions(compiled, {})), freeMemory()),
          fingerprint: await modelFingerprint(compiled, new FileHashes(hashesFile()), signal),
        }),
        changed: (await stat(folder)).mtime,
      });
    });
