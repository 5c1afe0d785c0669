// SPDX-License-Identifier: Apache-2.0
import { useEffect, useState } from 'react';
import { bridge, pictureOf, THUMBNAIL_HEIGHT, THUMBNAILS, type Thumb } from '../../state';
import { Kept } from './kept';
import { isWhole, type View } from './view';

/** Thumbnails are read when zooming has paused for this long, milliseconds. */
const REST_MS = 250;
/** The thumbnails of six views, about nine megabytes. */
const MOST = THUMBNAILS * 6;

/** Thumbnails of recently visible parts, while the timeline is zoomed in. */
export function useDetail(source: string, view: View, duration: number): readonly Thumb[] {
  const [kept] = useState(() => new Kept<Thumb>(MOST, ({ picture }) => picture.close()));
  const [thumbs, setThumbs] = useState<readonly Thumb[]>([]);
  const { start, end } = view;
  const whole = duration <= 0 || isWhole(view, duration);

  useEffect(() => () => kept.clear(), [kept, source]);
  useEffect(() => {
    if (whole) return undefined;
    let dropped = false;
    let stop = (): void => undefined;
    const timer = setTimeout(() => {
      const handle = bridge()['video.thumbnails'](
        { source, count: THUMBNAILS, height: THUMBNAIL_HEIGHT, range: { start, end } },
        ({ time, jpeg }) => {
          void pictureOf(jpeg).then((picture) => {
            if (picture === null) return;
            if (dropped) return picture.close();
            kept.put(time, { time, picture });
            setThumbs(kept.all());
          });
        },
      );
      stop = () => handle.cancel();
    }, REST_MS);
    return () => {
      dropped = true;
      clearTimeout(timer);
      stop();
    };
  }, [source, start, end, whole, kept]);

  return whole ? [] : thumbs;
}
