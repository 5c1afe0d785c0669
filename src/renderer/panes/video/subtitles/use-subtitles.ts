// SPDX-License-Identifier: Apache-2.0
import { useCallback, useEffect, useState } from 'react';
import type { Cue, ErrorInfo, FileEncoding, SubtitleChoice, SubtitleTrack } from '../../../../contract';
import { bridge, chooseVideo, useStore, videoSetup } from '../../../state';

export interface Subtitles {
  tracks: readonly SubtitleTrack[];
  choice: SubtitleChoice;
  /** The track in use; null if there is no text track. */
  track: SubtitleTrack | null;
  cues: readonly Cue[];
  /** The encoding in which its file was read; null for a track inside the video. */
  encoding: FileEncoding | null;
  error: ErrorInfo | null;
  choose: (change: Partial<SubtitleChoice>) => void;
  /** Shows or hides the subtitles. */
  toggle: () => void;
}

const NONE: readonly never[] = [];

/** The subtitle tracks of a video and the cues of the one in use. `ready`: the video's frames are indexed. */
export function useSubtitles(source: string, ready: boolean): Subtitles {
  const choice = useStore((s) => videoSetup(s.project, source).subtitles);
  const [tracks, setTracks] = useState<readonly SubtitleTrack[]>(NONE);
  const [read, setRead] = useState<{
    track: string;
    cues: readonly Cue[];
    encoding: FileEncoding | null;
    error: ErrorInfo | null;
  } | null>(null);
  const wanted = choice.track;

  // Requested again when another track is chosen, because it may be new.
  useEffect(() => {
    if (!ready) return undefined;
    let dropped = false;
    const handle = bridge()['video.subtitles']({ source }, () => undefined);
    void handle.result.then((reply) => !dropped && reply.ok && setTracks(reply.value));
    return () => {
      dropped = true;
      handle.cancel();
    };
  }, [source, ready, wanted]);

  const track = tracks.find(({ id }) => id === wanted) ?? tracks.find(({ kind }) => kind === 'text') ?? null;
  const id = track?.id;
  const { encoding } = choice;
  useEffect(() => {
    if (id === undefined) return undefined;
    let dropped = false;
    const handle = bridge()['video.cues']({ source, track: id, encoding }, () => undefined);
    void handle.result.then((reply) => {
      if (!dropped)
        setRead(
          reply.ok
            ? { track: id, ...reply.value, error: null }
            : { track: id, cues: NONE, encoding: null, error: reply.error },
        );
    });
    return () => {
      dropped = true;
      handle.cancel();
    };
  }, [source, id, encoding]);

  const choose = useCallback(
    (change: Partial<SubtitleChoice>) => {
      const { project } = useStore.getState();
      chooseVideo(source, { subtitles: { ...videoSetup(project, source).subtitles, ...change } });
    },
    [source],
  );
  const toggle = useCallback(() => {
    const { shown } = videoSetup(useStore.getState().project, source).subtitles;
    choose({ shown: !shown });
  }, [source, choose]);

  const own = read !== null && read.track === id ? read : null;
  return {
    tracks,
    choice,
    track,
    cues: own?.cues ?? NONE,
    encoding: own?.encoding ?? null,
    error: own?.error ?? null,
    choose,
    toggle,
  };
}
