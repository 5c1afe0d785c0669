// SPDX-License-Identifier: Apache-2.0
import type { ErrorInfo } from '../../contract';
import { get, set, type Edit, type Taken, type Toast } from './store';

let next = 1;
const LIMIT = 4;

const show = (toast: Toast, toasts: readonly Toast[] = get().toasts): void =>
  set({ toasts: [...toasts, toast].slice(-LIMIT) });

/** @param app it concerns every project: it stays when another one is opened. */
export function notify(error: ErrorInfo, level: 'info' | 'warning' = 'warning', app = false): void {
  const same = get().toasts.some((t) => t.level !== 'taken' && t.error.message === error.message);
  if (!same) show({ key: next++, level, error, app });
}

const others = (toasts: readonly Toast[]) => toasts.filter(({ level }) => level !== 'taken');

/** Main can put back only what was removed last: older removals leave the stack of edits. */
const withoutRemovals = (edits: readonly Edit[]) => edits.filter(({ kind }) => kind !== 'removal');

/** Something was removed: it is on top of what can be undone, and a notice offers it too. */
export function offerBack(what: Taken): void {
  set(({ past }) => ({ past: [...withoutRemovals(past), { kind: 'removal', what }], future: [], run: null }));
  show({ key: next++, level: 'taken', taken: what }, others(get().toasts));
}

/** Nothing can be put back any more. */
export const withdrawOffer = (): void =>
  set((s) => ({ toasts: others(s.toasts), past: withoutRemovals(s.past), future: withoutRemovals(s.future) }));

/** Another project is opened: what was said of this one has had its time. */
export function leaveNotices(): void {
  withdrawOffer();
  set((s) => ({ toasts: s.toasts.filter((t) => t.level !== 'taken' && t.app) }));
}

export function dismissToast(key: number): void {
  set((s) => ({ toasts: s.toasts.filter((t) => t.key !== key) }));
}
