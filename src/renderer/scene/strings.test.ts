import { expect, it } from 'vitest';
import en from './strings.en.json';
import zh from './strings.zh.json';

interface Strings {
  [key: string]: string | Strings;
}
const leaves = (strings: Strings, at = ''): [string, string][] =>
  Object.entries(strings).flatMap(([key, value]) => (typeof value === 'string' ? [[at + key, value] as [string, string]] : leaves(value, `${at}${key}.`)));
const base = (key: string): string => key.replace(/_(one|other)$/, '');
const holes = (text: string): string => [...text.matchAll(/\{\{\w+\}\}/g)].map(String).sort().join();

it('says the same things in both languages, with the same holes', () => {
  const sort = (strings: Strings) => [...new Map(leaves(strings).map(([k, v]) => [base(k), holes(v)]))].sort();
  expect(sort(zh.scene)).toEqual(sort(en.scene));
});
