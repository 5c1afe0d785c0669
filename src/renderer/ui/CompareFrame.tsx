// SPDX-License-Identifier: Apache-2.0
import { Columns2, X } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { IconButton } from './Button';
import styles from './CompareFrame.module.css';

interface CompareFrameProps {
  /** How the two are compared. */
  children: ReactNode;
  /** What is done with both, beside the way to stop. */
  action?: ReactNode;
  onStop: () => void;
}

/** The bar over two things that are compared. */
export function CompareFrame({ children, action, onStop }: CompareFrameProps) {
  const { t } = useTranslation();
  return (
    <div className={styles.bar} role="group" aria-label={t('compare.title')} data-testid="compare-bar">
      <Columns2 className={styles.icon} aria-hidden />
      {children}
      <span className={styles.end}>
        {action}
        <IconButton label={t('compare.stop')} onPress={onStop}>
          <X />
        </IconButton>
      </span>
    </div>
  );
}
