import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CLIPS, makeCorpus, oracle, readCode } from './golden/corpus';
import { type MediaNote, openVideo, pictureHash, readFrames, thumbnails, uniformFrames } from './index';

const temp = await mkdtemp(join(tmpdir(), 'zoetrope-video-'));
const corpus = await makeCorpus(temp);
afterAll(() => rm(temp, { recursive: true, force: true }));

describe('exact frames', () => {
  it.each(corpus)('$name', async ({ path, first }) => {
    const index = await openVideo(path);
    const truth = await oracle(path, index.width, index.height);
    expect(index.frameCount).toBe(truth.length);
    const n = index.frameCount;
    for (const wanted of [uniformFrames(n, 5), [n >> 1, Math.min(n - 1, (n >> 1) + 1), n - 1, Math.min(1, n - 1)]]) {
      const notes: MediaNote[] = [];
      const seen: number[] = [];
      for await (const { frame, image } of readFrames(path, index, wanted, { onNote: (note) => notes.push(note) })) {
        seen.push(frame.index);
        expect([image.width, image.height]).toEqual([index.width, index.height]);
        expect(pictureHash(image), `frame ${frame.index}`).toBe(truth[frame.index]);
        if (first !== undefined) expect(readCode(image)).toBe(first + frame.index);
      }
      expect(notes).toEqual([]);
      expect(seen).toEqual([...new Set(wanted)].sort((a, b) => a - b));
    }
  });
});
void CLIPS; void beforeAll; void thumbnails;
