// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import samples from '../../resources/samples/samples.json';
import { WORDS } from '.';

type Tree = { [key: string]: string | Tree };

const leaves = (tree: Tree, at = ''): [string, string][] =>
  Object.entries(tree).flatMap(([key, value]) =>
    typeof value === 'string' ? [[at + key, value] as [string, string]] : leaves(value, `${at}${key}.`),
  );
const CHINESE_WRONG = /\p{Script=Han} ?[,;:!?()]|[,;:!?()]\p{Script=Han}/u;
const base = (key: string) => key.replace(/_(one|other)$/, '');
const holes = (text: string) => [...text.matchAll(/\{\{\w+\}\}/g)].map(String).sort().join();

describe('the words of the window, menus, dialogs and files', () => {
  const english = new Map(leaves(WORDS.en.translation as Tree).map(([k, v]) => [base(k), v]));
  const chinese = new Map(leaves(WORDS.zh.translation as Tree).map(([k, v]) => [base(k), v]));

  it('says everything in both languages', () => {
    expect([...chinese.keys()].sort()).toEqual([...english.keys()].sort());
  });

  it('fills the same holes in both languages', () => {
    for (const [key, text] of english) expect([key, holes(chinese.get(key) ?? '')]).toEqual([key, holes(text)]);
  });

  it('sets its marks as the language does', () => {
    for (const text of english.values()) expect(text).not.toMatch(/[，。：；]/);
    for (const text of chinese.values()) expect(text.replace(/\{\{\w+\}\}/g, '')).not.toMatch(CHINESE_WRONG);
  });
});

it('names the samples with the marks of their language', () => {
  for (const { title } of samples) expect(title.zh).not.toMatch(CHINESE_WRONG);
});
