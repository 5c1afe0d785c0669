// SPDX-License-Identifier: Apache-2.0
import { useState } from 'react';
import { FileUp, FolderPlus } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { createProject, pickProject } from '../state';
import { ExportStatus } from '../tray';
import { Button, Dialog, FilterField, Segmented } from '../ui';
import { ProjectTile } from './ProjectTile';
import { useProjects } from './use-projects';
import tiles from './ProjectTile.module.css';
import styles from './ProjectsDialog.module.css';

/** All projects: to open, rename, duplicate, archive and delete. */
export function ProjectsDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const [filter, setFilter] = useState('');
  const [which, setWhich] = useState<'used' | 'archived'>('used');
  const { projects, onList } = useProjects();
  const archived = projects?.filter((project) => project.archived).length ?? 0;
  const sought = filter.trim().toLowerCase();
  const shown = projects
    ?.filter((project) => project.archived === (which === 'archived' && archived > 0))
    .filter(({ name, question }) => `${name}\n${question}`.toLowerCase().includes(sought));
  return (
    <Dialog title={t('projects.all')} open onClose={onClose} width="wide" testId="projects-dialog">
      <div className={styles.bar}>
        <FilterField
          label={t('projects.filter')}
          value={filter}
          onChange={setFilter}
          autoFocus
          className={styles.filter}
        />
        {archived > 0 && (
          <Segmented
            label={t('projects.which')}
            value={which}
            onChange={setWhich}
            options={[
              { value: 'used', label: t('projects.used') },
              { value: 'archived', label: t('projects.archived', { count: archived }) },
            ]}
          />
        )}
        <span className={styles.space} />
        <ExportStatus of="project" />
        <Button onPress={() => void pickProject().then((chosen) => chosen && onClose())}>
          <FileUp aria-hidden />
          {t('projects.openFile')}
        </Button>
        <Button
          onPress={() => {
            onClose();
            void createProject();
          }}
        >
          <FolderPlus aria-hidden />
          {t('app.newProject')}
        </Button>
      </div>
      {shown?.length === 0 && <p className={styles.none}>{t(sought === '' ? 'projects.none' : 'projects.noMatch')}</p>}
      <ul className={tiles.tiles}>
        {shown?.map((project) => (
          <ProjectTile key={project.id} project={project} onOpen={onClose} onList={onList} />
        ))}
      </ul>
    </Dialog>
  );
}
