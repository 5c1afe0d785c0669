// SPDX-License-Identifier: Apache-2.0
import { useTranslation } from 'react-i18next';
import { useStore } from '../state';
import { BudgetBar } from './BudgetBar';
import { TrayHead } from './TrayHead';
import { TrayList } from './TrayList';
import styles from './Tray.module.css';

/** The tray: exactly the pictures that are sent to the model, in order. */
export function Tray() {
  const { t } = useTranslation();
  const count = useStore((s) => s.project.tray.length);
  return (
    <section className={styles.tray} aria-label={t('tray.title')} data-testid="tray" data-count={count}>
      <TrayHead />
      <BudgetBar />
      {count > 0 ? <TrayList /> : <Empty />}
    </section>
  );
}

function Empty() {
  const { t } = useTranslation();
  const kind = useStore((s) => s.project.sources.find((x) => x.id === s.project.activeSource)?.kind ?? null);
  return (
    <div className={styles.empty}>
      <span className={styles.ghosts} aria-hidden>
        <i />
        <i />
        <i />
        <i />
      </span>
      <p>{t(kind ? `tray.empty.${kind}` : 'tray.empty.none')}</p>
    </div>
  );
}
