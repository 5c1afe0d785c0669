// SPDX-License-Identifier: Apache-2.0
import { ChevronLeft, ChevronRight } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { showVersion, useStore } from '../../state';
import { IconButton } from '../../ui';
import styles from './VersionSwitch.module.css';

/** Which version of a message is shown, with arrows to the others. Nothing if there is only one. */
export function VersionSwitch({ message, busy }: { message: string; busy: boolean }) {
  const { t } = useTranslation();
  const versions = useStore((s) => s.project.versions[message]);
  if (!versions) return null;
  const { at, of } = versions;
  return (
    <span className={styles.versions} role="group" aria-label={t('chat.version', { at, of })} data-testid="versions">
      <IconButton
        label={t('chat.earlierVersion')}
        isDisabled={busy || at === 1}
        onPress={() => void showVersion(message, -1)}
      >
        <ChevronLeft />
      </IconButton>
      <span aria-hidden>
        {at}/{of}
      </span>
      <IconButton
        label={t('chat.laterVersion')}
        isDisabled={busy || at === of}
        onPress={() => void showVersion(message, 1)}
      >
        <ChevronRight />
      </IconButton>
    </span>
  );
}
