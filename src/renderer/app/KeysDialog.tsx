import { useTranslation } from 'react-i18next';
import { Dialog } from '../ui';
import { modKey, shiftModKey } from './keys';
import styles from './KeysDialog.module.css';

export function KeysDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const rows: [string, string][] = [
    [t('keys.space'), t('keys.play')],
    ['J  K  L', t('keys.shuttle')],
    ['←  →', t('keys.step')],
    ['I  O', t('keys.range')],
    ['+  −', t('keys.zoom')],
    ['S', t('keys.sample')],
    ['V', t('keys.subtitles')],
    ['[  ]', t('keys.takes')],
    ['C', t('keys.capture')],
    ['D', t('denser.here')],
    ['M', t('tray.modelEye')],
    ['Enter', t('keys.ask')],
    ['Esc', t('keys.stop')],
    ['Delete', t('keys.remove')],
    ['Alt+←  Alt+→', t('keys.move')],
    [modKey('Z'), t('tray.undo')],
    [shiftModKey('Z'), t('tray.redo')],
    [modKey('O'), t('command.open')],
    [modKey('N'), t('app.newProject')],
    [modKey('K'), t('command.title')],
  ];
  return (
    <Dialog open title={t('keys.title')} onClose={onClose}>
      <dl className={styles.list}>
        {rows.map(([keys, does]) => (
          <div key={keys} className={styles.row}>
            <dt>
              <kbd>{keys}</kbd>
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
