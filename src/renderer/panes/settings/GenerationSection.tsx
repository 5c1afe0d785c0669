// SPDX-License-Identifier: Apache-2.0
import { useTranslation } from 'react-i18next';
import { Settings, type Sampling } from '../../../contract';
import { changeSampling, changeSettings, useStore } from '../../state';
import { Button, NumberInput, Segmented } from '../../ui';
import { Row } from './Row';
import styles from './GenerationSection.module.css';

interface Field {
  key: keyof Sampling;
  name: string;
  min: number;
  max: number;
  step: number;
  jump?: number;
}

/** The settings for generating answers, each with its effect. */
const FIELDS: readonly Field[] = [
  { key: 'temperature', name: 'temperature', min: 0, max: 5, step: 0.01, jump: 0.1 },
  { key: 'topP', name: 'topP', min: 0.05, max: 1, step: 0.01, jump: 0.05 },
  { key: 'topK', name: 'topK', min: 0, max: 1000, step: 1 },
  { key: 'repetitionPenalty', name: 'repetition', min: 0.1, max: 10, step: 0.01, jump: 0.05 },
  { key: 'seed', name: 'seed', min: 0, max: 0xffffffff, step: 1 },
  { key: 'maxNewTokens', name: 'maxNewTokens', min: 1, max: 8192, step: 1 },
];

/** The settings in this section; the button at its end resets them. */
const Generation = Settings.pick({
  sampling: true,
  frameCount: true,
  frameTimes: true,
  segmentLabels: true,
  transparency: true,
  viewCount: true,
});

export function GenerationSection() {
  const { t } = useTranslation();
  const { sampling, frameCount, frameTimes, segmentLabels, transparency, viewCount } = useStore((s) => s.settings);
  return (
    <>
      {FIELDS.map(({ key, name, ...range }) => (
        <Row key={key} name={t(`settings.${name}`)} hint={t(`settings.${name}Hint`)}>
          <NumberInput
            label={t(`settings.${name}`)}
            value={sampling[key]}
            {...range}
            onChange={(value) => void changeSampling({ [key]: value })}
          />
        </Row>
      ))}
      <Row name={t('settings.frameCount')} hint={t('settings.frameCountHint')}>
        <NumberInput
          label={t('settings.frameCount')}
          value={frameCount}
          min={1}
          max={128}
          onChange={(value) => void changeSettings({ frameCount: value })}
        />
      </Row>
      <Row name={t('settings.frameTimes')} hint={t('settings.frameTimesHint')}>
        <Segmented
          label={t('settings.frameTimes')}
          value={frameTimes ? 'on' : 'off'}
          onChange={(value) => void changeSettings({ frameTimes: value === 'on' })}
          options={[
            { value: 'off', label: t('settings.off') },
            { value: 'on', label: t('settings.on') },
          ]}
        />
      </Row>
      <Row name={t('settings.segmentLabels')} hint={t('settings.segmentLabelsHint')}>
        <Segmented
          label={t('settings.segmentLabels')}
          value={segmentLabels ? 'on' : 'off'}
          onChange={(value) => void changeSettings({ segmentLabels: value === 'on' })}
          options={[
            { value: 'off', label: t('settings.off') },
            { value: 'on', label: t('settings.on') },
          ]}
        />
      </Row>
      <Row name={t('settings.transparency')} hint={t('settings.transparencyHint')}>
        <Segmented
          label={t('settings.transparency')}
          value={transparency}
          onChange={(value) => void changeSettings({ transparency: value })}
          options={[
            { value: 'white', label: t('settings.onWhite') },
            { value: 'dropped', label: t('settings.ignored') },
          ]}
        />
      </Row>
      <Row name={t('settings.viewCount')} hint={t('settings.viewCountHint')}>
        <NumberInput
          label={t('settings.viewCount')}
          value={viewCount}
          min={1}
          max={64}
          onChange={(value) => void changeSettings({ viewCount: value })}
        />
      </Row>
      <div className={styles.reset}>
        <Button onPress={() => void changeSettings(Generation.parse({}))}>{t('settings.reset')}</Button>
      </div>
    </>
  );
}
