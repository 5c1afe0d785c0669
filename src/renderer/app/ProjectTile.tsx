// SPDX-License-Identifier: Apache-2.0
import { useState } from 'react';
import {
  Archive,
  ArchiveRestore,
  Box,
  Copy,
  Ellipsis,
  FileDown,
  FileVideo,
  FolderOpen,
  Image,
  Trash2,
} from 'lucide-react';
import { Button as Tile } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { pictureUrl, type ProjectSummary } from '../../contract';
import { useLanguage } from '../i18n';
import {
  archiveProject,
  deleteProject,
  duplicateProject,
  openProject,
  renameProjectOf,
  saveProject,
  useStore,
} from '../state';
import { cx, formatWhen, IconButton, Menu, MenuItem, MenuLine, NameField } from '../ui';
import styles from './ProjectTile.module.css';

const KINDS = { video: FileVideo, photo: Image, scene: Box };

interface ProjectTileProps {
  project: ProjectSummary;
  /** Called before the project is opened. */
  onOpen?: () => void;
  /** Called with the list as it is after a change; undefined after a failure. */
  onList: (list: readonly ProjectSummary[] | undefined) => void;
}

/** A project with its picture, name, date and first question, and what can be done with it. */
export function ProjectTile({ project, onOpen = () => undefined, onList }: ProjectTileProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const isOpen = useStore((s) => s.project.id === project.id);
  const { id, name, question, picture, sources, archived } = project;
  const [hasPicture, setHasPicture] = useState(true);
  const Kind = KINDS[sources[0] ?? 'photo'];
  const open = () => {
    onOpen();
    if (!isOpen) void openProject(id);
  };
  const facts = [
    ...(isOpen ? [t('projects.open')] : []),
    formatWhen(project.updatedAt, language),
    ...(sources.length > 0 ? [t('projects.files', { count: sources.length })] : []),
  ];
  return (
    <li className={cx(styles.tile, isOpen && styles.current)} data-testid="project-tile">
      <Tile className={styles.picture ?? ''} aria-label={t('projects.openNamed', { name })} onPress={open}>
        {picture && hasPicture ? (
          <img src={pictureUrl(picture)} alt="" draggable={false} loading="lazy" onError={() => setHasPicture(false)} />
        ) : (
          <Kind aria-hidden />
        )}
      </Tile>
      <div className={styles.head}>
        <NameField
          className={styles.name}
          label={t('app.projectName')}
          name={name}
          unnamed={t('app.untitled')}
          onName={(next) => next !== '' && void renameProjectOf(id, next).then(() => onList(undefined))}
        />
        <Menu
          label={t('projects.more', { name })}
          trigger={
            <IconButton label={t('projects.more', { name })} className={styles.more}>
              <Ellipsis />
            </IconButton>
          }
        >
          <MenuItem icon={<FolderOpen />} onAction={open}>
            {t('projects.openIt')}
          </MenuItem>
          <MenuItem
            icon={<Copy />}
            onAction={() => void duplicateProject(id, t('projects.copyOf', { name })).then(onList)}
          >
            {t('projects.duplicate')}
          </MenuItem>
          <MenuItem
            icon={archived ? <ArchiveRestore /> : <Archive />}
            onAction={() => void archiveProject(id, !archived).then(onList)}
          >
            {t(archived ? 'projects.unarchive' : 'projects.archive')}
          </MenuItem>
          <MenuLine />
          <MenuItem icon={<FileDown />} onAction={() => void saveProject(id, false)}>
            {t('projects.save')}
          </MenuItem>
          <MenuItem icon={<FileDown />} isDisabled={sources.length === 0} onAction={() => void saveProject(id, true)}>
            {t('projects.saveMedia')}
          </MenuItem>
          <MenuLine />
          <MenuItem icon={<Trash2 />} onAction={() => void deleteProject(project).then(onList)}>
            {t('projects.delete')}
          </MenuItem>
        </Menu>
      </div>
      <p className={styles.facts}>{facts.join(' · ')}</p>
      {question !== '' && (
        <p className={styles.question} title={question}>
          {question}
        </p>
      )}
    </li>
  );
}
