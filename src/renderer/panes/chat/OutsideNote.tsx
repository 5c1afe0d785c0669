// SPDX-License-Identifier: Apache-2.0
import { TriangleAlert } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { Receipt } from '../../../contract';
import { useLanguage } from '../../i18n';
import { RealModel } from '../../models';
import styles from './OutsideNote.module.css';

/** The largest number of pictures that are named one by one. */
const NAMED = 6;

/**
 * Warns about pictures that are unlike what the model was trained on; shows nothing if there are none.
 * `offersModel`: with ways to a model that knows more.
 */
export function OutsideNote({ pictures, offersModel }: { pictures: Receipt['pictures']; offersModel: boolean }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const numbers = pictures.flatMap(({ outside }, k) => (outside ? [`${k + 1}`] : []));
  if (numbers.length === 0) return null;
  const text =
    numbers.length === pictures.length
      ? t('chat.outside.all', { count: numbers.length })
      : numbers.length > NAMED
        ? t('chat.outside.many', { count: numbers.length, total: pictures.length })
        : t('chat.outside.some', { count: numbers.length, numbers: new Intl.ListFormat(language).format(numbers) });
  return (
    <div className={styles.note} role="note">
      <TriangleAlert aria-hidden />
      <div className={styles.words}>
        <p>{text}</p>
        {offersModel && <RealModel />}
      </div>
    </div>
  );
}
