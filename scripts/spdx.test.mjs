// SPDX-License-Identifier: Apache-2.0
// Checks that every source file names its licence at the top, for people who copy single files and for licence
// scanners.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '..');
const LINE = 'SPDX-License-Identifier: Apache-2.0';

it('every source file names its licence', () => {
  const tracked = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { cwd: root });
  const sources = String(tracked)
    .split('\n')
    .filter((name) => /\.(ts|tsx|mjs|cjs|css|py|sh)$/.test(name) && fs.existsSync(path.join(root, name)));
  expect(sources.length).toBeGreaterThan(700);
  const start = (name) => fs.readFileSync(path.join(root, name), 'utf8').slice(0, 200);
  expect(sources.filter((name) => !start(name).includes(LINE))).toEqual([]);
});
