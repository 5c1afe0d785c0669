// SPDX-License-Identifier: Apache-2.0
import { useEffect, useState } from 'react';
import { Check, Plus } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { inEnglish, photoNotes, pictureUrl, sentenceIn, type Item, type Source } from '../../../contract';
import { useLanguage } from '../../i18n';
import { addPhotos, hoverItem, readPhoto, useStore } from '../../state';
import { Button } from '../../ui';
import styles from './PhotoPane.module.css';

/**
 * Shows a photograph as the model gets it. Chromium itself shows transparency, bit depth and some formats differently,
 * or not at all.
 */
export function PhotoPane({ source }: { source: Source }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const item = useStore(
    (s) =>
      s.project.tray.find(({ origin }) => origin.kind === 'photo' && !origin.tile && origin.source.id === source.id) ??
      null,
  );
  const transparency = useStore((s) => s.settings.transparency);
  const [read, setRead] = useState<Item | null>(null);
  const [failed, setFailed] = useState(false);
  const waits = item === null;
  useEffect(() => {
    if (!waits) return;
    let left = false;
    void readPhoto(source.id).then((found) => {
      if (left) return;
      setRead(found);
      setFailed(found === null);
    });
    return () => void (left = true);
  }, [waits, source.id, transparency]);
  const shown = item ?? read;
  const notes = shown?.origin.kind === 'photo' ? photoNotes(shown.origin) : [];
  return (
    <section className={styles.pane} aria-label={source.name} data-testid="photo-pane">
      <div
        className={styles.well}
        onMouseEnter={() => hoverItem(item?.id ?? null)}
        onMouseLeave={() => hoverItem(null)}
      >
        {failed ? (
          <p className={styles.unshown}>{t('photo.unshown', { name: source.name })}</p>
        ) : (
          shown && (
            <img
              key={shown.picture.sha256}
              src={pictureUrl(shown.picture)}
              alt={source.name}
              draggable={false}
              onError={() => setFailed(true)}
              className={styles.picture}
            />
          )
        )}
      </div>
      {notes.length > 0 && (
        <ul className={styles.notes} data-testid="photo-notes">
          {notes.map((note) => (
            <li key={inEnglish(note)}>{sentenceIn(note, language)}</li>
          ))}
        </ul>
      )}
      <footer className={styles.foot}>
        <span className={styles.name} dir="auto">
          {source.name}
        </span>
        {shown && (
          <span className={styles.size}>
            {shown.picture.width} × {shown.picture.height}
          </span>
        )}
        <span className={styles.space} />
        {item ? (
          <span className={styles.in}>
            <Check aria-hidden />
            {t('photo.inTray')}
          </span>
        ) : (
          <Button tone="accent" onPress={() => void addPhotos([source.id])} data-testid="photo-add">
            <Plus aria-hidden />
            {t('photo.add')}
          </Button>
        )}
      </footer>
    </section>
  );
}
