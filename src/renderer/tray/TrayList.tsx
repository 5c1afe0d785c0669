// SPDX-License-Identifier: Apache-2.0
import type { KeyboardEvent } from 'react';
import { DropIndicator, GridList, useDragAndDrop, type Selection } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import {
  canDivide,
  divide,
  moveItems,
  nudgeItems,
  openDialog,
  removeItems,
  selectItems,
  useNumbers,
  useInputSize,
  useStore,
} from '../state';
import { cx } from '../ui';
import { anchorOf, TrayItem } from './TrayItem';
import styles from './TrayList.module.css';

const DRAG_TYPE = 'zoetrope-picture';

/** The id of the tray item that has the focus. */
const focusedId = (target: EventTarget): string | null =>
  target instanceof Element ? (target.closest<HTMLElement>('[data-key]')?.dataset.key ?? null) : null;

export function TrayList() {
  const { t } = useTranslation();
  const tray = useStore((s) => s.project.tray);
  const numbers = useNumbers();
  const selected = useStore((s) => s.selected);
  const size = useInputSize();
  const { dragAndDropHooks } = useDragAndDrop({
    getItems: (keys) => [...keys].map((key) => ({ [DRAG_TYPE]: String(key) })),
    acceptedDragTypes: [DRAG_TYPE],
    getAllowedDropOperations: () => ['move'],
    renderDropIndicator: (target) => (
      <DropIndicator
        target={target}
        className={cx(styles.drop, target.type === 'item' && styles[target.dropPosition])}
        style={target.type === 'item' ? { positionAnchor: anchorOf(String(target.key)) } : {}}
      />
    ),
    onReorder: ({ keys, target }) => {
      if (target.dropPosition !== 'on') moveItems([...keys].map(String), String(target.key), target.dropPosition);
    },
  });

  const onSelection = (keys: Selection) =>
    selectItems(keys === 'all' ? tray.map((item) => item.id) : (keys as Set<string>));

  /** The items that a key acts on: the selection if the focused item is in it, else that item. */
  const acted = (target: EventTarget): string[] => {
    const id = focusedId(target);
    if (!id) return [...selected];
    return selected.has(id) ? [...selected] : [id];
  };

  const divisible = (target: EventTarget) => {
    const ids = new Set(acted(target));
    return tray.filter((item) => ids.has(item.id) && size !== null && canDivide(item, size));
  };

  const onKey = (event: KeyboardEvent) => {
    const move = event.altKey ? { ArrowLeft: -1 as const, ArrowRight: 1 as const }[event.key] : undefined;
    if (move) nudgeItems(acted(event.target), move);
    else if (event.key === '+') divisible(event.target).forEach((item) => void divide(item));
    else if (event.key === 'Delete' || event.key === 'Backspace') removeItems(acted(event.target));
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <div className={styles.scroll} onKeyDownCapture={onKey}>
      <GridList
        aria-label={t('tray.label')}
        layout="grid"
        selectionMode="multiple"
        selectionBehavior="replace"
        selectedKeys={selected}
        onSelectionChange={onSelection}
        onAction={(key) => {
          const item = tray.find((x) => x.id === key);
          if (item) openDialog({ kind: 'picture', item });
        }}
        dragAndDropHooks={dragAndDropHooks}
        className={styles.grid ?? ''}
      >
        {tray.map((item) => (
          <TrayItem key={item.id} item={item} number={numbers.get(item.id) ?? 0} />
        ))}
      </GridList>
    </div>
  );
}
