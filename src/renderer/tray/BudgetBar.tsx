// SPDX-License-Identifier: Apache-2.0
import { useTranslation } from 'react-i18next';
import { GAPS } from '../../contract';
import { useLanguage } from '../i18n';
import { thinTray, useStore } from '../state';
import { Button, cx, formatBytes, formatCount, formatDuration } from '../ui';
import { useBudget } from './budget';
import { estimateMs } from './estimate';
import styles from './BudgetBar.module.css';

/** Tokens of the tray and the question relative to the context, before anything runs. */
export function BudgetBar() {
  const { t } = useTranslation();
  const language = useLanguage();
  const view = useBudget();
  const pictures = useStore((s) => s.project.tray.length);
  const messages = useStore((s) => s.project.messages);
  if (!view) return <div className={styles.budget} data-testid="budget" />;

  const { budget, over, short, fit, tight } = view;
  const { memory } = budget;
  const scale = Math.max(budget.limit, budget.prompt);
  const width = (tokens: number) => ({ width: `${((100 * tokens) / scale).toFixed(2)}%` });
  const estimate = over ? null : estimateMs(messages, budget);
  return (
    <div className={cx(styles.budget, over && styles.over)} data-testid="budget" data-over={over || undefined}>
      <div
        className={styles.bar}
        role="meter"
        aria-label={t('budget.label')}
        aria-valuemin={0}
        aria-valuemax={budget.limit}
        aria-valuenow={Math.min(budget.prompt, budget.limit)}
        aria-valuetext={t('budget.of', { prompt: formatCount(budget.prompt), limit: formatCount(budget.limit) })}
      >
        <span className={styles.pictures} style={width(budget.image)} />
        <span className={styles.words} style={width(budget.prompt - budget.image)} />
      </div>
      {over ? (
        <div className={styles.refusal} role="alert">
          <p>
            <b>
              {short && memory
                ? t('budget.noMemory', { needed: formatBytes(memory.needed), free: formatBytes(memory.free) })
                : t('budget.tooLong', { prompt: formatCount(budget.prompt), limit: formatCount(budget.limit) })}
            </b>
            {GAPS[language]}
            {fit === null && t(short ? 'budget.closeOthers' : 'budget.shorten')}
          </p>
          {fit !== null && (
            <Button size="small" tone="accent" onPress={() => thinTray(fit)} data-testid="use-fewer">
              {t('budget.useFewer', { fit, pictures })}
            </Button>
          )}
        </div>
      ) : (
        <p className={styles.line}>
          <span>{t('budget.of', { prompt: formatCount(budget.prompt), limit: formatCount(budget.limit) })}</span>
          {pictures > 0 && <span>{t('budget.perPicture', { tokens: formatCount(budget.perPicture) })}</span>}
          {estimate !== null && (
            <span>
              {estimate < 950 ? t('budget.soon') : t('budget.about', { time: formatDuration(estimate, language) })}
            </span>
          )}
          {tight && <span className={styles.tight}>{t('budget.tight')}</span>}
        </p>
      )}
    </div>
  );
}
