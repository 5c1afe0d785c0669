// SPDX-License-Identifier: Apache-2.0
import { Eye, Redo2, Trash2, Undo2 } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useKey } from '../keys';
import { undoWords } from './undo-words';
import { clearTray, redo, toggleModelEye, undo, useInputSize, useStore } from '../state';
import { IconButton } from '../ui';
import { countKinds } from './describe';
import { ExportMenu } from './ExportMenu';
import styles from './TrayHead.module.css';

export function TrayHead() {
  const { t, i18n } = useTranslation();
  const tray = useStore((s) => s.project.tray);
  const eye = useStore((s) => s.modelEye);
  const undone = useStore((s) => s.past.at(-1));
  const redone = useStore((s) => s.future[0]);
  const size = useInputSize();
  const kinds = countKinds(tray);
  const words = (['frame', 'view', 'photo'] as const)
    .filter((kind) => kinds[kind] > 0)
    .map((kind) => t(`tray.${kind}`, { count: kinds[kind] }));
  const list = new Intl.ListFormat(i18n.language, { type: 'conjunction' }).format(words);
  return (
    <header className={styles.head}>
      <h2 className={styles.title}>{t('tray.title')}</h2>
      <span className={styles.count} data-testid="tray-count">
        {list || t('tray.nothing')}
      </span>
      <span className={styles.space} />
      <IconButton
        label={size ? t('tray.modelEyeAt', { size }) : t('tray.modelEye')}
        keys={useKey('eye')}
        pressed={eye}
        isDisabled={tray.length === 0 || !size}
        onPress={toggleModelEye}
      >
        <Eye />
      </IconButton>
      <IconButton
        label={t('tray.undo')}
        tip={undoWords('undo', undone, t)}
        keys={useKey('undo')}
        isDisabled={!undone}
        onPress={() => void undo()}
      >
        <Undo2 />
      </IconButton>
      <IconButton
        label={t('tray.redo')}
        tip={undoWords('redo', redone, t)}
        keys={useKey('redo')}
        isDisabled={!redone}
        onPress={() => void redo()}
      >
        <Redo2 />
      </IconButton>
      <ExportMenu />
      <IconButton label={t('tray.clear')} isDisabled={tray.length === 0} onPress={clearTray}>
        <Trash2 />
      </IconButton>
    </header>
  );
}
