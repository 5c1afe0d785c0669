// SPDX-License-Identifier: Apache-2.0
import { Ruler, X } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Button as Plain } from 'react-aria-components';
import type { Measure, SceneUnits, Vec3 } from '../../../contract';
import { Button, IconButton } from '../../ui';
import styles from './Bookmarks.module.css';
import { formatLength } from './units';

export const lengthOf = ({ from, to }: { from: Vec3; to: Vec3 }): number =>
  Math.hypot(to[0] - from[0], to[1] - from[1], to[2] - from[2]);

interface MeasuresProps {
  measures: readonly Measure[];
  units: SceneUnits;
  measuring: boolean;
  onChange: (measures: Measure[]) => void;
  /** Called with the measurement under the pointer, to highlight it in the scene. */
  onHover: (id: string | null) => void;
  onMeasure: () => void;
}

/** The list of measured distances. */
export function Measures({ measures, units, measuring, onChange, onHover, onMeasure }: MeasuresProps) {
  const { t } = useTranslation();
  return (
    <>
      {measures.length > 0 && (
        <ul className={styles.list} aria-label={t('scene.measures')} data-testid="measures">
          {measures.map((measure, k) => {
            const length = `${formatLength(lengthOf(measure), units)} ${units.shown}`;
            return (
              <li
                key={measure.id}
                className={styles.row}
                onPointerEnter={() => onHover(measure.id)}
                onPointerLeave={() => onHover(null)}
              >
                <Plain
                  className={styles.name ?? ''}
                  onFocus={() => onHover(measure.id)}
                  onBlur={() => onHover(null)}
                  onPress={() => void navigator.clipboard.writeText(length)}
                  aria-label={t('scene.copyLength', { number: k + 1, length })}
                >
                  {length}
                </Plain>
                <IconButton
                  className={styles.act}
                  label={t('scene.removeMeasure', { number: k + 1 })}
                  onPress={() => onChange(measures.filter(({ id }) => id !== measure.id))}
                >
                  <X />
                </IconButton>
              </li>
            );
          })}
        </ul>
      )}
      <Button size="small" className={styles.add} isDisabled={measuring} onPress={onMeasure}>
        <Ruler aria-hidden />
        {t('scene.measure')}
      </Button>
    </>
  );
}
