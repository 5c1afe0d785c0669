// SPDX-License-Identifier: Apache-2.0
import type { TFunction } from 'i18next';
import { Cpu } from 'lucide-react';
import { Button, TooltipTrigger } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { DEVICE_NAMES, errorIn, sentenceIn, type EngineStatus, type Language } from '../../../contract';
import { useLanguage } from '../../i18n';
import { openDialog, useStore } from '../../state';
import { cx, formatCount, Tip } from '../../ui';
import { providerName } from './provider';
import styles from './ModelChip.module.css';

function words(engine: EngineStatus, t: TFunction, language: Language): { name: string; state: string; hint: string } {
  switch (engine.state) {
    case 'starting':
      return { name: t('model.model'), state: t('model.starting'), hint: t('model.startingHint') };
    case 'loading': {
      const p = engine.progress;
      const done = p && p.total > 0 ? ` ${Math.round((100 * p.done) / p.total)}%` : '';
      const step = p?.step === 'compile' ? t('model.preparing') : t('model.loading');
      return { name: t('model.model'), state: step + done, hint: t('model.loadingHint') };
    }
    case 'trying': {
      const device = DEVICE_NAMES[engine.device];
      return { name: t('model.model'), state: t('model.trying', { device }), hint: t('model.tryingHint') };
    }
    case 'ready':
      return {
        name: engine.model.bundled ? t('model.bundledName') : engine.model.name,
        state: providerName(engine.model.provider),
        hint: t('model.readyHint', { context: formatCount(engine.model.contextLength) }),
      };
    case 'restarting':
      return { name: t('model.model'), state: t('model.restarting'), hint: sentenceIn(engine.reason, language) };
    case 'failed':
      return { name: t('model.model'), state: t('model.failed'), hint: errorIn(engine.error, language).message };
  }
}

/** The name and state of the current model. */
export function ModelChip() {
  const { t } = useTranslation();
  const engine = useStore((s) => s.engine);
  const { name, state, hint } = words(engine, t, useLanguage());
  return (
    <TooltipTrigger delay={400} closeDelay={0}>
      <Button
        className={styles.chip ?? ''}
        data-testid="model-chip"
        data-state={engine.state}
        onPress={() => openDialog({ kind: 'settings' })}
      >
        <span className={cx(styles.dot, styles[engine.state])} aria-hidden />
        <span className={styles.name}>{name}</span>
        <span className={styles.state} role="status">
          {engine.state === 'ready' && <Cpu aria-hidden />}
          {state}
        </span>
      </Button>
      <Tip label={hint} />
    </TooltipTrigger>
  );
}
