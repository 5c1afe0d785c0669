import { expect, it } from 'vitest';
import en from './strings.en.json';
import zh from './strings.zh.json';

const base = (key: string): string => key.replace(/_(one|other)$/, '');
const holes = (text: string): string => [...text.matchAll(/\{\{\w+\}\}/g)].map(String).sort().join();

it('says the same things in both languages, with the same holes', () => {
  const sort = (strings: Record<string, string>) => [...new Map(Object.entries(strings).map(([k, v]) => [base(k), holes(v)]))].sort();
  expect(sort(zh.scene)).toEqual(sort(en.scene));
});
