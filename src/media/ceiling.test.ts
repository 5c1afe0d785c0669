// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { heldBytes, underCeiling } from './ceiling';
import { startFfmpeg } from './ffmpeg';

describe('a program under a ceiling', () => {
  it('is limited by the system where it can be, and its words are never read by the shell', () => {
    const words = ['-i', '$(touch x); "', "it's"];
    expect(underCeiling('ffmpeg', words, { bytes: 2 ** 30, cpuSeconds: 7.5 }, 'linux')).toEqual([
      '/bin/sh',
      [
        '-c',
        expect.stringMatching(/ulimit -d 1048576 .*ulimit -t 8 .*exec "\$0" "\$@"$/) as string,
        'ffmpeg',
        ...words,
      ],
    ]);
    expect(underCeiling('ffmpeg', words, { bytes: 1, cpuSeconds: 8 }, 'darwin')[1][1]).not.toContain('ulimit -d');
    expect(underCeiling('ffmpeg', words, { bytes: 1 }, 'darwin')).toEqual(['ffmpeg', words]);
    expect(underCeiling('ffmpeg', words, { bytes: 1, cpuSeconds: 8 }, 'win32')).toEqual(['ffmpeg', words]);
  });

  it('is measured by what the system says, in any language', () => {
    expect(heldBytes('  51234\n')).toBe(51234 * 1024);
    expect(heldBytes('"ffmpeg.exe","4711","Console","1","51,234 K"\r\n')).toBe(51234 * 1024);
    expect(heldBytes('"ffmpeg.exe","4711","Console","1","51.234 Ko"\r\n')).toBe(51234 * 1024);
    expect(heldBytes('INFO: No tasks are running which match the specified criteria.')).toBe(0);
  });
});

describe.runIf(process.platform === 'linux')('ffmpeg', () => {
  const pictures = ['-loglevel', 'error', '-f', 'lavfi', '-i', 'color=s=3840x2160', '-f', 'null', '-'];

  it('gets no more memory than its ceiling', async () => {
    const run = await startFfmpeg(
      [...pictures.slice(0, -3), '-frames:v', '50', '-vf', 'format=gbrpf32le,reverse', '-f', 'null', '-'],
      { limitSeconds: 60, memory: 400e6 },
    );
    while (await run.read());
    expect(await run.closed).not.toBe(0);
    expect(run.errors()).toContain('Cannot allocate memory');
  });

  it('is ended past its time of a processor, and says so', async () => {
    const run = await startFfmpeg(pictures, { limitSeconds: 60, cpuSeconds: 1 });
    await expect(run.read()).rejects.toMatchObject({
      code: 'ffmpeg-failed',
      message: expect.stringContaining('far too long') as string,
    });
  });
});
