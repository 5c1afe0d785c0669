// SPDX-License-Identifier: Apache-2.0
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { SENTENCES } from '../locales';

const chinese = SENTENCES.zh;

/** The user-visible sentences of a file, and the mistakes found in them. */
interface Walked {
  said: { template: string; at: string }[];
  wrong: string[];
}

/** Two words in a literal: English that would appear untranslated in a Chinese sentence. */
const WORDS = /\p{L} \p{L}/u;

/** A function that inserts its `parameter`-th argument into a sentence. */
interface Taker {
  name: string;
  file: string;
  parameter: number;
}

const isSay = (node: ts.Node): node is ts.TaggedTemplateExpression =>
  ts.isTaggedTemplateExpression(node) && node.tag.getText() === 'say';

function everyNode(root: ts.Node, visit: (node: ts.Node) => void): void {
  visit(root);
  root.forEachChild((child) => everyNode(child, visit));
}

const spansOf = ({ template }: ts.TaggedTemplateExpression): readonly ts.TemplateSpan[] =>
  ts.isTemplateExpression(template) ? template.templateSpans : [];

function templateOf({ template }: ts.TaggedTemplateExpression): string {
  if (!ts.isTemplateExpression(template)) return template.text;
  return template.templateSpans.reduce((words, { literal }, k) => `${words}{${k}}${literal.text}`, template.head.text);
}

/** The names and parameters of the functions around a node, the innermost first. */
function functionsAround(node: ts.Node): { name: string; parameters: string[] }[] {
  const found = [];
  for (let at: ts.Node | undefined = node; at; at = at.parent) {
    if (!ts.isFunctionLike(at)) continue;
    const named: ts.Node | undefined = at.name ?? (ts.isVariableDeclaration(at.parent) ? at.parent.name : undefined);
    found.push({ name: named?.getText() ?? '', parameters: at.parameters.map(({ name }) => name.getText()) });
  }
  return found;
}

function takersIn(file: ts.SourceFile): Taker[] {
  const takers: Taker[] = [];
  everyNode(file, (node) => {
    for (const { expression } of isSay(node) ? spansOf(node) : []) {
      for (const { name, parameters } of functionsAround(node)) {
        const k = parameters.indexOf(expression.getText());
        if (k >= 0) takers.push({ name, file: file.fileName, parameter: k });
      }
    }
  });
  return takers;
}

/** Whether a value is, or may be, a text without the `say` tag. `constants` are those of the file, by name. */
function holdsWords(value: ts.Expression, constants: ReadonlyMap<string, ts.Expression>): boolean {
  if (ts.isStringLiteralLike(value)) return WORDS.test(value.text);
  if (ts.isTemplateExpression(value))
    return [value.head, ...value.templateSpans.map(({ literal }) => literal)].some(({ text }) => WORDS.test(text));
  if (ts.isParenthesizedExpression(value)) return holdsWords(value.expression, constants);
  if (ts.isConditionalExpression(value))
    return holdsWords(value.whenTrue, constants) || holdsWords(value.whenFalse, constants);
  if (ts.isBinaryExpression(value)) return holdsWords(value.left, constants) || holdsWords(value.right, constants);
  const known = ts.isIdentifier(value) ? constants.get(value.text) : undefined;
  return known !== undefined && known !== value && holdsWords(known, new Map());
}

function walk(file: ts.SourceFile, takers: readonly Taker[]): Walked {
  const walked: Walked = { said: [], wrong: [] };
  const constants = new Map<string, ts.Expression>();
  const imported = new Set<string>();
  everyNode(file, (node) => {
    if (ts.isVariableDeclaration(node) && node.initializer) constants.set(node.name.getText(), node.initializer);
    if (ts.isImportSpecifier(node)) imported.add(node.name.text);
  });
  const place = (node: ts.Node): string =>
    `${file.fileName}:${file.getLineAndCharacterOfPosition(node.getStart()).line + 1}`;
  everyNode(file, (node) => {
    if (isSay(node)) {
      walked.said.push({ template: templateOf(node), at: place(node) });
      for (const { expression } of spansOf(node))
        if (holdsWords(expression, constants)) walked.wrong.push(`${place(expression)} puts English into a sentence`);
    }
    if (ts.isCallExpression(node)) {
      const { expression: called } = node;
      const name = ts.isIdentifier(called)
        ? called.text
        : ts.isPropertyAccessExpression(called)
          ? called.name.text
          : '';
      for (const taker of takers) {
        const given = node.arguments[taker.parameter];
        const meant = taker.name === name && (taker.file === file.fileName || imported.has(name));
        if (meant && given && holdsWords(given, constants))
          walked.wrong.push(`${place(given)} gives ${name} English for a sentence`);
      }
    }
    const loose =
      ts.isIdentifier(node) &&
      node.text === 'say' &&
      imported.has('say') &&
      !ts.isImportSpecifier(node.parent) &&
      !isSay(node.parent);
    if (loose) walked.wrong.push(`${place(node)} uses say other than as a tag`);
    const names = ts.isObjectLiteralExpression(node) ? node.properties.map((property) => property.name?.getText()) : [];
    if (names.includes('code') && names.includes('advice'))
      walked.wrong.push(`${place(node)} makes an error by hand, not as a ZoetropeError`);
  });
  return walked;
}

