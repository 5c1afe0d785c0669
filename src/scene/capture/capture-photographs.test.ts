// SPDX-License-Identifier: Apache-2.0
import { afterEach, expect, it, vi } from 'vitest';
import { lookAtPose } from '../../camera';
import { capturePhotographs, type PhotographOrder } from './capture-photographs';

afterEach(() => vi.unstubAllGlobals());

/** Stubs the browser's functions for decoding and reading pictures. */
function pictures(): void {
  vi.stubGlobal('document', { visibilityState: 'hidden' });
  vi.stubGlobal('createImageBitmap', () => Promise.resolve({ width: 2, height: 1, close: () => undefined }));
  const context = {
    fillRect: () => undefined,
    drawImage: () => undefined,
    getImageData: () => ({ data: new Uint8Array(8) }),
  };
  vi.stubGlobal('OffscreenCanvas', function Canvas() {
    return { getContext: () => context };
  });
}

/** The first bytes of a BMP, enough to read its size. */
const PICTURE = Uint8Array.of(0x42, 0x4d, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 12, 0, 0, 0, 2, 0, 1, 0, 1, 0, 24, 0);

const pose = lookAtPose([0, 0, 2], [0, 0, 0]);
const lens = { fx: 2, fy: 2, cx: 1, cy: 0.5, width: 2, height: 1, distorted: false };
const order: PhotographOrder = {
  source: 's',
  sceneHash: '0'.repeat(64),
  bounds: { min: [-1, -1, -1], max: [1, 1, 1] },
  photographs: ['a.jpg', 'b.jpg'].map((name) => ({ name, pose, lens, read: () => Promise.resolve(PICTURE) })),
};

it('hands every photograph over, in order', async () => {
  pictures();
  const { taken, notes } = await capturePhotographs(order, ({ photograph, index }) =>
    Promise.resolve([photograph, index]),
  );
  expect(notes).toEqual([]);
  expect(taken).toEqual([
    ['a.jpg', 0],
    ['b.jpg', 1],
  ]);
});

it('stopped during the last one it takes none, and does not tell of an end', async () => {
  pictures();
  const stop = new AbortController();
  const done: number[] = [];
  const taking = capturePhotographs(
    { ...order, signal: stop.signal, onProgress: (progress) => void done.push(progress.done) },
    ({ index }) => {
      if (index === 1) stop.abort();
      return Promise.resolve(index);
    },
  );
  await expect(taking).rejects.toMatchObject({ code: 'cancelled' });
  expect(done).toEqual([0, 1]);
});

it('one that cannot be read is left out and named; where none can be, that is refused', async () => {
  pictures();
  const torn = { ...order.photographs[0]!, name: 'torn.jpg', read: () => Promise.resolve(Uint8Array.of(1, 2, 3)) };
  const gone = { ...torn, name: 'gone.jpg', read: () => Promise.reject(new Error('not there')) };
  const some = { ...order, photographs: [torn, order.photographs[0]!, gone, order.photographs[1]!] };
  const { taken, notes } = await capturePhotographs(some, ({ photograph, index }) =>
    Promise.resolve([photograph, index]),
  );
  expect(taken).toEqual([
    ['a.jpg', 0],
    ['b.jpg', 1],
  ]);
  expect(notes.map(({ values }) => values)).toEqual([[['torn.jpg', 'gone.jpg']]]);
  const none = capturePhotographs({ ...order, photographs: [torn] }, () => Promise.resolve());
  await expect(none).rejects.toMatchObject({ code: 'not-a-picture' });
});
