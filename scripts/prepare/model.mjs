// SPDX-License-Identifier: Apache-2.0
// Compiles the bundled model's weights for the engine, into models/starter/onnx.
import fs from 'node:fs';
import { run } from './command.mjs';
import { locked } from './lock.mjs';
import { inRoot, root } from './paths.mjs';
import { digest, listFiles, readStamp, stampOfContents, stampOfTimes, writeStamp } from './stamp.mjs';
import { ensureWeights } from './weights.mjs';

const home = 'models/starter';
const stampFile = inRoot(home, 'onnx', '.stamp');

export const hasModel = () => fs.existsSync(inRoot(home, 'config.json'));

/** Needs a build: the command line has the compiler. */
export async function ensureModel(say) {
  if (!hasModel()) return 'this checkout has no bundled model';
  const stamp = modelStamp();
  if (readStamp(stampFile) === stamp) return 'compiled';
  return locked(say, async () => {
    if (readStamp(stampFile) === stamp) return 'compiled';
    await ensureWeights(inRoot(home), say);
    say('compiling the bundled model');
    fs.rmSync(inRoot(home, 'onnx'), { recursive: true, force: true });
    await compileModel(home, home, (line) => say(`compiling the bundled model: ${line}`));
    writeStamp(stampFile, modelStamp()); // taken now because the weights may just have been downloaded
    return 'compiled the bundled model';
  });
}

export function compileModel(from, to, onLine) {
  const args = [inRoot('out/main/cli.js'), 'model', 'compile', from, '--out', to];
  return run(process.execPath, args, { cwd: root, onLine, what: 'Compiling the bundled model' });
}

/** Weights by time and size; the compiler by its text, because a checkout changes its times. */
function modelStamp() {
  const weights = listFiles([home], (name) => !name.startsWith(`${home}/onnx/`));
  const compiler = listFiles(['src/model'], (name) => !name.includes('.test.'));
  return digest([stampOfTimes(weights), stampOfContents(compiler)]);
}
