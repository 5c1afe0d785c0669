// SPDX-License-Identifier: Apache-2.0
import { memo, useMemo, type ReactNode } from 'react';
import { Button } from 'react-aria-components';
import ReactMarkdown from 'react-markdown';
import type { Citation, FindCitations } from './citations';
import { citeTree, type TextTree } from './cite-text';
import styles from './Markdown.module.css';

/** Links in answers are shown but cannot be followed: the model may have made them up. */
const Link = ({ children }: { children?: ReactNode }) => <span className={styles.link}>{children}</span>;

/** Renders a model's answer. No raw HTML and no external pictures. The citations that `cite` finds become buttons. */
export const Markdown = memo(function Markdown({ text, cite }: { text: string; cite?: FindCitations | undefined }) {
  const { components, plugins } = useMemo(() => {
    let found: Citation[] = [];
    const Cited = ({ number, children }: { number?: unknown; children?: ReactNode }) => {
      const citation = found[Number(number)];
      if (!citation) return <>{children}</>;
      return (
        <Button
          className={styles.cited ?? ''}
          aria-label={citation.label}
          data-testid="citation"
          onPress={citation.follow}
          onHoverStart={() => citation.point?.(true)}
          onHoverEnd={() => citation.point?.(false)}
          onFocusChange={(on) => citation.point?.(on)}
        >
          {children}
        </Button>
      );
    };
    return {
      components: { a: Link, cite: Cited },
      plugins: cite ? [() => (tree: unknown) => void (found = citeTree(tree as TextTree, cite))] : [],
    };
  }, [cite]);
  return (
    <div className={styles.markdown}>
      <ReactMarkdown skipHtml disallowedElements={['img']} components={components} rehypePlugins={plugins}>
        {text}
      </ReactMarkdown>
    </div>
  );
});
