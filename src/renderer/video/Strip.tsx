import type { Thumb } from '../state';
import { nearest } from './timeline';
import { spanOf, type View } from './view';
import styles from './Strip.module.css';

interface StripProps {
  thumbnails: readonly Thumb[];
  /** Of the part in view, once they are there. */
  detail: readonly Thumb[];
  /** How many will come. */
  places: number;
  duration: number;
  view: View;
  width: number;
}

const LEAST_WIDTH = 56;

/** As many thumbnails as have room; the places of those still to come are kept. */
export function Strip({ thumbnails, detail, places, duration, view, width }: StripProps) {
  const cells = Math.max(1, Math.min(places, Math.floor(width / LEAST_WIDTH)));
  const reach = spanOf(view) / cells;
  return (
    <div className={styles.strip} aria-hidden>
      {Array.from({ length: cells }, (_, k) => {
        const middle = view.start + (k + 0.5) * reach;
        const close = nearest(detail, middle);
        const found = close && Math.abs(close.time - middle) <= reach ? close : nearest(thumbnails, middle);
        const near = found && Math.abs(found.time - middle) <= Math.max(reach, duration / places) ? found : null;
        return <div key={k} className={styles.cell}>{near && <img src={near.url} alt="" draggable={false} className={styles.picture} />}</div>;
      })}
    </div>
  );
}
