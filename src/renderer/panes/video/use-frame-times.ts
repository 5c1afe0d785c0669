// SPDX-License-Identifier: Apache-2.0
import { useEffect } from 'react';
import { bridge } from '../../state';

/**
 * Calls `take` with the time of each frame, once the video's packets have been read; with null when they are no longer
 * known.
 */
export function useFrameTimes(source: string, ready: boolean, take: (times: Float64Array | null) => void): void {
  useEffect(() => {
    if (!ready) return undefined;
    let dropped = false;
    const handle = bridge()['video.frameTimes']({ source }, () => undefined);
    void handle.result.then((reply) => {
      if (dropped || !reply.ok) return; // without it, steps use the average rate
      take(new Float64Array(Uint8Array.from(reply.value).buffer));
    });
    return () => {
      dropped = true;
      handle.cancel();
      take(null);
    };
  }, [source, ready, take]);
}
