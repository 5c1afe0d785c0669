// SPDX-License-Identifier: Apache-2.0
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { say, ZoetropeError } from '../../contract';
import { copyReceipt } from './asking';
import { closeDialog, openDialog, pickModel } from './settings';
import { get, set } from './store';

const error = new ZoetropeError('model-missing', say`No model is loaded.`, say`Choose one in Settings.`).toInfo();
beforeEach(() => {
  const refuse = () => Promise.resolve({ ok: false, error });
  vi.stubGlobal('window', { zoetrope: { 'model.pick': refuse, 'receipt.copy': refuse } });
  set({ toasts: [], modelRefused: null });
});
afterEach(() => vi.unstubAllGlobals());

it('why a model was refused is shown in Settings, and said aloud where they were closed', async () => {
  openDialog({ kind: 'settings' });
  await pickModel();
  expect(get()).toMatchObject({ modelRefused: error, toasts: [] });
  closeDialog();
  await pickModel();
  expect(get()).toMatchObject({ modelRefused: error, toasts: [{ error }] });
});

it('a receipt that could not be copied is not called copied', async () => {
  expect(await copyReceipt('a')).toBe(false);
  expect(get().toasts).toMatchObject([{ error }]);
});