const parse = (name: string, text: string): ts.SourceFile =>
  ts.createSourceFile(
    name,
    text,
    ts.ScriptTarget.Latest,
    true,
    name.endsWith('x') ? ts.ScriptKind.TSX : ts.ScriptKind.TS,
  );

const walkText = (text: string): Walked => {
  const file = parse('sample.ts', `import { say } from './contract'; ${text}`);
  return walk(file, takersIn(file));
};

const source = join(import.meta.dirname, '..');
/** The files that define errors themselves. */
const OWN = /^contract\/(errors|wire)\.ts$/;
/** The command line is in English only. */
const ENGLISH = /^cli\//;
const files = readdirSync(source, { recursive: true, withFileTypes: true })
  .map((entry) => relative(source, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
  .filter((name) => /\.tsx?$/.test(name) && !/\.(test|d)\.tsx?$/.test(name) && !ENGLISH.test(name))
  .map((name) => parse(name, readFileSync(join(source, name), 'utf8')));
const takers = files.flatMap(takersIn);
const walked = files.map((file) => walk(file, takers));
const said = walked.flatMap((file) => file.said);
const entries = Object.entries(chinese);
const places = (text: string): string[] => [...new Set(text.match(/\{\d+\}/g))].sort();

describe('what the window may have to say', () => {
  it('has Chinese words, every sentence of it', () => {
    expect(said.length).toBeGreaterThan(300);
    expect(said.filter(({ template }) => !Object.hasOwn(chinese, template))).toEqual([]);
  });

  it('leaves no entry behind when a sentence is gone', () => {
    const templates = new Set(said.map(({ template }) => template));
    expect(entries.map(([template]) => template).filter((template) => !templates.has(template))).toEqual([]);
  });

  it('names the same things in both languages', () => {
    for (const [template, words] of entries) expect([template, places(words)]).toEqual([template, places(template)]);
  });

  it('is written as Chinese is: full stops, full width, its own quotes', () => {
    for (const [template, words] of entries) {
      expect([template, words.endsWith('。')]).toEqual([template, /[.]$/.test(template)]);
      expect([template, words]).toEqual([
        template,
        expect.not.stringMatching(/"|\p{Script=Han}[,;:!?()]|[,;:!?()]\p{Script=Han}/u),
      ]);
      // Only names may remain in English.
      expect([template, words]).toEqual([template, expect.stringMatching(/\p{Script=Han}|^[^\p{L}]*$/u)]);
    }
  });

  it('is in order, so that an entry is found and two branches seldom meet', () => {
    expect(entries.map(([template]) => template)).toEqual(entries.map(([template]) => template).sort());
  });

  it('is tagged whole: no words come in as values, no error is made by hand', () => {
    expect(walked.filter((_, k) => !OWN.test(files[k]!.fileName)).flatMap(({ wrong }) => wrong)).toEqual([]);
  });
});

describe('the walk itself', () => {
  it('finds sentences wherever they stand', () => {
    const { said: found } = walkText('const a = b ? say`One.` : f({ c: say`"${x.y}" has ${say`a tail`}.` });');
    expect(found.map(({ template }) => template)).toEqual(['One.', '"{0}" has {1}.', 'a tail']);
  });

  it.each([
    'say`It is ${"not a file"}.`',
    'say`It is ${ok ? "" : "not a file"}.`',
    'say`It is ${`not a ${kind} file`}.`',
    'const what = "not a file"; say`It is ${what}.`',
    'const bad = (what: string) => say`It ${what}.`; bad("is not a file");',
    'function bad(name: string, what: string) { return say`${name} ${what}.`; } bad(file, "is not a file");',
    'class A { bad(what: string) { return say`It ${what}.`; } b() { this.bad("is not a file"); } }',
    'const other = say;',
    'const error = { code: "internal", message, advice };',
  ])('is not fooled by %s', (text) => expect(walkText(text).wrong).toHaveLength(1));
});
