// SPDX-License-Identifier: Apache-2.0
import { useState } from 'react';
import { Check, ChevronDown, FolderPlus, Folders, Search } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { ProjectSummary } from '../../contract';
import { useKey } from '../keys';
import { createProject, listProjects, openDialog, openProject, renameProject, useStore } from '../state';
import { IconButton, Menu, MenuItem, MenuLine, NameField } from '../ui';
import styles from './ProjectName.module.css';

const RECENT = 12;

/** The project's name, editable in place, and the menu of other projects. */
export function ProjectName() {
  const { t } = useTranslation();
  const id = useStore((s) => s.project.id);
  const name = useStore((s) => s.project.name);
  return (
    <div className={styles.project}>
      <NameField
        key={id}
        className={styles.field}
        label={t('app.projectName')}
        name={name}
        unnamed={t('app.untitled')}
        onName={(next) => next !== '' && void renameProject(next)}
      />
      <Projects current={id} />
      <SavedState />
    </div>
  );
}

function Projects({ current }: { current: string }) {
  const { t } = useTranslation();
  const [projects, setProjects] = useState<readonly ProjectSummary[]>([]);
  const used = projects.filter(({ id, archived }) => !archived || id === current);
  return (
    <Menu
      label={t('app.projects')}
      trigger={
        <IconButton
          label={t('app.projects')}
          className={styles.more}
          onPressStart={() => void listProjects().then(setProjects)}
          onFocus={() => void listProjects().then(setProjects)}
        >
          <ChevronDown />
        </IconButton>
      }
    >
      <MenuItem icon={<FolderPlus />} note={useKey('new')} onAction={() => void createProject()}>
        {t('app.newProject')}
      </MenuItem>
      <MenuItem icon={<Folders />} note={useKey('projects')} onAction={() => openDialog({ kind: 'projects' })}>
        {t('projects.all')}
      </MenuItem>
      <MenuItem icon={<Search />} note={useKey('search')} onAction={() => openDialog({ kind: 'search' })}>
        {t('search.title')}
      </MenuItem>
      {used.length > 0 && <MenuLine />}
      {used.slice(0, RECENT).map((project) => (
        <MenuItem
          key={project.id}
          icon={project.id === current ? <Check /> : <i />}
          onAction={() => project.id !== current && void openProject(project.id)}
        >
          {[project.name || t('app.untitled'), project.question].filter((part) => part !== '').join(' · ')}
        </MenuItem>
      ))}
    </Menu>
  );
}

function SavedState() {
  const { t } = useTranslation();
  const saving = useStore((s) => s.saving > 0);
  const failed = useStore((s) => s.saveFailed || !s.keeps);
  return (
    <span className={failed ? styles.failed : styles.saved} role="status" data-testid="saved">
      {failed ? t('app.notSaved') : saving ? t('app.saving') : t('app.saved')}
    </span>
  );
}
