import type { SampleInfo } from '../../contract';
import { get } from './store';

const KEY = 'zoetrope.samples';

const read = (): Record<string, string> => {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? '{}') as Record<string, string>;
  } catch {
    return {};
  }
};

/** Which sample a source came from, so that its questions can be offered. */
export function rememberSample(sources: readonly string[], sample: string): void {
  const known = { ...read(), ...Object.fromEntries(sources.map((id) => [id, sample])) };
  localStorage.setItem(KEY, JSON.stringify(Object.fromEntries(Object.entries(known).slice(-200))));
}

export function sampleOf(source: string | null): SampleInfo | null {
  if (!source) return null;
  const id = read()[source];
  return get().samples.find((sample) => sample.id === id) ?? null;
}
