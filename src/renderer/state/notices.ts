// SPDX-License-Identifier: Apache-2.0
import type { ErrorInfo } from '../../contract';
import { get, set, type Taken, type Toast } from './store';

let next = 1;
const LIMIT = 4;

const show = (toast: Toast, toasts: readonly Toast[] = get().toasts): void =>
  set({ toasts: [...toasts, toast].slice(-LIMIT) });

/** Shows a notice. @param app it concerns every project and stays when another one is opened. */
export function notify(error: ErrorInfo, level: 'info' | 'warning' = 'warning', app = false): void {
  const same = get().toasts.some((t) => t.level !== 'taken' && t.error.message === error.message);
  if (!same) show({ key: next++, level, error, app });
}

const others = (toasts: readonly Toast[]) => toasts.filter(({ level }) => level !== 'taken');

/** Says what was removed, with a button to undo it. */
export const offerBack = (taken: Taken, kept: string): void =>
  show({ key: next++, level: 'taken', taken, kept }, others(get().toasts));

export const withdrawOffer = (): void => set((s) => ({ toasts: others(s.toasts) }));

/** Removes the notices of a project when another one is opened. */
export function leaveNotices(): void {
  withdrawOffer();
  set((s) => ({ toasts: s.toasts.filter((t) => t.level !== 'taken' && t.app) }));
}

export const dismissToasts = (): void => set({ toasts: [] });

export function dismissToast(key: number): void {
  set((s) => ({ toasts: s.toasts.filter((t) => t.key !== key) }));
}
