import { useEffect, useState } from 'react';
import { bridge, THUMBNAIL_HEIGHT, THUMBNAILS, type Thumb } from '../state';
import { isWhole, type View } from './view';

/** Zooming is a gesture: pictures are read once it rests. */
const REST_MS = 250;

/** Thumbnails of the part in view, while it is not the whole video. Those of an earlier view stay until new ones come. */
export function useDetail(source: string, view: View, duration: number): readonly Thumb[] {
  const [thumbs, setThumbs] = useState<readonly Thumb[]>([]);
  const { start, end } = view;
  const whole = duration <= 0 || isWhole(view, duration);

  useEffect(() => {
    if (whole) return undefined;
    let stop = (): void => undefined;
    const mine: Thumb[] = [];
    const timer = setTimeout(() => {
      const handle = bridge()['video.thumbnails']({ source, count: THUMBNAILS, height: THUMBNAIL_HEIGHT, range: { start, end } }, ({ time, jpeg }) => {
        mine.push({ time, url: URL.createObjectURL(new Blob([new Uint8Array(jpeg)], { type: 'image/jpeg' })) });
        setThumbs([...mine]);
      });
      stop = () => handle.cancel();
    }, REST_MS);
    return () => {
      clearTimeout(timer);
      stop();
      setThumbs((shown) => (shown.some((thumb) => mine.includes(thumb)) ? [] : shown));
      mine.forEach(({ url }) => URL.revokeObjectURL(url));
    };
  }, [source, start, end, whole]);

  return whole ? [] : thumbs;
}
