import { useEffect } from 'react';
import { Info, TriangleAlert, X } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { errorIn, type ErrorInfo } from '../../contract';
import { useLanguage } from '../i18n';
import { dismissToast, putBack, useStore, type Toast } from '../state';
import { Button, cx, IconButton } from '../ui';
import styles from './Toasts.module.css';

const SHOWN_MS = { info: 9000, taken: 30_000 };

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
  const { key, level } = toast;
  useEffect(() => {
    if (level === 'warning') return;
    const timer = setTimeout(() => dismissToast(key), SHOWN_MS[level]);
    return () => clearTimeout(timer);
  }, [key, level]);
  const Sign = level === 'warning' ? TriangleAlert : Info;
  return (
    <div className={cx(styles.notice, level === 'warning' && styles.warning)} data-testid="notice" role="status">
      <Sign aria-hidden />
      <div className={styles.words}>{toast.level === 'taken' ? <Taken source={toast.source} /> : <Said error={toast.error} />}</div>
      <IconButton label={t('common.dismiss')} onPress={() => dismissToast(key)}>
        <X />
      </IconButton>
    </div>
  );
}

function Said({ error }: { error: ErrorInfo }) {
  const { message, advice } = errorIn(error, useLanguage());
  return (
    <>
      <p className={styles.what}>{message}</p>
      <p className={styles.more}>{advice}</p>
    </>
  );
}

function Taken({ source }: { source: string | null }) {
  const { t } = useTranslation();
  return (
    <div className={styles.taken}>
      <p className={styles.what}>{source === null ? t('chat.cleared') : t('library.removed', { name: source })}</p>
      <Button size="small" onPress={() => void putBack()} data-testid="put-back">
        {t('common.undo')}
      </Button>
    </div>
  );
}
