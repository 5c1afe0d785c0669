import { useEffect } from 'react';
import { Info, TriangleAlert, X } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { errorIn } from '../../contract';
import { useLanguage } from '../i18n';
import { dismissToast, useStore, type Toast } from '../state';
import { cx, IconButton } from '../ui';
import styles from './Toasts.module.css';

const SHOWN_MS = 9000;

export function Toasts() {
  const { t } = useTranslation();
  const toasts = useStore((s) => s.toasts);
  return (
    // The attribute keeps it heard and within reach while a dialog is open.
    <section className={styles.stack} aria-label={t('app.notices')} aria-live="polite" data-react-aria-top-layer="true">
      {toasts.map((toast) => (
        <Notice key={toast.key} toast={toast} />
      ))}
    </section>
  );
}

function Notice({ toast }: { toast: Toast }) {
  const { t } = useTranslation();
  const { key, level, error } = toast;
  useEffect(() => {
    if (level !== 'info') return;
    const timer = setTimeout(() => dismissToast(key), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [key, level]);
  const { message, advice } = errorIn(error, useLanguage());
  const Sign = level === 'warning' ? TriangleAlert : Info;
  return (
    <div className={cx(styles.notice, level === 'warning' && styles.warning)} data-testid="notice" role="status">
      <Sign aria-hidden />
      <div className={styles.words}>
        <p className={styles.what}>{message}</p>
        <p className={styles.more}>{advice}</p>
      </div>
      <IconButton label={t('common.dismiss')} onPress={() => dismissToast(key)}>
        <X />
      </IconButton>
    </div>
  );
}
