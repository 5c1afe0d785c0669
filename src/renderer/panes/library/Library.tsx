// SPDX-License-Identifier: Apache-2.0
import { ArrowDownUp, FolderOpen, FolderSearch, FolderTree, ImagePlus, Plus, Shapes, X } from 'lucide-react';
import { useState, type KeyboardEvent, type MouseEvent } from 'react';
import { GridList, type Selection } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import type { Source } from '../../../contract';
import { useLanguage } from '../../i18n';
import {
  activateSource,
  addSources,
  locateSources,
  openSample,
  pickFiles,
  pickFolder,
  removeSources,
  selectSources,
  useStore,
} from '../../state';
import { Button, FilterField, IconButton, Menu, MenuItem, MenuLine, useKept } from '../../ui';
import { arranged, ORDERS, sharedNames } from './arranged';
import { SourceRow } from './SourceRow';
import styles from './Library.module.css';

/** With fewer files, a filter would only take space. */
const LEAST_FILTERED = 8;

const sourceAt = (target: EventTarget): string | undefined =>
  target instanceof Element ? target.closest<HTMLElement>('[data-source]')?.dataset['source'] : undefined;

export function Library() {
  const { t } = useTranslation();
  const sources = useStore((s) => s.project.sources);
  const active = useStore((s) => s.project.activeSource);
  const selected = useStore((s) => s.selectedSources);
  const adding = useStore((s) => s.adding > 0);
  const [filter, setFilter] = useState('');
  const [order, setOrder] = useKept('library.order', ORDERS, 'added');
  const language = useLanguage();
  const isLong = sources.length >= LEAST_FILTERED;
  const shown = arranged(sources, isLong ? filter : '', order, language);
  const shared = sharedNames(sources);
  const missing = sources.filter((source) => !source.present).length;

  const onSelection = (keys: Selection) =>
    selectSources(keys === 'all' ? new Set(shown.map(({ id }) => id)) : (keys as Set<string>));
  /** A plain click shows the file; with Ctrl or Shift it only selects. The list stops the event, so it is caught before. */
  const onClick = (event: MouseEvent) => {
    const source = sourceAt(event.target);
    const onButton = event.target instanceof Element && event.target.closest('button');
    if (source && !onButton && !event.ctrlKey && !event.metaKey && !event.shiftKey) void activateSource(source);
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.key !== 'Delete' && event.key !== 'Backspace') return;
    const source = sourceAt(event.target);
    const chosen = source === undefined || selected.has(source) ? [...selected] : [source];
    if (chosen.length === 0) return;
    event.preventDefault();
    event.stopPropagation();
    void removeSources(chosen);
  };

  return (
    <nav className={styles.library} aria-label={t('library.title')} data-testid="library">
      <header className={styles.head}>
        <h2 className={styles.title}>{t('library.title')}</h2>
        {isLong && (
          <Menu
            label={t('library.order')}
            trigger={
              <IconButton label={t('library.orderNow', { order: t(`library.by.${order}`) })}>
                <ArrowDownUp />
              </IconButton>
            }
          >
            {ORDERS.map((one) => (
              <MenuItem key={one} onAction={() => setOrder(one)} isDisabled={one === order}>
                {t(`library.by.${one}`)}
              </MenuItem>
            ))}
          </Menu>
        )}
        <AddMenu />
      </header>
      {isLong && (
        <FilterField label={t('library.filter')} value={filter} onChange={setFilter} className={styles.filter} />
      )}
      <div className={styles.list} onClickCapture={onClick} onKeyDownCapture={onKey}>
        {sources.length > 0 && (
          <GridList
            aria-label={t('library.files')}
            selectionMode="multiple"
            selectionBehavior="replace"
            selectedKeys={selected}
            onSelectionChange={onSelection}
            onAction={(key) => void activateSource(String(key))}
            renderEmptyState={() => <p className={styles.none}>{t('library.noMatch')}</p>}
          >
            {shown.map((source) => (
              <SourceRow
                key={source.id}
                source={source}
                active={source.id === active}
                isNamesake={shared.has(source.name)}
              />
            ))}
          </GridList>
        )}
        {adding && <p className={styles.skeleton}>{t('library.adding')}</p>}
      </div>
      {sources.length === 0 && !adding && <p className={styles.empty}>{t('library.empty')}</p>}
      <footer className={styles.foot}>
        {selected.size > 1 && <ChosenBar chosen={sources.filter(({ id }) => selected.has(id))} />}
        {missing > 0 && (
          <Button className={styles.open} onPress={() => void locateSources()}>
            <FolderSearch aria-hidden />
            {t('library.locateAll', { count: missing })}
          </Button>
        )}
        <Button className={styles.open} onPress={() => void pickFiles()} data-testid="open-button">
          <FolderOpen aria-hidden />
          {t('library.open')}
        </Button>
      </footer>
    </nav>
  );
}

/** What can be done with several selected files. */
function ChosenBar({ chosen }: { chosen: readonly Source[] }) {
  const { t } = useTranslation();
  const frames = useStore((s) => s.settings.frameCount);
  const ids = chosen.map(({ id }) => id);
  const pictured = chosen.some(({ kind, present }) => kind !== 'scene' && present);
  return (
    <div className={styles.chosen} role="toolbar" aria-label={t('library.chosen', { count: chosen.length })}>
      <span className={styles.count}>{t('library.chosen', { count: chosen.length })}</span>
      <IconButton
        label={t('library.addChosenWhat', { count: frames })}
        isDisabled={!pictured}
        onPress={() => void addSources(ids)}
      >
        <ImagePlus />
      </IconButton>
      <IconButton label={t('library.removeCount', { count: chosen.length })} onPress={() => void removeSources(ids)}>
        <X />
      </IconButton>
    </div>
  );
}

function AddMenu() {
  const { t } = useTranslation();
  const samples = useStore((s) => s.samples);
  const language = useLanguage();
  return (
    <Menu
      label={t('library.add')}
      trigger={
        <IconButton label={t('library.add')}>
          <Plus />
        </IconButton>
      }
    >
      <MenuItem icon={<FolderOpen />} onAction={() => void pickFiles()}>
        {t('command.open')}
      </MenuItem>
      <MenuItem icon={<FolderTree />} onAction={() => void pickFolder()}>
        {t('command.openFolder')}
      </MenuItem>
      {samples.length > 0 && <MenuLine />}
      {samples.map((sample) => (
        <MenuItem key={sample.id} icon={<Shapes />} onAction={() => void openSample(sample.id)}>
          {sample.title[language]}
        </MenuItem>
      ))}
    </Menu>
  );
}
