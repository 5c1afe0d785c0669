// SPDX-License-Identifier: Apache-2.0
import { useEffect, useId, useMemo, useRef, useState, type KeyboardEvent } from 'react';
import { Box, ChevronRight, CircleDotDashed, Eye, EyeOff, Folder, Grip, Search, Spline } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { ShownObjects } from '../../../contract';
import { useKey } from '../../keys';
import { Button, cx, formatCount } from '../../ui';
import styles from './ObjectTree.module.css';
import { isolated, pathsAbove, toggled, treeRows, type TreeRow } from './tree-rows';
import { useObjectName } from './use-object-name';
import type { SceneObject } from '../../../scene';

interface ObjectTreeProps {
  tree: readonly SceneObject[];
  shown: ShownObjects;
  onShown: (parts: ShownObjects) => void;
  /** Path of the chosen object. */
  chosen: string | null;
  onChoose: (path: string | null) => void;
  /** Moves the camera close to an object. */
  onVisit: (object: SceneObject) => void;
}

const ROW = 26;
/** Rows that are rendered above and below the visible ones. */
const SPARE = 8;
const KINDS = { group: Folder, mesh: Box, points: Grip, splats: CircleDotDashed, lines: Spline };

/**
 * The objects of the scene. Arrow keys move through the tree, Space hides and shows, Enter moves the camera close to an
 * object.
 */
export function ObjectTree({ tree, shown, onShown, chosen, onChoose, onVisit }: ObjectTreeProps) {
  const { t } = useTranslation();
  const id = useId();
  const nameOf = useObjectName();
  const [open, setOpen] = useState<ReadonlySet<string>>(() => new Set(tree.length === 1 ? [tree[0]!.path] : []));
  const [search, setSearch] = useState('');
  const [view, setView] = useState({ top: 0, height: 400 });
  const list = useRef<HTMLDivElement>(null);
  const rows = useMemo(
    () => treeRows(tree, { open, search, parts: shown, nameOf }),
    [tree, open, search, shown, nameOf],
  );
  const at = rows.findIndex(({ part: object }) => object.path === chosen);
  const row = rows[at];
  const [hide, isolate] = [useKey('hidePart'), useKey('isolatePart')];

  // An object chosen in the scene is revealed by opening its ancestors. The state is set during rendering, like the
  // choice itself.
  const [shownFor, setShownFor] = useState<string | null>(null);
  if (chosen !== shownFor) {
    setShownFor(chosen);
    if (chosen !== null && pathsAbove(chosen).some((path) => !open.has(path)))
      setOpen(new Set([...open, ...pathsAbove(chosen)]));
  }
  useEffect(() => {
    const element = list.current;
    if (!element || at < 0) return;
    if (at * ROW < element.scrollTop) element.scrollTop = at * ROW;
    else if ((at + 1) * ROW > element.scrollTop + element.clientHeight)
      element.scrollTop = (at + 1) * ROW - element.clientHeight;
  }, [at]);
  useEffect(() => {
    const element = list.current;
    if (!element) return undefined;
    const measure = new ResizeObserver(() => setView({ top: element.scrollTop, height: element.clientHeight }));
    measure.observe(element);
    return () => measure.disconnect();
  }, []);

  const setRow = (path: string, isOpen: boolean): void => {
    const next = new Set(open);
    if (isOpen) next.add(path);
    else next.delete(path);
    setOpen(next);
  };
  const choose = (to: number): void => {
    const next = rows[Math.max(0, Math.min(rows.length - 1, to))];
    if (next) onChoose(next.part.path);
  };
  const press = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const act = (): void | false => {
      switch (event.key) {
        case 'ArrowDown':
          return choose(at + 1);
        case 'ArrowUp':
          return choose(at < 0 ? 0 : at - 1);
        case 'Home':
          return choose(0);
        case 'End':
          return choose(rows.length - 1);
        case 'PageDown':
          return choose(at + Math.floor(view.height / ROW));
        case 'PageUp':
          return choose(at - Math.floor(view.height / ROW));
        case 'Escape':
          return chosen === null ? false : onChoose(null);
      }
      if (!row) return false;
      switch (event.key) {
        case 'ArrowRight':
          return row.open === false ? setRow(row.part.path, true) : row.open ? choose(at + 1) : undefined;
        case 'ArrowLeft':
          return row.open
            ? setRow(row.part.path, false)
            : onChoose(
                rows.find(({ part: object }) => object.path === pathsAbove(row.part.path).at(-1))?.part.path ?? chosen,
              );
        case ' ':
          return onShown(toggled(shown, row.part));
        case 'Enter':
          return onVisit(row.part);
        default:
          return false;
      }
    };
    if (act() === false) return;
    event.preventDefault();
    event.stopPropagation();
  };

  const first = Math.max(0, Math.floor(view.top / ROW) - SPARE);
  const drawn = rows.slice(first, first + Math.ceil(view.height / ROW) + 2 * SPARE);
  const everything = shown.hidden.length === 0 && shown.only === null;
  return (
    <div className={styles.tree}>
      <div className={styles.search}>
        <Search aria-hidden />
        <input
          type="search"
          aria-label={t('scene.searchObjects')}
          placeholder={t('scene.searchObjects')}
          value={search}
          spellCheck={false}
          onChange={(event) => setSearch(event.target.value)}
          onKeyDown={(event) => {
            if (event.nativeEvent.isComposing) return; // the key belongs to the input method
            if (event.key === 'ArrowDown') {
              event.preventDefault();
              list.current?.focus();
              choose(at < 0 ? 0 : at);
            } else if (event.key === 'Escape' && search !== '') setSearch('');
            else return;
            event.stopPropagation();
          }}
        />
      </div>
      <div
        ref={list}
        role="tree"
        tabIndex={0}
        aria-label={t('scene.objects')}
        aria-activedescendant={row ? `${id}-${row.part.path}` : undefined}
        data-testid="object-tree"
        className={styles.list}
        onScroll={(event) => setView({ top: event.currentTarget.scrollTop, height: event.currentTarget.clientHeight })}
        onKeyDown={press}
      >
        <div role="presentation" className={styles.all} style={{ height: rows.length * ROW }}>
          {drawn.map((one, k) => (
            <Row
              key={one.part.path}
              id={`${id}-${one.part.path}`}
              row={one}
              name={nameOf(one.part)}
              top={(first + k) * ROW}
              chosen={one.part.path === chosen}
              only={one.part.path === shown.only?.path}
              own={shown.hidden.some(({ path }) => path === one.part.path)}
              onChoose={() => onChoose(one.part.path)}
              onOpen={() => setRow(one.part.path, one.open === false)}
              onVisit={() => onVisit(one.part)}
              onToggle={() => onShown(toggled(shown, one.part))}
            />
          ))}
        </div>
        {rows.length === 0 && <p className={styles.none}>{t('scene.noObjects')}</p>}
      </div>
      <div className={styles.acts}>
        <Button
          size="small"
          isDisabled={!row}
          onPress={() => row && onShown(isolated(shown, row.part))}
          aria-keyshortcuts={isolate ?? ''}
        >
          {t(row && shown.only?.path === row.part.path ? 'scene.withOthers' : 'scene.isolate')}
        </Button>
        <Button
          size="small"
          isDisabled={!row}
          onPress={() => row && onShown(toggled(shown, row.part))}
          aria-keyshortcuts={hide ?? ''}
        >
          {t(row && shown.hidden.some(({ path }) => path === row.part.path) ? 'scene.show' : 'scene.hide')}
        </Button>
        <Button
          size="small"
          tone="ghost"
          isDisabled={everything}
          data-testid="show-all"
          onPress={() => onShown({ hidden: [], only: null })}
        >
          {t('scene.showAll')}
        </Button>
      </div>
    </div>
  );
}

