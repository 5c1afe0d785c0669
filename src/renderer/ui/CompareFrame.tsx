// SPDX-License-Identifier: Apache-2.0
import { Columns2, X } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { IconButton } from './Button';
import styles from './CompareFrame.module.css';

interface CompareFrameProps {
  /** Controls for how the two are compared. */
  children: ReactNode;
  /** The action for both, beside the button to stop. */
  action?: ReactNode;
  onStop: () => void;
}

/** The bar above two sources that are compared. */
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
