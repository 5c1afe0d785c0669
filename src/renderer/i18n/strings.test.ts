import { expect, it } from 'vitest';
import en from './en.json';
import zh from './zh.json';

type Tree = { [key: string]: string | Tree };

const leaves = (tree: Tree, at = ''): [string, string][] =>
  Object.entries(tree).flatMap(([key, value]) =>
    typeof value === 'string' ? [[at + key, value] as [string, string]] : leaves(value, `${at}${key}.`),
  );
const base = (key: string) => key.replace(/_(one|other)$/, '');
const holes = (text: string) => [...text.matchAll(/\{\{\w+\}\}/g)].map(String).sort().join();

const english = new Map(leaves(en as Tree).map(([k, v]) => [base(k), v]));
const chinese = new Map(leaves(zh as Tree).map(([k, v]) => [base(k), v]));

it('says everything in both languages', () => {
  expect([...chinese.keys()].sort()).toEqual([...english.keys()].sort());
});

it('fills the same holes in both languages', () => {
  for (const [key, text] of english) if (chinese.has(key)) expect([key, holes(chinese.get(key) ?? '')]).toEqual([key, holes(text)]);
});

it('uses no fullwidth comma in English', () => {
  for (const text of english.values()) expect(text).not.toMatch(/[，。：；]/);
});
