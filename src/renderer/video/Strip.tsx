import type { Thumb } from '../state';
import { nearest } from './timeline';
import styles from './Strip.module.css';

interface StripProps {
  thumbnails: readonly Thumb[];
  /** How many will come. */
  places: number;
  duration: number;
  width: number;
}

const LEAST_WIDTH = 56;

/** As many thumbnails as have room; the places of those still to come are kept. */
export function Strip({ thumbnails, places, duration, width }: StripProps) {
  const cells = Math.max(1, Math.min(places, Math.floor(width / LEAST_WIDTH)));
  const reach = duration / cells;
  return (
    <div className={styles.strip} aria-hidden>
      {Array.from({ length: cells }, (_, k) => {
        const middle = (k + 0.5) * reach;
        const found = nearest(thumbnails, middle);
        const near = found && Math.abs(found.time - middle) <= Math.max(reach, duration / places) ? found : null;
        return <div key={k} className={styles.cell}>{near && <img src={near.url} alt="" draggable={false} className={styles.picture} />}</div>;
      })}
    </div>
  );
}
