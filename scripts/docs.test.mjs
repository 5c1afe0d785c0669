// What the pages name must be there: files of the repository, and each other.
import fs from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '..');
const pages = ['README.md', 'CONTRIBUTING.md', 'SECURITY.md']
  .concat(fs.readdirSync(path.join(root, 'docs'), { recursive: true }).map((name) => path.join('docs', name)))
  .filter((name) => name.endsWith('.md'));

/** `a/{b,c}.ts` as `a/b.ts` and `a/c.ts`. */
const spelledOut = (name) => {
  const [whole, ways] = /\{([^}]*)\}/.exec(name) ?? [];
  return ways === undefined ? [name] : ways.split(',').flatMap((way) => spelledOut(name.replace(whole, way)));
};
const isThere = (name) => fs.existsSync(path.join(root, name));

it.each(pages)('%s names files that are there', (page) => {
  const text = fs.readFileSync(path.join(root, page), 'utf8');
  const named = [...text.matchAll(/`((?:src|e2e|scripts|bench|resources)\/[\w./{},-]+)`/g)].flatMap(([, name]) =>
    spelledOut(name),
  );
  const linked = [...text.replace(/^```[^]*?^```|`[^`\n]*`/gm, '`').matchAll(/\]\((?!\w+:)([^)#\s]+)/g)].map(([, to]) =>
    path.join(path.dirname(page), to),
  );
  expect([...named, ...linked].filter((name) => !isThere(name))).toEqual([]);
});
