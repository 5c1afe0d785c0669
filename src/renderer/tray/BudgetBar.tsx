// SPDX-License-Identifier: Apache-2.0
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import { GAPS, type Budget } from '../../contract';
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
  const many = useTooMany();
  if (!view) return <div className={styles.budget} data-testid="budget" />;

  const { budget, over, short, fit, tight } = view;
  const { memory, limit, estimated } = budget;
  const scale = Math.max(limit ?? 0, budget.prompt);
  const counts = { prompt: formatCount(budget.prompt), limit: formatCount(limit ?? 0) };
  const used = t(limit === null ? 'budget.estimateNoLimit' : estimated ? 'budget.estimate' : 'budget.of', counts);
  const width = (tokens: number) => ({ width: `${((100 * tokens) / scale).toFixed(2)}%` });
  const estimate = over ? null : estimateMs(messages, budget);
  return (
    <div className={cx(styles.budget, over && styles.over)} data-testid="budget" data-over={over || undefined}>
      {limit !== null && (
        <div
          className={styles.bar}
          role="meter"
          aria-label={t('budget.label')}
          aria-valuemin={0}
          aria-valuemax={scale}
          aria-valuenow={budget.prompt}
          aria-valuetext={used}
        >
          <span className={styles.pictures} style={width(budget.image)} />
          <span className={styles.words} style={width(budget.prompt - budget.image)} />
        </div>
      )}
      {over ? (
        <div className={styles.refusal} role="alert">
          <p>
            <b>
              {short && memory
                ? t('budget.noMemory', { needed: formatBytes(memory.needed), free: formatBytes(memory.free) })
                : t(estimated ? 'budget.aboutTooLong' : 'budget.tooLong', counts)}
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
          <span title={t(estimated ? 'budget.estimateHint' : 'budget.tokenHint')}>{used}</span>
          {estimated?.answers === 0 && <span>{t('budget.guess')}</span>}
          {pictures > 0 && estimated?.answers !== 0 && <span>{perPicture(budget, t)}</span>}
          {estimate !== null && (
            <span>
              {estimate < 950 ? t('budget.soon') : t('budget.about', { time: formatDuration(estimate, language) })}
            </span>
          )}
          {many !== null && <span className={styles.tight}>{many}</span>}
          {tight && <span className={styles.tight}>{t('budget.tight')}</span>}
        </p>
      )}
    </div>
  );
}

/** Says that there are more pictures than the model's answers were measured to be good for; null if there are not. */
function useTooMany(): string | null {
  const { t } = useTranslation();
  const goodFor = useStore((s) =>
    s.project.model === null && s.engine.state === 'ready' ? s.engine.model.goodFor : null,
  );
  const frames = useStore((s) => s.project.tray.filter(({ origin }) => origin.kind === 'frame').length);
  const others = useStore((s) => s.project.tray.length) - frames;
  if (!goodFor) return null;
  if (frames > goodFor.frames) return t('budget.manyFrames', { count: goodFor.frames });
  return others > goodFor.pictures ? t('budget.manyPictures', { count: goodFor.pictures }) : null;
}

/** Tokens of a picture: a number, or the least and the most where they differ. */
function perPicture({ pictures, perPicture: next }: Budget, t: TFunction): string {
  const tokens = pictures.map((picture) => picture.tokens);
  const [least, most] = tokens.length > 0 ? [Math.min(...tokens), Math.max(...tokens)] : [next, next];
  // The last frame of a video may have one more, the vector that ends it.
  return most - least <= 1
    ? t('budget.perPicture', { tokens: formatCount(least) })
    : t('budget.perPictureRange', { least: formatCount(least), most: formatCount(most) });
}
