// SPDX-License-Identifier: Apache-2.0
import { Grid2X2, GripVertical, X } from 'lucide-react';
import { Button, GridListItem } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { pictureUrl, type Item } from '../../contract';
import { canDivide, divide, hoverItem, removeItems, tilesOf, useInputSize, useStore } from '../state';
import { cx } from '../ui';
import { Compass } from './Compass';
import { describeItem } from './describe';
import { ModelEye } from './ModelEye';
import styles from './TrayItem.module.css';

/** The CSS anchor name of a picture, used to place the drop indicator beside it. */
export const anchorOf = (id: string): string => `--picture-${id}`;

export function TrayItem({ item, number }: { item: Item; number: number }) {
  const { t } = useTranslation();
  const lit = useStore((s) => s.hovered === item.id);
  const eye = useStore((s) => s.modelEye);
  const size = useInputSize();
  const mixed = useStore((s) => s.project.tray.some((x) => x.origin.source.id !== item.origin.source.id));
  const divided = useStore((s) => tilesOf(s.project.tray, item).length);
  const { origin, picture } = item;
  const words = describeItem(item);
  const name = t('tray.item', { number, name: origin.source.name, words });
  return (
    <GridListItem
      id={item.id}
      textValue={name}
      className={cx(styles.item, lit && styles.lit)}
      style={{ anchorName: anchorOf(item.id) }}
      data-testid="tray-item"
      data-item={item.id}
      data-sha256={picture.sha256}
      onHoverStart={() => hoverItem(item.id)}
      onHoverEnd={() => hoverItem(null)}
    >
      <div className={styles.frame} title={origin.source.name}>
        {eye && size ? (
          <ModelEye picture={picture} size={size} alt={name} className={styles.eye} />
        ) : (
          <img src={pictureUrl(picture)} alt={name} className={styles.picture} draggable={false} loading="lazy" />
        )}
        <span className={styles.number}>{number}</span>
        <Button slot="drag" aria-label={t('tray.drag', { number })} className={styles.drag ?? ''}>
          <GripVertical />
        </Button>
        <Button
          aria-label={t('tray.remove', { number })}
          className={styles.remove ?? ''}
          onPress={() => removeItems([item.id])}
          data-testid="tray-remove"
        >
          <X />
        </Button>
        {size && canDivide(item, size) && (
          <Button
            aria-label={divided > 0 ? t('tray.undivide', { number, count: divided }) : t('tray.divide', { number })}
            className={cx(styles.divide, divided > 0 && styles.divided)}
            onPress={() => void divide(item)}
            data-testid="tray-divide"
          >
            <Grid2X2 />
          </Button>
        )}
      </div>
      <div className={styles.words}>
        <span className={styles.main}>
          {origin.kind === 'view' && <Compass pose={origin.pose} />}
          <span className={styles.name} dir="auto">
            {words}
          </span>
        </span>
        {mixed && origin.kind !== 'photo' && (
          <span className={styles.note} dir="auto">
            {origin.source.name}
          </span>
        )}
        <span
          className={styles.note}
          title={size ? t('tray.sizes', { width: picture.width, height: picture.height, size }) : undefined}
        >
          {picture.width}×{picture.height}
          {size && ` → ${size}²`}
        </span>
      </div>
    </GridListItem>
  );
}
