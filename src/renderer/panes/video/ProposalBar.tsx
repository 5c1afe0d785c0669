// SPDX-License-Identifier: Apache-2.0
import { Plus, X } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { acceptProposal, DENSER, dropProposal, proposeDenser, useStore, type Proposal } from '../../state';
import { Button, cx, formatCount, formatTime, IconButton, Segmented } from '../../ui';
import styles from './ProposalBar.module.css';

/**
 * How many frames are proposed and what they cost, with buttons to take or dismiss them. Their marks are on the
 * timeline.
 */
export function ProposalBar({ proposal }: { proposal: Proposal }) {
  const { t } = useTranslation();
  const pictures = useStore((s) => s.project.tray.length);
  const { source, range, factor, times, leftOut, tokens } = proposal;
  const count = times.length;
  return (
    <div className={styles.bar} role="group" aria-label={t('denser.title')} data-testid="proposal">
      <p className={styles.words} role="status">
        <span>
          {count > 0
            ? t('denser.more', { count, from: formatTime(range.start), to: formatTime(range.end) })
            : t(leftOut > 0 ? 'denser.full' : 'denser.all')}
        </span>
        <span className={cx(styles.cost, leftOut > 0 && styles.short)}>
          {t('denser.pictures', { count: pictures + count })}
          {tokens && ` · ${t('budget.of', { prompt: formatCount(tokens.after), limit: formatCount(tokens.limit) })}`}
          {leftOut > 0 && ` · ${t('denser.leftOut', { count: leftOut })}`}
        </span>
      </p>
      <Segmented
        label={t('denser.factor')}
        value={String(factor)}
        onChange={(value) => void proposeDenser(source, range, Number(value))}
        options={DENSER.map((times) => ({ value: String(times), label: `${times}×` }))}
      />
      <Button
        tone="accent"
        isDisabled={count === 0}
        onPress={() => void acceptProposal()}
        data-testid="proposal-accept"
        data-focus-first
      >
        <Plus aria-hidden />
        {t('denser.add', { count })}
      </Button>
      <IconButton label={t('common.cancel')} keys="Esc" onPress={dropProposal}>
        <X />
      </IconButton>
    </div>
  );
}
