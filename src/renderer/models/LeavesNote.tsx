// SPDX-License-Identifier: Apache-2.0
import { Globe } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useStore } from '../state';
import { useServerOf } from './model-groups';
import styles from './LeavesNote.module.css';

/** Says that the next question leaves this machine; shows nothing if it does not. */
export function LeavesNote() {
  const { t } = useTranslation();
  const server = useServerOf(useStore((s) => s.project.model));
  if (!server || server.loopback) return null;
  return (
    <p className={styles.note} role="note" data-testid="leaves-note">
      <Globe aria-hidden />
      <span>{t(server.url.startsWith('https:') ? 'models.leavesNote' : 'models.leavesOpen', { host: server.host })}</span>
    </p>
  );
}
