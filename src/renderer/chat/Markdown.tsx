import { memo, useMemo, type ReactNode } from 'react';
import ReactMarkdown, { type Components } from 'react-markdown';
import type { Receipt } from '../../contract';
import { canFollow, follow } from './follow';
import { linkReferences, readReference } from './references';
import styles from './Markdown.module.css';

const PLUGINS = [linkReferences];

/** A model's words. No raw HTML, no pictures from elsewhere. The moments and pictures it saw can be gone to. */
export const Markdown = memo(function Markdown({ text, receipt = null }: { text: string; receipt?: Receipt | null }) {
  const components = useMemo((): Components => {
    const a = ({ children, href }: { children?: ReactNode; href?: string | undefined }) => {
      const to = readReference(href);
      // A model's own link is shown, not followed: it was never checked by anyone.
      if (!to) return <span className={styles.link}>{children}</span>;
      if (!receipt || !canFollow(receipt, to)) return <>{children}</>;
      return (
        <button type="button" className={styles.reference} data-testid="answer-reference" onClick={() => follow(receipt, to)}>
          {children}
        </button>
      );
    };
    return { a };
  }, [receipt]);
  return (
    <div className={styles.markdown}>
      <ReactMarkdown skipHtml disallowedElements={['img']} components={components} remarkPlugins={PLUGINS}>
        {text}
      </ReactMarkdown>
    </div>
  );
});
