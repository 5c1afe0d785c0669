import { useState } from 'react';
import { Check, Plus } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { sourceUrl, type Source } from '../../contract';
import { addPhoto, hoverItem, useStore } from '../state';
import { Button } from '../ui';
import styles from './PhotoPane.module.css';

export function PhotoPane({ source }: { source: Source }) {
  const { t } = useTranslation();
  const item = useStore((s) => s.project.tray.find(({ origin }) => origin.kind === 'photo' && !origin.tile && origin.source.id === source.id) ?? null);
  const [failed, setFailed] = useState(false);
  return (
    <section className={styles.pane} aria-label={source.name} data-testid="photo-pane">
      <div className={styles.well} onMouseEnter={() => hoverItem(item?.id ?? null)} onMouseLeave={() => hoverItem(null)}>
        {failed ? (
          <p className={styles.unshown}>{t('photo.unshown', { name: source.name })}</p>
        ) : (
          <img
            key={source.id}
            src={sourceUrl(source.id)}
            alt={source.name}
            draggable={false}
            onError={() => setFailed(true)}
            className={styles.picture}
          />
        )}
      </div>
      <footer className={styles.foot}>
        <span className={styles.name}>{source.name}</span>
        {item && (
          <span className={styles.size}>
            {item.picture.width} × {item.picture.height}
          </span>
        )}
        <span className={styles.space} />
        {item ? (
          <span className={styles.in}>
            <Check aria-hidden />
            {t('photo.inTray')}
          </span>
        ) : (
          <Button tone="accent" onPress={() => void addPhoto(source.id)} data-testid="photo-add">
            <Plus aria-hidden />
            {t('photo.add')}
          </Button>
        )}
      </footer>
    </section>
  );
}
