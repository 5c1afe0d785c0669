// SPDX-License-Identifier: Apache-2.0
import { useTranslation } from 'react-i18next';
import { LengthUnit, type SceneUnits } from '../../../contract';
import { Choice, formatBytes, formatCount } from '../../ui';
import styles from './SceneTab.module.css';
import { formatLength, usualUnits } from './units';
import type { SceneFacts } from '../../../scene';

interface UnitsSectionProps {
  format: string;
  units: SceneUnits;
  onUnits: (units: SceneUnits) => void;
}

/** The file's length unit, as far as it is known, and the unit in which lengths are shown. */
export function UnitsSection({ format, units, onUnits }: UnitsSectionProps) {
  const { t } = useTranslation();
  const usual = usualUnits(format).file;
  const options = (mark: boolean) =>
    LengthUnit.options.map((value) => ({
      value,
      label:
        mark && value === usual ? t('scene.unitUsual', { unit: t(`scene.unit.${value}`) }) : t(`scene.unit.${value}`),
    }));
  return (
    <>
      <div className={styles.field}>
        <span>{t('scene.unitShown')}</span>
        <Choice
          label={t('scene.unitShown')}
          value={units.shown}
          options={options(false)}
          onChange={(shown) => onUnits({ ...units, shown })}
        />
      </div>
      <div className={styles.field}>
        <span>{t('scene.unitFile')}</span>
        <Choice
          label={t('scene.unitFile')}
          value={units.file}
          options={options(true)}
          onChange={(file) => onUnits({ ...units, file })}
        />
      </div>
    </>
  );
}

interface FactsSectionProps {
  facts: SceneFacts;
  units: SceneUnits;
}

/** What the scene contains. */
export function FactsSection({ facts, units }: FactsSectionProps) {
  const { t } = useTranslation();
  const { min, max } = facts.bounds;
  const sides = [0, 1, 2].map((axis) => formatLength(max[axis]! - min[axis]!, units, 3));
  const counts = (
    ['triangles', 'points', 'splats', 'vertices', 'objects', 'materials', 'textures', 'lights'] as const
  ).filter((what) => facts[what] > 0);
  const rows: [string, string][] = [
    [t('scene.fact.format'), facts.format.toUpperCase()],
    [t('scene.fact.size'), `${sides.join(' × ')} ${units.shown}`],
    ...counts.map((what): [string, string] => [t(`scene.fact.${what}`), formatCount(facts[what])]),
    [t('scene.fact.memory'), t('scene.about', { size: formatBytes(facts.memory) })],
  ];
  return (
    <dl className={styles.facts} data-testid="scene-facts">
      {rows.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
