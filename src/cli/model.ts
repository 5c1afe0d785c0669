import { stat } from 'node:fs/promises';
import { say } from '../contract';
import { needsOf } from '../engine';
import { compileModel, FileHashes, FORMATS, modelFingerprint, readModelFolder, verifyCompiled } from '../model';
import { choosePrecisions, freeMemory, modelBytes } from '../runtime';
import { readArguments, usage } from './arguments';
import { hashesFile, tell } from './session';
import { jsonOut, oneLine, toOut } from './terminal';

/** `zoetrope model compile SRC --out DIR --precision P`, `zoetrope model check DIR` and `zoetrope model info DIR`. */
export async function model(argv: string[], signal: AbortSignal): Promise<void> {
  const [verb, ...rest] = argv;
  const args = readArguments(rest, {
    out: { type: 'string' },
    precision: { type: 'string' },
    json: { type: 'boolean' },
  });
  const [folder, ...more] = args.positionals;
  if (folder === undefined || more.length > 0) throw usage(say`Name one model folder.`);
  if (verb === 'compile') {
    const out = args.text('out') ?? folder;
    const precision = args.choice('precision', FORMATS) ?? 'fp32';
    await compileModel(folder, out, { precision, signal, onProgress: tell });
    toOut(`compiled to ${oneLine(out)}\n`);
  } else if (verb === 'check') {
    await verifyCompiled(folder, { signal, onProgress: tell });
    toOut('every byte is as it was written\n');
  } else if (verb === 'info') {
    const described = await readModelFolder(folder);
    const { name, imageSize, tokensPerImage, contextLength, totalBytes, graphs } = described;
    const fingerprint = await modelFingerprint(described, new FileHashes(hashesFile()), signal);
    const memory = needsOf(described, modelBytes(described, choosePrecisions(described, {})), freeMemory());
    const precisions = Object.keys(graphs.decoder_model_merged);
    jsonOut({
      name,
      imageSize,
      tokensPerImage,
      contextLength,
      precisions,
      totalBytes,
      memory,
      fingerprint,
      changed: (await stat(folder)).mtime,
    });
  } else throw usage(say`There is "model compile SRC --out DIR", "model check DIR" and "model info DIR".`);
}
