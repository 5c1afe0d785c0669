// SPDX-License-Identifier: Apache-2.0
import { stat } from 'node:fs/promises';
import { needsOf } from '../engine';
import {
  compileModel,
  FileHashes,
  FORMATS,
  modelFingerprint,
  readModelFolder,
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
      const described = await readModelFolder(folder);
      const { name, imageSize, family, contextLength, totalBytes, graphs } = described;

      const square = { width: imageSize, height: imageSize };
      const fingerprint = await modelFingerprint(described, new FileHashes(hashesFile()), signal);
      const memory = needsOf(described, modelBytes(described, choosePrecisions(described, {})), freeMemory());
      const precisions = Object.keys(graphs.decoder_model_merged);
      jsonOut({
        name,
        family,
        imageSize,
        tokensPerImage: planTokens(described.format.plan(square, 'several')),
        tokensPerFrame: planTokens(described.format.plan(square, 'video')),
        tokensOfFullHdPicture: planTokens(described.format.plan({ width: 1920, height: 1080 }, 'single')),
        contextLength,
        precisions,
        totalBytes,
        memory,
        fingerprint,
        changed: (await stat(folder)).mtime,
      });
    });
