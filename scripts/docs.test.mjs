// SPDX-License-Identifier: Apache-2.0
// Checks that the documentation names existing files: every relative link resolves, and so does every path in
// backticks.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '..');
const read = (name) => fs.readFileSync(path.join(root, name), 'utf8');

const pages = ['', 'docs', 'docs/guides', 'training', 'models/starter', 'resources/samples'].flatMap((folder) =>
  fs
    .readdirSync(path.join(root, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => path.posix.join(folder, name)),
);

/** The folders at the root that are in the repository; built and downloaded ones (`out`, `dist`, ...) are not. */
const folders = ['.github', 'bench', 'docs', 'e2e', 'models', 'resources', 'scripts', 'src', 'training'];
const inFolder = new RegExp(`^(?:${folders.join('|')})/`);
const files = folders.flatMap((folder) =>
  fs
    .readdirSync(path.join(root, folder), { recursive: true })
    .map((name) => `/${folder}/${name.replaceAll(path.sep, '/')}`),
);

/** `a.{b,c}.ts` means two files. */
function alternatives(name) {
  const [, before, middle, after] = name.match(/^(.*?)\{([^}]*)\}(.*)$/) ?? [];
  return middle === undefined ? [name] : middle.split(',').flatMap((one) => alternatives(before + one + after));
}

/** Whether a file or folder has this path, or a path that ends with it; `*` stands for any part of a name. */
function exists(name) {
  const text = name.replace(/\/$/, '').replaceAll('.', '\\.').replaceAll('*', '[^/]*');
  const pattern = new RegExp(inFolder.test(name) ? `^/${text}$` : `/${text}$`);
  return files.some((file) => pattern.test(file)) || fs.existsSync(path.join(root, name));
}

/** A page without its code blocks. */
const prose = (page) => read(page).replace(/^```[^]*?^```/gm, '');

/** Words in backticks that are paths of the repository, or paths or names of source files or tests. */
const paths = (text) =>
  [...text.matchAll(/`([\w./{},*-]+)`/g)]
    .map(([, span]) => span)
    .filter((span) => inFolder.test(span) || /(?:\/.*|\.(?:test|spec))\.(?:tsx?|mjs|py)$/.test(span));

/** The anchors of a page, made from its headings as GitHub makes them. */
const anchors = (text) =>
  [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading]) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );

describe.each(pages)('%s', (page) => {
  it('names files that exist', () => {
    const missing = paths(prose(page)).filter((name) => !alternatives(name).every(exists));
    expect(missing).toEqual([]);
  });

  it('names tests by words that stand in them', () => {
    // Matches table cells such as "`video.test.ts`: tells an unfinished recording; never follows a playlist".
    const claims = [...prose(page).matchAll(/`([\w-]+\.test\.ts)`: ([^|`]+)/g)].flatMap(([, file, titles]) =>
      titles.split(';').map((title) => [file, title.trim()]),
    );
    const wrong = claims.filter(([file, title]) => {
      const found = files.find((name) => name.endsWith(`/${file}`));
      return found === undefined || !read(found.slice(1)).includes(title);
    });
    expect(wrong).toEqual([]);
  });

  it('has links that resolve', () => {
    const links = [
      ...prose(page)
        .replace(/`[^`\n]+`/g, '')
        .matchAll(/\]\(([^)\s]+)\)/g),
    ].map(([, link]) => link);
    const broken = links.filter((link) => {
      if (/^\w+:/.test(link)) return false;
      const [to, anchor] = link.split('#');
      const target = to === '' ? page : path.posix.join(path.posix.dirname(page), to);
      if (!fs.existsSync(path.join(root, target))) return true;
      return anchor !== undefined && !anchors(read(target)).includes(anchor);
    });
    expect(broken).toEqual([]);
  });
});
