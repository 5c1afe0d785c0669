// SPDX-License-Identifier: Apache-2.0
import { useCallback, useEffect, useReducer } from 'react';
import { previewUrl, sourceUrl, type ErrorInfo, type PreviewWay, type Progress } from '../../../contract';
import { bridge } from '../../state';

export interface Preview {
  /** The URL to play; null while a preview is being made, or if nothing can be played. */
  url: string | null;
  way: PreviewWay;
  /** Progress of making a preview; null if none is being made. */
  progress: Progress | null;
  error: ErrorInfo | null;
  /** Whether the user stopped making it. */
  stopped: boolean;
  /** Called when the player could not play the URL. */
  fail: () => void;
  stop: () => void;
  retry: () => void;
}

interface State {
  way: PreviewWay;
  phase: 'playing' | 'asking' | 'over';
  failed: PreviewWay | null;
  progress: Progress | null;
  error: ErrorInfo | null;
}

type Event =
  | { type: 'ask'; failed: PreviewWay | null }
  | { type: 'progress'; progress: Progress }
  | { type: 'made'; way: PreviewWay }
  | { type: 'ended'; error: ErrorInfo | null };

const BLANK: State = { way: 'original', phase: 'playing', failed: null, progress: null, error: null };

export function previewState(state: State, event: Event): State {
  switch (event.type) {
    case 'ask':
      // The smallest preview was the last attempt.
      return event.failed === 'low'
        ? { ...state, phase: 'over' }
        : { ...state, phase: 'asking', failed: event.failed, progress: null, error: null };
    case 'progress':
      return { ...state, progress: event.progress };
    case 'made':
      return { ...state, way: event.way, phase: 'playing', progress: null };
    case 'ended':
      return { ...state, phase: 'over', progress: null, error: event.error };
  }
}

/**
 * Chooses what the player plays. The file itself is tried at once; if it does not play, or would play without sound, a
 * preview is made. `ready`: its frames are indexed, so that a preview can be requested.
 */
export function usePreview(source: string, ready: boolean): Preview {
  const [state, send] = useReducer(previewState, { ...BLANK, phase: 'asking' });
  const { phase, failed, way } = state;

  useEffect(() => {
    if (!ready || phase !== 'asking') return undefined;
    let dropped = false;
    const handle = bridge()['video.preview'](
      { source, failed },
      (progress) => !dropped && send({ type: 'progress', progress }),
    );
    void handle.result.then((reply) => {
      if (dropped) return;
      if (reply.ok) send({ type: 'made', way: reply.value.way });
      else send({ type: 'ended', error: reply.error.code === 'cancelled' ? null : reply.error });
    });
    return () => {
      dropped = true;
      handle.cancel();
    };
  }, [source, ready, phase, failed]);

  // The first request asks whether a preview is needed; the file itself already plays meanwhile.
  const trying = phase === 'asking' && failed === null && state.progress === null;
  const fail = useCallback(() => send({ type: 'ask', failed: way }), [way]);
  const stop = useCallback(() => send({ type: 'ended', error: null }), []);
  const retry = useCallback(() => send({ type: 'ask', failed }), [failed]);
  const url = phase === 'playing' || trying ? (way === 'original' ? sourceUrl(source) : previewUrl(source, way)) : null;
  return {
    ...{ url, way, error: state.error, fail, stop, retry },
    progress: url === null && phase === 'asking' ? (state.progress ?? { step: 'preview', done: 0, total: 0 }) : null,
    stopped: phase === 'over' && failed !== 'low' && state.error === null && way !== 'low',
  };
}
