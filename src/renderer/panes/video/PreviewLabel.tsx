// SPDX-License-Identifier: Apache-2.0
import { useTranslation } from 'react-i18next';
import type { PreviewWay } from '../../../contract';
import styles from './PreviewLabel.module.css';

/** Says that a preview is played instead of the file; shows nothing if it is the file. */
export function PreviewLabel({ way }: { way: PreviewWay }) {
  const { t } = useTranslation();
  if (way === 'original') return null;
  return (
    <p className={styles.label} data-testid="preview-way" data-way={way}>
      {t(way === 'low' ? 'video.previewLow' : 'video.previewRepackaged')}
    </p>
  );
}
