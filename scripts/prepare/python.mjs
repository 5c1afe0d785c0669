// SPDX-License-Identifier: Apache-2.0
// Runs the tests of training/ if there is a Python with torch. Nothing is installed for them.
import { findProgram, run } from './command.mjs';
import { root } from './paths.mjs';

const needed = 'import numpy, PIL, safetensors, tokenizers, torch, transformers';

/** The Python named by ZOETROPE_PYTHON, or one on the PATH, that has the packages training/ needs; or undefined. */
async function findPython() {
  const named = process.env.ZOETROPE_PYTHON;
  for (const python of named ? [named] : ['python3', 'python']) {
    const found = findProgram(python) ?? (named && python);
    if (!found) continue;
    const tried = await run(found, ['-c', needed], { cwd: root, check: false }).catch(() => undefined);
    if (tried?.code === 0) return found;
  }
  return undefined;
}

/** Runs the tests. Resolves with their number, or undefined if there is no such Python. */
export async function testTraining(say) {
  say('looking for a Python with torch');
  const python = await findPython();
  if (python === undefined) return undefined;
  say('python -m unittest discover -s training -t .');
  const { output } = await run(python, ['-m', 'unittest', 'discover', '-s', 'training', '-t', '.'], {
    cwd: root,
    env: { OMP_NUM_THREADS: '1', PYTHONDONTWRITEBYTECODE: '1' },
    what: 'The tests of training/',
  });
  return Number(/^Ran (\d+) tests? in/m.exec(output)?.[1]);
}

export const describeTraining = (count) =>
  count === undefined ? 'skipped: no Python with torch (ZOETROPE_PYTHON can name one)' : `${count} passed`;
