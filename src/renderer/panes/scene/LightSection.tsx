import { useEffect, useRef, useState } from 'react';
import { RotateCcw } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Lighting, STANDARD_LOOK, ToneMapping, type SceneLook } from '../../../contract';
import { Choice, IconButton, Range } from '../../ui';
import styles from './SceneTab.module.css';

interface LightSectionProps {
  look: SceneLook;
  /** Whether the file has lamps of its own. */
  fileLights: boolean;
  /** Shown while the user is still choosing; not kept. */
  onPreview: (look: SceneLook) => void;
  onLook: (look: SceneLook) => void;
}

const MOST = 5;

/** How the scene is lit. Views are taken as it is shown, and say so. */
export function LightSection({ look, fileLights, onPreview, onLook }: LightSectionProps) {
  const { t } = useTranslation();
  const [exposure, setExposure] = useState(look.exposure);
  const [known, setKnown] = useState(look.exposure);
  if (known !== look.exposure) {
    setKnown(look.exposure);
    setExposure(look.exposure);
  }
  // A slider left half way is a change never made.
  const settled = useRef(() => onPreview(look));
  useEffect(() => {
    settled.current = () => onPreview(look);
  });
  useEffect(() => () => settled.current(), []);
  const lightings = Lighting.options.filter((one) => one !== 'file' || fileLights || look.lighting === 'file');
  const stops = `${exposure > 0 ? '+' : exposure < 0 ? '−' : ''}${Math.abs(exposure).toFixed(1)}`;
  return (
    <>
      <div className={styles.field}>
        <span>{t('scene.lighting')}</span>
        <Choice
          label={t('scene.lighting')}
          value={look.lighting}
          options={lightings.map((value) => ({ value, label: t(`scene.light.${value}`) }))}
          onChange={(lighting) => onLook({ ...look, lighting })}
        />
      </div>
      <div className={styles.field}>
        <span>{t('scene.toneMapping')}</span>
        <Choice
          label={t('scene.toneMapping')}
          value={look.toneMapping}
          options={ToneMapping.options.map((value) => ({ value, label: t(`scene.tone.${value}`) }))}
          onChange={(toneMapping) => onLook({ ...look, toneMapping })}
        />
      </div>
      <div className={styles.field}>
        <span>{t('scene.exposure')}</span>
        <span className={styles.stops}>{stops}</span>
        <IconButton
          label={t('scene.asUsual')}
          isDisabled={look.exposure === STANDARD_LOOK.exposure}
          onPress={() => onLook({ ...look, exposure: 0 })}
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
          onPreview({ ...look, exposure: value });
        }}
        onSettle={(value) => value !== look.exposure && onLook({ ...look, exposure: value })}
        className={styles.slider}
        testId="exposure"
      />
    </>
  );
}
