// SPDX-License-Identifier: Apache-2.0
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { POSE_FILE_NAMES, POSE_FILES, writePoses } from '../engine';
import { refuseExisting } from './pictures';

it('a name that is taken is refused, whoever wrote it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'zoetrope-taken-'));
  try {
    await refuseExisting(join(folder, 'new'), ['a.png']);
    await writeFile(join(folder, 'b.png'), '');
    await refuseExisting(folder, ['a.png']);
    await expect(refuseExisting(folder, ['a.png', 'b.png'])).rejects.toMatchObject({ code: 'bad-request' });
    for (const format of POSE_FILES) {
      await refuseExisting(folder, POSE_FILE_NAMES[format]);
      await writePoses(format, folder, [], []);
      for (const name of POSE_FILE_NAMES[format])
        await expect(refuseExisting(folder, [name])).rejects.toMatchObject({ code: 'bad-request' });
    }
  } finally {
    await rm(folder, { recursive: true });
  }
});
