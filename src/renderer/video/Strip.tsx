import { useEffect, useState } from 'react';
import type { Thumbnail } from '../../contract';
import { nearest } from './timeline';
import styles from './Strip.module.css';

interface StripProps {
  thumbnails: readonly Thumbnail[];
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
        return <div key={k} className={styles.cell}>{near && <Picture thumbnail={near} />}</div>;
      })}
    </div>
  );
}

function Picture({ thumbnail }: { thumbnail: Thumbnail }) {
  const [url, setUrl] = useState<string | null>(null);
  useEffect(() => {
    const made = URL.createObjectURL(new Blob([thumbnail.jpeg as BlobPart], { type: 'image/jpeg' }));
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [thumbnail]);
  return url && <img src={url} alt="" draggable={false} className={styles.picture} />;
}
