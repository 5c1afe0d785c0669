// SPDX-License-Identifier: Apache-2.0
import { useEffect, useRef } from 'react';
import type { Thumb } from '../../state';
import { nearest } from './timeline';
import { spanOf, type View } from './view';
import styles from './Strip.module.css';

interface StripProps {
  thumbnails: readonly Thumb[];
  /** Additional thumbnails of parts that were zoomed into. */
  detail: readonly Thumb[];
  /** The number of thumbnails there will be. */
  places: number;
  duration: number;
  view: View;
  width: number;
}

const LEAST_WIDTH = 56;
const HEIGHT = 46;
const GAP = 1;

/** As many thumbnails as fit, with empty places for those not loaded yet. Only the visible part is drawn. */
export function Strip({ thumbnails, detail, places, duration, view, width }: StripProps) {
  const ref = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const canvas = ref.current;
    const context = canvas?.getContext('2d');
    if (!canvas || !context || width <= 0) return undefined;
    const cells = Math.max(1, Math.min(places, Math.floor(width / LEAST_WIDTH)));
    const reach = spanOf(view) / cells;
    const draw = () => {
      const dots = devicePixelRatio || 1;
      const [wide, tall] = [Math.round(width * dots), Math.round(HEIGHT * dots)];
      // Setting a canvas's size clears it and takes time.
      if (canvas.width !== wide || canvas.height !== tall) Object.assign(canvas, { width: wide, height: tall });
      context.clearRect(0, 0, wide, tall);
      context.fillStyle = getComputedStyle(canvas).color;
      let shown = 0;
      for (let k = 0; k < cells; k++) {
        const [from, to] = [
          Math.round((k / cells) * wide),
          Math.round(((k + 1) / cells) * wide) - Math.round(GAP * dots),
        ];
        const middle = view.start + (k + 0.5) * reach;
        const thumb = pictureFor(middle, reach);
        if (!thumb) context.fillRect(from, 0, to - from, tall);
        else if (++shown) cover(context, thumb.picture, from, to - from, tall);
      }
      canvas.dataset['pictures'] = String(shown);
    };
    const pictureFor = (middle: number, reach: number): Thumb | null => {
      const close = nearest(detail, middle);
      const found = close && Math.abs(close.time - middle) <= reach ? close : nearest(thumbnails, middle);
      return found && found.picture.width > 0 && Math.abs(found.time - middle) <= Math.max(reach, duration / places)
        ? found
        : null;
    };
    draw();
    const themed = new MutationObserver(draw);
    themed.observe(document.documentElement, { attributeFilter: ['data-theme'] });
    return () => themed.disconnect();
  }, [thumbnails, detail, places, duration, view, width]);
  return <canvas ref={ref} className={styles.strip} aria-hidden data-testid="strip" data-pictures={0} />;
}

/** Fills a cell with the middle of a picture, like `object-fit: cover`. */
function cover(
  context: CanvasRenderingContext2D,
  picture: ImageBitmap,
  left: number,
  wide: number,
  tall: number,
): void {
  const scale = Math.max(wide / picture.width, tall / picture.height);
  const [width, height] = [wide / scale, tall / scale];
  context.drawImage(
    picture,
    (picture.width - width) / 2,
    (picture.height - height) / 2,
    width,
    height,
    left,
    0,
    wide,
    tall,
  );
}
