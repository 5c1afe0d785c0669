/** Undo as two stacks of whole values: the tray is small, and a whole value cannot be undone wrongly. */
export interface History<T> {
  past: readonly T[];
  present: T;
  future: readonly T[];
}

const DEPTH = 100;

export function record<T>(h: History<T>, next: T): History<T> {
  return { past: [...h.past, h.present].slice(-DEPTH), present: next, future: [] };
}

export function undo<T>(h: History<T>): History<T> | null {
  const last = h.past.at(-1);
  if (last === undefined) return null;
  return { past: h.past.slice(0, -1), present: last, future: [h.present, ...h.future] };
}

export function redo<T>(h: History<T>): History<T> | null {
  const [first, ...rest] = h.future;
  if (first === undefined) return null;
  return { past: [...h.past, h.present], present: first, future: rest };
}
