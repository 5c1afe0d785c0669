import type { ErrorInfo } from '../../contract';
import { get, set, type Toast } from './store';

let next = 1;
const LIMIT = 4;

export function notify(error: ErrorInfo, level: 'info' | 'warning' = 'warning'): void {
  const same = get().toasts.some((t) => t.level !== 'taken' && t.error.message === error.message);
  if (same) return;
  set((s) => ({ toasts: [...s.toasts, { key: next++, level, error }].slice(-LIMIT) }));
}

const others = (toasts: readonly Toast[]) => toasts.filter(({ level }) => level !== 'taken');

/** Offers to put back what was taken away; only the last can be. */
export function offerBack(source: string | null): void {
  set((s) => ({ toasts: [...others(s.toasts), { key: next++, level: 'taken' as const, source, past: s.past }].slice(-LIMIT) }));
}

export const withdrawOffer = (): void => set((s) => ({ toasts: others(s.toasts) }));

export function dismissToast(key: number): void {
  set((s) => ({ toasts: s.toasts.filter((t) => t.key !== key) }));
}
