// SPDX-License-Identifier: Apache-2.0
import { useRef, type CSSProperties } from 'react';
import { useTranslation } from 'react-i18next';
import { ReactCrop } from 'react-image-crop';
import 'react-image-crop/dist/ReactCrop.css';
import { pictureUrl, type PixelSize, type Item, type Rectangle } from '../../../contract';
import { useStore } from '../../state';
import { cx } from '../../ui';
import { percents, wholePixels } from './crop-edges';
import type { PhotoZoom } from './use-zoom';
import styles from './PhotoWell.module.css';

/** From this share of 100 % on, the pixels of the photograph are shown as squares. */
const SQUARES = 2;

interface PhotoWellProps {
  item: Item;
  /** Of the photograph at full size. */
  size: PixelSize;
  view: PhotoZoom;
  /** The rectangle being chosen; null while none is. */
  crop: Rectangle | null;
  onCrop: (crop: Rectangle) => void;
  onFail: () => void;
}

/** A photograph that can be zoomed and moved, and on which a rectangle can be drawn. */
export function PhotoWell({ item, size, view, crop, onCrop, onFail }: PhotoWellProps) {
  const { t } = useTranslation();
  const { zoom, box, share, isFitted, well, pointers, toggleFull } = view;
  const dragged = useRef(false);
  /** The rectangle before a new one is drawn. A click without a drag brings it back. */
  const before = useRef<Rectangle | null>(null);
  const lit = useStore((s) => {
    const origin = s.hovered === null ? null : s.project.tray.find(({ id }) => id === s.hovered)?.origin;
    return origin?.kind === 'photo' && origin.source.id === item.origin.source.id ? (origin.crop ?? null) : null;
  });
  const place: CSSProperties =
    zoom && box
      ? {
          left: box.width / 2 - zoom.x * zoom.scale,
          top: box.height / 2 - zoom.y * zoom.scale,
          width: size.width * zoom.scale,
          height: size.height * zoom.scale,
        }
      : { visibility: 'hidden' };
  return (
    <div
      ref={well}
      className={cx(styles.well, !isFitted && styles.movable, crop && styles.cropping)}
      tabIndex={0}
      role="group"
      aria-label={t('photo.area', { name: item.origin.source.name })}
      data-testid="photo-well"
      {...pointers}
      onDoubleClick={(event) => !crop && toggleFull(event)}
      onContextMenu={(event) => crop && event.preventDefault()}
    >
      <ReactCrop
        className={styles.crop ?? ''}
        style={place}
        disabled={crop === null}
        {...(crop && { crop: { unit: '%', ...percents(crop, size) } })}
        ariaLabels={{
          cropArea: t('photo.cropArea'),
          nwDragHandle: t('photo.handle.nw'),
          nDragHandle: t('photo.handle.n'),
          neDragHandle: t('photo.handle.ne'),
          eDragHandle: t('photo.handle.e'),
          seDragHandle: t('photo.handle.se'),
          sDragHandle: t('photo.handle.s'),
          swDragHandle: t('photo.handle.sw'),
          wDragHandle: t('photo.handle.w'),
        }}
        onDragStart={() => void (dragged.current = true)}
        onDragEnd={() => {
          dragged.current = false;
          if (before.current && crop && (crop.width === 0 || crop.height === 0)) onCrop(before.current);
          before.current = null;
        }}
        onChange={(_, wanted) => {
          if (!crop) return;
          const isNew = wanted.width === 0 && wanted.height === 0;
          if (isNew && !dragged.current) before.current = crop;
          onCrop(wholePixels(wanted, size, dragged.current || isNew ? undefined : crop));
        }}
      >
        <img
          key={item.picture.sha256}
          src={pictureUrl(item.picture)}
          alt={item.origin.source.name}
          draggable={false}
          onError={onFail}
          className={cx(styles.picture, share >= SQUARES && styles.squares)}
        />
        {lit && !crop && (
          <div
            className={styles.lit}
            style={Object.fromEntries(
              Object.entries(percents(lit, size)).map(([name, value]) => [
                { x: 'left', y: 'top', width: 'width', height: 'height' }[name as keyof Rectangle],
                `${value}%`,
              ]),
            )}
            data-testid="photo-lit"
          />
        )}
      </ReactCrop>
    </div>
  );
}
