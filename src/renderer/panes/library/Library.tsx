// SPDX-License-Identifier: Apache-2.0
import { FolderOpen, FolderTree, Plus, Shapes } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useLanguage } from '../../i18n';
import { openSample, pickFiles, pickFolder, useStore } from '../../state';
import { Button, IconButton, Menu, MenuItem, MenuLine } from '../../ui';
import { SourceRow } from './SourceRow';
import styles from './Library.module.css';

export function Library() {
  const { t } = useTranslation();
  const sources = useStore((s) => s.project.sources);
  const active = useStore((s) => s.project.activeSource);
  const samples = useStore((s) => s.samples);
  const adding = useStore((s) => s.adding > 0);
  const language = useLanguage();
  return (
    <nav className={styles.library} aria-label={t('library.title')} data-testid="library">
      <header className={styles.head}>
        <h2 className={styles.title}>{t('library.title')}</h2>
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
      </header>
      <ul className={styles.list}>
        {sources.map((source) => (
          <SourceRow key={source.id} source={source} active={source.id === active} />
        ))}
        {adding && <li className={styles.skeleton}>{t('library.adding')}</li>}
      </ul>
      {sources.length === 0 && !adding && <p className={styles.empty}>{t('library.empty')}</p>}
      <footer className={styles.foot}>
        <Button className={styles.open} onPress={() => void pickFiles()} data-testid="open-button">
          <FolderOpen aria-hidden />
          {t('library.open')}
        </Button>
      </footer>
    </nav>
  );
}
