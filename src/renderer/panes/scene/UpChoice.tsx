// SPDX-License-Identifier: Apache-2.0
import { useTranslation } from 'react-i18next';
import { UpAxis } from '../../../contract';
import { Choice } from '../../ui';
import styles from './UpChoice.module.css';

interface UpChoiceProps {
  up: UpAxis;
  /** The up axis that the file defines. */
  ownUp: UpAxis;
  onChange: (up: UpAxis) => void;
}

/** Chooses which of the file's axes is up. Many files do not define it, and then it is a guess. */
export function UpChoice({ up, ownUp, onChange }: UpChoiceProps) {
  const { t } = useTranslation();
  const label = (axis: UpAxis): string =>
    t(axis === ownUp ? 'scene.upOwn' : 'scene.upIs', { axis: axis.toUpperCase().replace('-', '−') });
  return (
    <div className={styles.place} data-testid="up-choice">
      <Choice
        label={t('scene.up')}
        value={up}
        options={UpAxis.options.map((value) => ({ value, label: label(value) }))}
        onChange={onChange}
      />
    </div>
  );
}
