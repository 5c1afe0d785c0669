// SPDX-License-Identifier: Apache-2.0
import { PanelLeft, PanelRight, Radio, Settings } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { ModelChip } from '../models';
import { openDialog, useStore } from '../state';
import { useKey } from '../keys';
import { ExportStatus } from '../tray';
import { IconButton } from '../ui';
import { toggleConversation, toggleLibrary, usePaneState } from './panes';
import { ProjectName } from './ProjectName';
import styles from './TopBar.module.css';

/** Shows that other programs may ask; nothing while they may not. */
function ServingSign() {
  const { t } = useTranslation();
  const state = useStore((s) => s.serving?.state ?? 'off');
  if (state === 'off') return null;
  return (
    <IconButton
      label={t(state === 'failed' ? 'serving.signFailed' : 'serving.sign')}
      onPress={() => openDialog({ kind: 'settings', section: 'serving' })}
      className={state === 'failed' ? styles.failed : undefined}
      data-testid="serving-sign"
    >
      <Radio />
    </IconButton>
  );
}

export function TopBar() {
  const { t } = useTranslation();
  const { library, conversation } = usePaneState();
  const inProjects = useStore((s) => s.dialog?.kind === 'projects');
  return (
    <header className={styles.bar}>
      <IconButton
        label={t('app.library')}
        keys={useKey('library')}
        onPress={toggleLibrary}
        pressed={!library.folded}
        className={styles.fold}
      >
        <PanelLeft />
      </IconButton>
      <h1 className={styles.brand}>
        <Drum />
      </h1>
      <ProjectName />
      {!inProjects && <ExportStatus of="project" />}
      <span className={styles.space} />
      <ServingSign />
      <ModelChip />
      <IconButton
        label={t('settings.title')}
        keys={useKey('settings')}
        onPress={() => openDialog({ kind: 'settings' })}
        data-testid="settings-button"
      >
        <Settings />
      </IconButton>
      <IconButton
        label={t('app.conversation')}
        keys={useKey('conversation')}
        onPress={toggleConversation}
        pressed={!conversation.folded}
        className={styles.fold}
      >
        <PanelRight />
      </IconButton>
    </header>
  );
}

/** The logo: a drum with slits and the lamp inside. */
function Drum() {
  return (
    <svg viewBox="0 0 20 20" width="18" height="18" role="img" aria-label="Zoetrope">
      <circle cx="10" cy="10" r="8" className={styles.rim} />
      <circle cx="10" cy="10" r="2.6" className={styles.lamp} />
    </svg>
  );
}
