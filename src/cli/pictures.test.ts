import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { POSE_FILE_NAMES, POSE_FILES, writePoses } from '../engine';
import { refuseTaken } from './pictures';

it('a name that is taken is refused, whoever wrote it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'zoetrope-taken-'));
  try {
    await refuseTaken(join(folder, 'new'), ['a.png']);
    await writeFile(join(folder, 'b.png'), '');
    await refuseTaken(folder, ['a.png']);
    await expect(refuseTaken(folder, ['a.png', 'b.png'])).rejects.toMatchObject({ code: 'bad-request' });
    for (const format of POSE_FILES) {
      await refuseTaken(folder, POSE_FILE_NAMES[format]);
      await writePoses(format, folder, [], []);
      for (const name of POSE_FILE_NAMES[format])
        await expect(refuseTaken(folder, [name])).rejects.toMatchObject({ code: 'bad-request' });
    }
  } finally {
    await rm(folder, { recursive: true });
  }
});
