// SPDX-License-Identifier: Apache-2.0
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import ts from 'typescript';
import { expect, it } from 'vitest';
import { WORDS as CATALOGUES } from '.';

type Tree = { [key: string]: string | Tree };

const SPOKEN = /^(aria-label|aria-description|aria-roledescription|alt|label|placeholder|title|hint)$/;
/** Two words in a row. A single word may be a name, a unit or a key. */
const WORDS = /\p{Ll} \p{L}/u;

/** The texts that a file of the window contains itself, and the keys with which it looks up texts. */
function walk(file: ts.SourceFile): { bare: string[]; keys: string[] } {
  const found = { bare: [] as string[], keys: [] as string[] };
  const visit = (node: ts.Node): void => {
    if (ts.isJsxText(node) && WORDS.test(node.text)) found.bare.push(`${file.fileName}: ${node.text.trim()}`);
    if (
      ts.isJsxAttribute(node) &&
      SPOKEN.test(node.name.getText()) &&
      node.initializer &&
      ts.isStringLiteral(node.initializer) &&
      WORDS.test(node.initializer.text)
    )
      found.bare.push(`${file.fileName}: ${node.getText()}`);
    if (ts.isCallExpression(node) && node.expression.getText() === 't') {
      const [key] = node.arguments;
      if (key && ts.isStringLiteral(key)) found.keys.push(key.text);
      if (key && ts.isConditionalExpression(key))
        for (const way of [key.whenTrue, key.whenFalse]) if (ts.isStringLiteral(way)) found.keys.push(way.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

const parse = (name: string, text: string): ts.SourceFile =>
  ts.createSourceFile(
    name,
    text,
    ts.ScriptTarget.Latest,
    true,
    name.endsWith('x') ? ts.ScriptKind.TSX : ts.ScriptKind.TS,
  );
const source = join(import.meta.dirname, '..');
const walked = ['main', 'renderer']
  .flatMap((room) => readdirSync(join(source, room), { recursive: true, withFileTypes: true }))
  .map((entry) => relative(source, join(entry.parentPath, entry.name)))
  .filter((name) => /\.tsx?$/.test(name) && !/\.(test|d)\.tsx?$/.test(name))
  .map((name) => walk(parse(name, readFileSync(join(source, name), 'utf8'))));

it('the window says nothing in one language only', () => {
  expect(walk(parse('a.tsx', '<p title="Not here">{t("a.b")} Not here {t(c ? "d" : "e")}</p>'))).toEqual({
    bare: ['a.tsx: title="Not here"', 'a.tsx: Not here'],
    keys: ['a.b', 'd', 'e'],
  });
  expect(walked.flatMap(({ bare }) => bare)).toEqual([]);
});

it('every key that windows and menus ask for has its words', () => {
  const has = (tree: Tree, [name = '', ...rest]: string[]): boolean => {
    if (rest.length === 0) return [name, `${name}_other`].some((key) => typeof tree[key] === 'string');
    const below = tree[name];
    return typeof below === 'object' && has(below, rest);
  };
  const keys = [...new Set(walked.flatMap((file) => file.keys))];
  expect(keys.length).toBeGreaterThan(200);
  expect(keys.filter((key) => !has(CATALOGUES.en.translation, key.split('.')))).toEqual([]);
});
