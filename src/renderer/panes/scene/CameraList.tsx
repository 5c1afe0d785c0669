// SPDX-License-Identifier: Apache-2.0
import { useTranslation } from 'react-i18next';
import { GridList, GridListItem } from 'react-aria-components';
import { pictureUrl, type Item } from '../../../contract';
import { describeItem } from '../../tray';
import { cx } from '../../ui';
import styles from './CameraList.module.css';

interface CameraListProps {
  views: readonly Item[];
  /** The picture numbers in the prompt, by item id. */
  numbers: ReadonlyMap<string, number>;
  selected: string | null;
  hovered: string | null;
  onSelect: (id: string | null) => void;
  onHover: (id: string | null) => void;
  onVisit: (id: string) => void;
  onRemove: (id: string) => void;
}

/** The captured cameras as a list: arrow keys choose one, Enter moves there, Delete removes it. */
export function CameraList({
  views,
  numbers,
  selected,
  hovered,
  onSelect,
  onHover,
  onVisit,
  onRemove,
}: CameraListProps) {
  const { t } = useTranslation();
  return (
    <div
      onKeyDownCapture={(event) => {
        if ((event.key !== 'Delete' && event.key !== 'Backspace') || selected === null) return;
        event.preventDefault();
        event.stopPropagation();
        onRemove(selected);
      }}
    >
      <GridList
        aria-label={t('scene.cameras')}
        data-testid="camera-list"
        selectionMode="single"
        selectionBehavior="replace"
        selectedKeys={selected === null ? [] : [selected]}
        onSelectionChange={(keys) => onSelect(keys === 'all' ? null : ([...keys].map(String)[0] ?? null))}
        onAction={(key) => onVisit(String(key))}
        renderEmptyState={() => <p className={styles.none}>{t('scene.noCameras')}</p>}
        className={styles.list ?? ''}
      >
        {views.map((item) => (
          <GridListItem
            key={item.id}
            id={item.id}
            textValue={t('scene.camera', { number: numbers.get(item.id), words: describeItem(item) })}
            className={cx(styles.row, item.id === hovered && styles.lit)}
            onHoverStart={() => onHover(item.id)}
            onHoverEnd={() => onHover(null)}
          >
            <img src={pictureUrl(item.picture)} alt="" className={styles.picture} draggable={false} />
            <span className={styles.number}>{numbers.get(item.id)}</span>
            <span className={styles.words}>{describeItem(item)}</span>
            {item.origin.kind === 'view' && (
              <span className={styles.note}>{Math.round(item.origin.intrinsics.fovY)}°</span>
            )}
          </GridListItem>
        ))}
      </GridList>
    </div>
  );
}
