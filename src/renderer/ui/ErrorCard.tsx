import type { ReactNode } from 'react';
import { TriangleAlert } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { ErrorInfo } from '../../contract';
import styles from './ErrorCard.module.css';

interface ErrorCardProps {
  error: ErrorInfo;
  /** What was kept, where the error itself does not say so. */
  kept?: string;
  children?: ReactNode;
}

/** What happened, what was kept, what to do. */
export function ErrorCard({ error, kept, children }: ErrorCardProps) {
  const { t, i18n } = useTranslation();
  const key = `errors.${error.code}`;
  const title = i18n.exists(key) ? t(key) : null;
  return (
    <div role="alert" data-testid="error" className={styles.card}>
      <TriangleAlert aria-hidden className={styles.sign} />
      <div className={styles.words}>
        {title && <p className={styles.what}>{title}</p>}
        <p className={title ? styles.more : styles.what}>{error.message}</p>
        {kept && <p className={styles.more}>{kept}</p>}
        <p className={styles.more}>{error.advice}</p>
        {children && <div className={styles.actions}>{children}</div>}
      </div>
    </div>
  );
}
