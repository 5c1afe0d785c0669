// SPDX-License-Identifier: Apache-2.0
import { expect, it } from 'vitest';
import { startFfmpeg, stopFfmpeg } from './ffmpeg';

it('ends every ffmpeg that runs, and only those', async () => {
  const endless = () =>
    startFfmpeg(['-f', 'lavfi', '-re', '-i', 'testsrc=size=32x32', '-f', 'rawvideo', '-'], { limitSeconds: 60 });
  const ended = await startFfmpeg(['-version'], { limitSeconds: 60 });
  while (await ended.read());
  expect(await ended.closed).toBe(0);
  const runs = [await endless(), await endless()];
  for (const run of runs) expect(await run.read()).not.toBeNull();
  stopFfmpeg();
  expect(await Promise.all(runs.map(({ closed }) => closed))).toEqual([null, null]);
});
