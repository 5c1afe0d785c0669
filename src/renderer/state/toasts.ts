import type { ErrorInfo } from '../../contract';
import { get, set, type Toast } from './store';

let next = 1;
const LIMIT = 4;

export function notify(error: ErrorInfo, level: Toast['level'] = 'warning'): void {
  const same = get().toasts.some((t) => t.error.message === error.message);
  if (same) return;
  set((s) => ({ toasts: [...s.toasts, { key: next++, level, error }].slice(-LIMIT) }));
}

export function dismissToast(key: number): void {
  set((s) => ({ toasts: s.toasts.filter((t) => t.key !== key) }));
}
