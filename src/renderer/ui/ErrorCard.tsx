// SPDX-License-Identifier: Apache-2.0
import type { ReactNode } from 'react';
import { TriangleAlert } from 'lucide-react';
import { errorIn, type ErrorInfo } from '../../contract';
import { useLanguage } from '../i18n';
import styles from './ErrorCard.module.css';

interface ErrorCardProps {
  error: ErrorInfo;
  /** What was kept, if the error itself does not say it. */
  kept?: string;
  children?: ReactNode;
}

/** What happened, what was kept, what to do. */
export function ErrorCard({ error, kept, children }: ErrorCardProps) {
  const { message, advice } = errorIn(error, useLanguage());
  return (
    <div role="alert" data-testid="error" className={styles.card}>
      <TriangleAlert aria-hidden className={styles.sign} />
      <div className={styles.words}>
        <p className={styles.what}>{message}</p>
        {kept && <p className={styles.more}>{kept}</p>}
        <p className={styles.more}>{advice}</p>
        {children && <div className={styles.actions}>{children}</div>}
      </div>
    </div>
  );
}