interface RowProps {
  id: string;
  row: TreeRow;
  name: string;
  top: number;
  chosen: boolean;
  only: boolean;
  /** Whether it is hidden itself, not only by an ancestor. */
  own: boolean;
  onChoose: () => void;
  onOpen: () => void;
  onVisit: () => void;
  onToggle: () => void;
}

function Row({ id, row, name, top, chosen, only, own, onChoose, onOpen, onVisit, onToggle }: RowProps) {
  const { t } = useTranslation();
  const { part: object, level, place, siblings, open, hidden } = row;
  const Kind = KINDS[object.kind];
  return (
    <div
      id={id}
      role="treeitem"
      aria-level={level}
      aria-posinset={place}
      aria-setsize={siblings}
      aria-selected={chosen}
      {...(open === null ? {} : { 'aria-expanded': open })}
      className={cx(styles.row, chosen && styles.chosen, hidden && styles.hidden)}
      style={{ top, paddingLeft: 4 + (level - 1) * 14 }}
      onClick={onChoose}
      onDoubleClick={onVisit}
    >
      <span className={cx(styles.fold, open && styles.open)} onClick={(event) => (event.stopPropagation(), onOpen())}>
        {open !== null && <ChevronRight aria-hidden />}
      </span>
      <Kind aria-hidden className={styles.kind} />
      <span className={cx(styles.name, only && styles.only)} title={name}>
        {name}
      </span>
      {hidden && <span className={styles.said}>{t('scene.isHidden')}</span>}
      {object.triangles > 0 && <span className={styles.count}>{formatCount(object.triangles)}</span>}
      <span
        className={cx(styles.eye, own && styles.off)}
        data-eye
        onClick={(event) => (event.stopPropagation(), onToggle())}
        title={t(own ? 'scene.show' : 'scene.hide')}
      >
        {hidden ? <EyeOff aria-hidden /> : <Eye aria-hidden />}
      </span>
    </div>
  );
}
