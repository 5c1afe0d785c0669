// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import ReactMarkdown from 'react-markdown';
import { describe, expect, it } from 'vitest';
import { harmlessMarkdown } from './answer-markdown';

/** The HTML that a reader without any sanitizing would show. */
const html = (markdown: string): string =>
  renderToStaticMarkup(
    createElement(ReactMarkdown, { urlTransform: (url: string) => url, children: markdown, components: {} }),
  );

describe("a model's Markdown", () => {
  it('keeps what only formats', () => {
    const text = 'A **red** ball, *slowly*:\n\n- one\n- two\n\n1. first\n\n> said\n\n```js\nx < y\n```\n\nAnd `code`.';
    expect(html(harmlessMarkdown(text))).toBe(html(text));
  });

  it('makes pictures, links and HTML plain words', () => {
    const read = (text: string) => harmlessMarkdown(text);
    expect(html(read('![a cat](https://there.test/track.png)'))).toBe('<p>a cat (https://there.test/track.png)</p>');
    expect(html(read('![](https://there.test/track.png)'))).toBe('<p>https://there.test/track.png</p>');
    expect(html(read('![cat][1] and [more][1]\n\n[1]: https://there.test/'))).toBe('<p>cat and more</p>');
    expect(html(read('[here](javascript:alert(1))'))).toBe('<p>here (javascript:alert(1))</p>');
    expect(html(read('a <img src=x onerror=alert(1)> b'))).toBe('<p>a &lt;img src=x onerror=alert(1)&gt; b</p>');
    expect(html(read('<script>alert(1)</script>'))).toContain('&lt;script&gt;');
    expect(html(read('<https://there.test/>'))).not.toContain('href');
  });

  it('cannot pass for the page: its headings are smaller, its fences end', () => {
    expect(html(`${harmlessMarkdown('# Question\n\nAnswer\n===\n\n###### deep')}\n\n## Question`)).toBe(
      '<h4>Question</h4>\n<h4>Answer</h4>\n<h6>deep</h6>\n<h2>Question</h2>',
    );
    expect(html(`${harmlessMarkdown('```\nnever closed')}\n\n## Question`)).toContain('<h2>Question</h2>');
    expect(html(`${harmlessMarkdown('<!-- never closed')}\n\n## Question`)).toContain('<h2>Question</h2>');
  });

  it('holds for anything a model may write', () => {
    const pieces = fc.constantFrom(
      '![',
      '](',
      ')',
      '[a]: ',
      '<img src=x>',
      '<!--',
      '-->',
      '<b ',
      '>',
      '# ',
      '\n',
      '\n\n',
      '```',
      '    ',
      '- ',
      '> ',
      '===',
      '---',
      '\\',
      '&lt;',
      '&#60;img&#62;',
      'http://a.test ',
      '<http://a.test>',
      '`',
      '*',
      '_',
      'word ',
      '|',
      '\t',
      '![CDATA[',
      '<?x',
      '</p>',
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 30 }), (parts) => {
        const markup = html(`${harmlessMarkdown(parts.join(''))}\n\n## Question`);
        expect(
          markup.replace(
            /<\/?(p|h[4-6]|em|strong|code|pre|ul|ol|li|blockquote)( start="\d+")?( class="[^"]*")?>|<(br|hr)\/>/g,
            '',
          ),
        ).toMatch(/^[^<]*<h2>Question<\/h2>$/);
      }),
      { numRuns: 300 },
    );
  });
});
