// SPDX-License-Identifier: Apache-2.0
import { expect, it, vi } from 'vitest';
import type { Item } from '../../contract';
import { drawSheet } from './contact-sheet';
import { exportSheet } from './export';
import { get } from './store';

vi.mock('./contact-sheet');
const item = { id: 'i' } as Item;

it('a contact sheet that is cancelled while a picture is read is no failure', async () => {
  vi.mocked(drawSheet).mockImplementation(
    (_items, _progress, signal) =>
      new Promise((_, reject) => signal.addEventListener('abort', () => reject(new DOMException('', 'AbortError')))),
  );
  const exported = exportSheet([item]);
  get().exportJob?.cancel();
  await exported;
  expect(get()).toMatchObject({ toasts: [], exportJob: null, exported: null });
});

it('one that cannot be drawn is', async () => {
  vi.mocked(drawSheet).mockRejectedValue(new Error('no canvas'));
  await exportSheet([item]);
  expect(get().toasts).toMatchObject([{ error: { message: 'The contact sheet could not be drawn.' } }]);
});
