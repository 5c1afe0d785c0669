// SPDX-License-Identifier: Apache-2.0
import { Button } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { pictureUrl, type Item } from '../../../contract';
import { hoverItem, openDialog } from '../../state';
import { describeItem } from '../../tray';
import styles from './Pictures.module.css';

/** Numbered thumbnails of a message's pictures; each opens the large picture. */
export function Pictures({ items, first }: { items: readonly Item[]; first: number }) {
  const { t } = useTranslation();
  return (
    <span className={styles.strip}>
      {items.map((item, k) => (
        <Button
          key={item.id}
          className={styles.picture ?? ''}
          aria-label={t('tray.item', { number: first + k, name: item.origin.source.name, words: describeItem(item) })}
          onPress={() => openDialog({ kind: 'picture', item })}
          onHoverStart={() => hoverItem(item.id)}
          onHoverEnd={() => hoverItem(null)}
        >
          <img src={pictureUrl(item.picture)} alt="" draggable={false} loading="lazy" />
          <span className={styles.number} aria-hidden>
            {first + k}
          </span>
        </Button>
      ))}
    </span>
  );
}
