// SPDX-License-Identifier: Apache-2.0
// Provides the bundled model's weights. models/starter/weights.json identifies the file by its hash, whatever its
// source. The checkout contains the file, in its current version only. If it does not (Git LFS left a pointer, or a
// release carries the file instead), it is downloaded from the address in weights.json.
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { Stop } from './report.mjs';

/** Ensures that a model folder holds the weights named in its weights.json. @throws Stop if it cannot. */
export async function ensureWeights(folder, say) {
  const { file, bytes, sha256, url } = JSON.parse(fs.readFileSync(path.join(folder, 'weights.json'), 'utf8'));
  const target = path.join(folder, file);
  if ((await hashOf(target)) === sha256) return;
  if (!isPointer(target)) {
    throw new Stop(
      `${target} is not the file that weights.json names. Take it from git again, or write weights.json anew with training/export.py.`,
    );
  }
  if (!url) throw new Stop(`${target} is not here. Run "git lfs pull", or copy it there from a release.`);
  say(`downloading the weights (${Math.round(bytes / 1e6)} MB)`);
  const part = `${target}.part`;
  try {
    const response = await fetch(url);
    if (!response.ok || !response.body) throw new Error(`status ${response.status}`);
    await pipeline(response.body, fs.createWriteStream(part));
  } catch (error) {
    fs.rmSync(part, { force: true });
    throw new Stop(`${url} cannot be downloaded (${error.message}). Try again, or copy the file to ${target}.`);
  }
  if ((await hashOf(part)) !== sha256) {
    fs.rmSync(part);
    throw new Stop(`${url} does not hold the file that weights.json names.`);
  }
  fs.renameSync(part, target);
}

async function hashOf(file) {
  if (!fs.existsSync(file)) return undefined;
  const hash = createHash('sha256');
  await pipeline(fs.createReadStream(file), hash);
  return hash.digest('hex');
}

/** Whether a file is missing, or only the pointer that Git LFS leaves for a file it has not fetched. */
function isPointer(file) {
  if (!fs.existsSync(file)) return true;
  if (fs.statSync(file).size > 1024) return false;
  return fs.readFileSync(file, 'utf8').startsWith('version https://git-lfs.github.com/spec/');
}
