// SPDX-License-Identifier: Apache-2.0
import { useEffect } from 'react';
import { bridge } from '../../state';

/** Tells when each frame is shown, once the video's packets have been read; null when that is no more known. */
export function useFrameTimes(source: string, ready: boolean, take: (times: Float64Array | null) => void): void {
  useEffect(() => {
    if (!ready) return undefined;
    let dropped = false;
    const handle = bridge()['video.frameTimes']({ source }, () => undefined);
    void handle.result.then((reply) => {
      if (dropped || !reply.ok) return; // without it steps go by the average rate
      take(new Float64Array(Uint8Array.from(reply.value).buffer));
    });
    return () => {
      dropped = true;
      handle.cancel();
      take(null);
    };
  }, [source, ready, take]);
}
