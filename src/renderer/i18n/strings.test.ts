import { describe, expect, it } from 'vitest';
import { AskedStrategy } from '../../contract';
import samples from '../../../resources/samples/samples.json';
import sceneEn from '../panes/scene/strings.en.json';
import sceneZh from '../panes/scene/strings.zh.json';
import en from './en.json';
import zh from './zh.json';

type Tree = { [key: string]: string | Tree };

const leaves = (tree: Tree, at = ''): [string, string][] =>
  Object.entries(tree).flatMap(([key, value]) =>
    typeof value === 'string' ? [[at + key, value] as [string, string]] : leaves(value, `${at}${key}.`),
  );
const CHINESE_WRONG = /\p{Script=Han} ?[,;:!?()]|[,;:!?()]\p{Script=Han}/u;
const base = (key: string) => key.replace(/_(one|other)$/, '');
const holes = (text: string) => [...text.matchAll(/\{\{\w+\}\}/g)].map(String).sort().join();

describe.each([
  ['the window', en, zh],
  ['the scene pane', sceneEn, sceneZh],
])('%s', (_name, ours, theirs) => {
  const english = new Map(leaves(ours as Tree).map(([k, v]) => [base(k), v]));
  const chinese = new Map(leaves(theirs as Tree).map(([k, v]) => [base(k), v]));

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

it('names every way to take views', () => {
  for (const way of [...AskedStrategy.options, 'bookmarks'] as const)
    expect([way, sceneEn.scene[way]]).toEqual([way, expect.any(String)]);
});

it('names the samples with the marks of their language', () => {
  for (const { title } of samples) expect(title.zh).not.toMatch(CHINESE_WRONG);
});
