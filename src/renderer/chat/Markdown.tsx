import { memo, type ReactNode } from 'react';
import ReactMarkdown, { type Components } from 'react-markdown';
import styles from './Markdown.module.css';

/** A model's link is shown, not followed: it was never checked by anyone. */
const components: Components = {
  a: ({ children }: { children?: ReactNode }) => <span className={styles.link}>{children}</span>,
};

/** A model's words. No raw HTML, no pictures from elsewhere. */
export const Markdown = memo(function Markdown({ text }: { text: string }) {
  return (
    <div className={styles.markdown}>
      <ReactMarkdown skipHtml disallowedElements={['img']} components={components}>
        {text}
      </ReactMarkdown>
    </div>
  );
});
