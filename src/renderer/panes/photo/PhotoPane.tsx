// SPDX-License-Identifier: Apache-2.0
import { useEffect, useRef, useState } from 'react';
import { Check, Crop, Maximize, Minus, Plus } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import {
  inEnglish,
  photoNotes,
  sentenceIn,
  type Item,
  type PixelSize,
  type Rectangle,
  type Source,
} from '../../../contract';
import { useLanguage } from '../../i18n';
import { addCrop, addPhotos, hoverItem, readPhoto, useStore } from '../../state';
import { useKey } from '../../keys';
import { Button, IconButton } from '../../ui';
import { CropBar } from './CropBar';
import { firstRectangle } from './crop-edges';
import { PhotoWell } from './PhotoWell';
import { useKeys } from './use-keys';
import { useZoom } from './use-zoom';
import { ZOOM_STEP } from './zoom';
import styles from './PhotoPane.module.css';

const UNKNOWN: PixelSize = { width: 1, height: 1 };

/** The size of a photograph at full size: its picture may have been read at half of it. */
function sizeOf(item: Item | null): PixelSize {
  if (!item) return UNKNOWN;
  return (item.origin.kind === 'photo' ? item.origin.original : undefined) ?? item.picture;
}

/**
 * Shows a photograph as the model gets it. Chromium itself shows transparency, bit depth and some formats differently,
 * or not at all.
 */
export function PhotoPane({ source }: { source: Source }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const item = useStore(
    (s) =>
      s.project.tray.find(
        ({ origin }) => origin.kind === 'photo' && !origin.tile && !origin.crop && origin.source.id === source.id,
      ) ?? null,
  );
  const transparency = useStore((s) => s.settings.transparency);
  const [read, setRead] = useState<Item | null>(null);
  const [failed, setFailed] = useState(false);
  const [attempt, setAttempt] = useState(0);
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
  }, [waits, source.id, transparency, attempt]);
  const shown = item ?? read;
  const notes = shown?.origin.kind === 'photo' ? photoNotes(shown.origin) : [];

  const size = sizeOf(shown);
  const [crop, setCrop] = useState<Rectangle | null>(null);
  const view = useZoom(size, crop !== null);
  const pane = useRef<HTMLElement>(null);
  const focus = (on: string): void => pane.current?.querySelector<HTMLElement>(on)?.focus();
  const leaveCrop = (): void => {
    setCrop(null);
    focus('[data-testid=photo-well]');
  };
  const startCrop = (): void => {
    if (!view.zoom || !view.box || !shown) return;
    setCrop(firstRectangle(view.zoom, size, view.box));
    requestAnimationFrame(() => focus('.ReactCrop__crop-selection'));
  };
  const takeCrop = async (): Promise<void> => {
    if (!crop || crop.width === 0 || crop.height === 0) return;
    const { width, height } = size;
    const isAdded = await addCrop(source.id, { ...crop, of: { width, height } });
    if (isAdded) leaveCrop();
    else setAttempt((n) => n + 1); // the file may have changed
  };
  useKeys(pane, {
    zoomBy: view.by,
    pan: view.pan,
    fit: view.fit,
    add: crop && (() => void takeCrop()),
    cancel: crop && leaveCrop,
  });
  const percent = Math.round(view.share * 100);
  const [closer, farther] = [useKey('closer'), useKey('farther')];

  return (
    <section ref={pane} className={styles.pane} aria-label={source.name} data-testid="photo-pane">
      <div
        className={styles.well}
        onMouseEnter={() => hoverItem(item?.id ?? null)}
        onMouseLeave={() => hoverItem(null)}
      >
        {failed ? (
          <p className={styles.unshown}>{t('photo.unshown', { name: source.name })}</p>
        ) : (
          shown && (
            <PhotoWell
              item={shown}
              size={size}
              view={view}
              crop={crop}
              onCrop={setCrop}
              onFail={() => setFailed(true)}
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
      {crop && shown && (
        <CropBar crop={crop} size={size} onChange={setCrop} onAdd={() => void takeCrop()} onCancel={leaveCrop} />
      )}
      <footer className={styles.foot}>
        <span className={styles.name} dir="auto">
          {source.name}
        </span>
        {shown && (
          <span className={styles.size}>
            {size.width} × {size.height}
          </span>
        )}
        <span className={styles.space} />
        {shown && !failed && (
          <>
            <IconButton
              label={t('photo.zoomOut')}
              keys={farther}
              onPress={() => view.by(1 / ZOOM_STEP)}
              isDisabled={view.isFitted}
            >
              <Minus />
            </IconButton>
            <Button
              tone="ghost"
              onPress={() => view.toggleFull()}
              aria-label={t('photo.toFull', { percent })}
              data-testid="photo-zoom"
            >
              <span className={styles.percent}>{percent} %</span>
            </Button>
            <IconButton label={t('photo.zoomIn')} keys={closer} onPress={() => view.by(ZOOM_STEP)}>
              <Plus />
            </IconButton>
            <IconButton label={t('photo.fit')} keys="0" onPress={view.fit} isDisabled={view.isFitted}>
              <Maximize />
            </IconButton>
            <IconButton
              label={t('photo.crop')}
              tip={t('photo.cropTip')}
              pressed={crop !== null}
              onPress={crop ? leaveCrop : startCrop}
              data-testid="photo-crop"
            >
              <Crop />
            </IconButton>
          </>
        )}
        {item ? (
          <span className={styles.in}>
            <Check aria-hidden />
            {t('photo.inTray')}
          </span>
        ) : (
          <Button tone={crop ? 'plain' : 'accent'} onPress={() => void addPhotos([source.id])} data-testid="photo-add">
            <Plus aria-hidden />
            {t('photo.add')}
          </Button>
        )}
      </footer>
    </section>
  );
}
