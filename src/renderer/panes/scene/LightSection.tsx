// SPDX-License-Identifier: Apache-2.0
import { useEffect, useRef, useState } from 'react';
import { RotateCcw } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Lighting, STANDARD_RENDER_SETTINGS, ToneMapping, type RenderSettings } from '../../../contract';
import { Choice, IconButton, Range } from '../../ui';
import styles from './SceneTab.module.css';

interface LightSectionProps {
  settings: RenderSettings;
  /** Whether the file contains lamps. */
  fileLights: boolean;
  /** Shows settings while the user is still choosing, without saving them. */
  onPreview: (settings: RenderSettings) => void;
  onSettings: (settings: RenderSettings) => void;
}

const MOST = 5;

/** The render settings of the scene. Views are captured with them, and their receipts name them. */
export function LightSection({ settings, fileLights, onPreview, onSettings }: LightSectionProps) {
  const { t } = useTranslation();
  const [exposure, setExposure] = useState(settings.exposure);
  const [known, setKnown] = useState(settings.exposure);
  if (known !== settings.exposure) {
    setKnown(settings.exposure);
    setExposure(settings.exposure);
  }
  // When the section closes while a slider is dragged, the saved settings are shown again.
  const settled = useRef(() => onPreview(settings));
  useEffect(() => {
    settled.current = () => onPreview(settings);
  });
  useEffect(() => () => settled.current(), []);
  const lightings = Lighting.options.filter((one) => one !== 'file' || fileLights || settings.lighting === 'file');
  const stops = `${exposure > 0 ? '+' : exposure < 0 ? '−' : ''}${Math.abs(exposure).toFixed(1)}`;
  return (
    <>
      <div className={styles.field}>
        <span>{t('scene.lighting')}</span>
        <Choice
          label={t('scene.lighting')}
          value={settings.lighting}
          options={lightings.map((value) => ({ value, label: t(`scene.light.${value}`) }))}
          onChange={(lighting) => onSettings({ ...settings, lighting })}
        />
      </div>
      <div className={styles.field}>
        <span>{t('scene.toneMapping')}</span>
        <Choice
          label={t('scene.toneMapping')}
          value={settings.toneMapping}
          options={ToneMapping.options.map((value) => ({ value, label: t(`scene.tone.${value}`) }))}
          onChange={(toneMapping) => onSettings({ ...settings, toneMapping })}
        />
      </div>
      <div className={styles.field}>
        <span>{t('scene.exposure')}</span>
        <span className={styles.stops}>{stops}</span>
        <IconButton
          label={t('scene.asUsual')}
          isDisabled={settings.exposure === STANDARD_RENDER_SETTINGS.exposure}
          onPress={() => onSettings({ ...settings, exposure: 0 })}
        >
          <RotateCcw />
        </IconButton>
      </div>
      <Range
        label={t('scene.exposure')}
        value={exposure}
        min={-MOST}
        max={MOST}
        step={0.1}
        from={0}
        onChange={(value) => {
          setExposure(value);
          onPreview({ ...settings, exposure: value });
        }}
        onSettle={(value) => value !== settings.exposure && onSettings({ ...settings, exposure: value })}
        className={styles.slider}
        testId="exposure"
      />
    </>
  );
}
