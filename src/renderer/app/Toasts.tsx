// SPDX-License-Identifier: Apache-2.0
import { useEffect, useRef, useState } from 'react';
import { Info, TriangleAlert, X } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { errorIn, type ErrorInfo } from '../../contract';
import { useLanguage } from '../i18n';
import { dismissToast, dismissToasts, undoRemoval, useStore, type Taken, type Toast } from '../state';
import { Button, cx, IconButton } from '../ui';
import styles from './Toasts.module.css';

const SHOWN_MS = { info: 9000, taken: 30_000, warning: 30_000 };
/** Events that show that somebody is at the window. */
const SIGNS = ['pointermove', 'pointerdown', 'keydown', 'wheel'] as const;

export function Toasts() {
  const { t } = useTranslation();
  const toasts = useStore((s) => s.toasts);
  const [held, setHeld] = useState(false);
  const stack = useRef<HTMLElement>(null);
  // An element that was removed sends no leave or blur event, so the state is checked again.
  useEffect(() => setHeld(stack.current?.matches(':is(:hover, :focus-within)') ?? false), [toasts]);
  return (
    // The attribute keeps the notices announced and reachable while a dialog is open.
    <section
      ref={stack}
      className={styles.stack}
      aria-label={t('app.notices')}
      aria-live="polite"
      data-react-aria-top-layer="true"
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
    >
      {toasts.map((toast) => (
        <Notice key={toast.key} toast={toast} held={held} />
      ))}
      {toasts.length > 1 && (
        <Button size="small" className={styles.all} onPress={dismissToasts} data-testid="dismiss-all">
          {t('common.dismissAll')}
        </Button>
      )}
    </section>
  );
}

/**
 * Dismisses a notice after a while. The time starts when somebody is there to read it, and starts again when the
 * pointer or the focus leaves the notices.
 */
function useLeaving({ key, level }: Toast, held: boolean): void {
  const [seen, setSeen] = useState(false);
  useEffect(() => {
    if (seen) return;
    const see = () => setSeen(true);
    for (const sign of SIGNS) window.addEventListener(sign, see);
    return () => SIGNS.forEach((sign) => window.removeEventListener(sign, see));
  }, [seen]);
  useEffect(() => {
    if (!seen || held) return;
    const timer = setTimeout(() => dismissToast(key), SHOWN_MS[level]);
    return () => clearTimeout(timer);
  }, [key, level, seen, held]);
}

function Notice({ toast, held }: { toast: Toast; held: boolean }) {
  const { t } = useTranslation();
  const { key, level } = toast;
  useLeaving(toast, held);
  const Sign = level === 'warning' ? TriangleAlert : Info;
  return (
    <div className={cx(styles.notice, level === 'warning' && styles.warning)} data-testid="notice" role="status">
      <Sign aria-hidden />
      <div className={styles.words}>
        {toast.level === 'taken' ? <PutBack taken={toast.taken} kept={toast.kept} /> : <Said error={toast.error} />}
      </div>
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

function PutBack({ taken, kept }: { taken: Taken; kept: string }) {
  const { t } = useTranslation();
  return (
    <div className={styles.taken}>
      <p className={styles.what}>{t(`app.taken.${taken.of}`, { ...taken })}</p>
      <Button size="small" onPress={() => void undoRemoval(kept)} data-testid="put-back">
        {t('common.undo')}
      </Button>
    </div>
  );
}
