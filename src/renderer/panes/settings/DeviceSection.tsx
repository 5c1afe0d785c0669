// SPDX-License-Identifier: Apache-2.0
import { useState } from 'react';
import { RotateCw } from 'lucide-react';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import {
  DEVICE_NAMES,
  GAPS,
  type DeviceChoice,
  type DeviceTrial,
  type DeviceUse,
  type Language,
} from '../../../contract';
import { useLanguage } from '../../i18n';
import { changeSettings, tryDevices, useStore } from '../../state';
import { Button, Choice, formatDuration } from '../../ui';
import { Fact, Row } from './Row';
import styles from './ModelSection.module.css';

/** The device that the model runs on, why it was chosen, and the results of trying the others. */
export function DeviceSection() {
  const { t } = useTranslation();
  const language = useLanguage();
  const engine = useStore((s) => s.engine);
  const chosen = useStore((s) => s.settings.device);
  const [busy, setBusy] = useState(false);
  const use = engine.state === 'ready' ? engine.model.device : null;
  const offered = new Set<DeviceChoice>(['auto', 'cpu', chosen, ...(use?.trials.map(({ device }) => device) ?? [])]);
  return (
    <div className={styles.section}>
      <p className={styles.lead}>{t('device.lead')}</p>
      <Row name={t('device.choice')} hint={t('device.choiceHint')}>
        <Choice
          label={t('device.choice')}
          value={chosen}
          onChange={(device) => void changeSettings({ device })}
          options={[...offered].map((value) => ({
            value,
            label: value === 'auto' ? t('device.auto') : DEVICE_NAMES[value],
          }))}
        />
      </Row>
      {use && (
        <dl className={styles.facts} data-testid="device-facts">
          <Fact name={t('device.used')}>
            <b>{DEVICE_NAMES[use.used]}</b> <span className={styles.why}>{reason(use, t)}</span>
          </Fact>
          {use.trials.map((trial) => (
            <Fact key={trial.device} name={DEVICE_NAMES[trial.device]}>
              {outcome(trial, t, language)}
            </Fact>
          ))}
        </dl>
      )}
      {engine.state === 'trying' && (
        <p className={styles.lead} role="status">
          {t('device.trying', { device: DEVICE_NAMES[engine.device] })}
        </p>
      )}
      <div className={styles.actions}>
        <Button
          isDisabled={busy || engine.state !== 'ready' || chosen === 'cpu'}
          onPress={() => {
            setBusy(true);
            void tryDevices().finally(() => setBusy(false));
          }}
        >
          <RotateCw aria-hidden />
          {t('device.again')}
        </Button>
      </div>
    </div>
  );
}

function reason({ asked, used, reason: why }: DeviceUse, t: TFunction): string {
  if (why === 'failed')
    return t('device.becauseFailed', { device: asked === 'auto' ? t('device.otherDevice') : DEVICE_NAMES[asked] });
  if (why === 'fastest') return t(used === 'cpu' ? 'device.becauseNoFaster' : 'device.becauseFastest');
  if (why === 'untried') return t('device.becauseUntried');
  return t(why === 'only' ? 'device.becauseOnly' : 'device.becauseAsked');
}

function outcome({ outcome: came, ms, cpuMs, vision, chunk }: DeviceTrial, t: TFunction, language: Language): string {
  const words = [t(`device.outcome.${came}`)];
  if (ms !== null && cpuMs !== null)
    words.push(t('device.speed', { time: formatDuration(ms, language), cpu: formatDuration(cpuMs, language) }));
  if (came === 'right' && !vision) words.push(t('device.visionOnCpu'));
  if (came === 'right' && chunk !== null && chunk < 512) words.push(t('device.shortRuns', { count: chunk }));
  return words.join(GAPS[language]);
}
