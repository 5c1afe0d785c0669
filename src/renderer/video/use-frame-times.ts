import { useEffect } from 'react';
import { bridge } from '../state';
import type { Playback } from './playback';

/** Tells the player when each frame is shown, once the video's packets have been read. */
export function useFrameTimes(source: string, ready: boolean, playback: Playback): void {
  useEffect(() => {
    if (!ready) return undefined;
    let dropped = false;
    const handle = bridge()['video.frameTimes']({ source }, () => undefined);
    void handle.result.then((reply) => {
      if (dropped || !reply.ok) return; // without it steps go by the average rate
      playback.setFrames(new Float64Array(Uint8Array.from(reply.value).buffer));
    });
    return () => {
      dropped = true;
      handle.cancel();
      playback.setFrames(null);
    };
  }, [source, ready, playback]);
}
