// SPDX-License-Identifier: Apache-2.0
import { useCallback, useEffect, useRef, useState, type ComponentProps } from 'react';
import { useTranslation } from 'react-i18next';
import { inEnglish, sentenceIn, type Source, type VideoNote } from '../../../contract';
import { useLanguage } from '../../i18n';
import {
  addFrame,
  denserStill,
  dropProposal,
  frameTimes,
  markEdge,
  openVideo,
  proposeDenser,
  rangeAt,
  rangesOf,
  moveOffset,
  useStore,
  videoSetup,
} from '../../state';
import { ErrorCard, Meter } from '../../ui';
import { CompareBar, SecondTake, TakeMenu } from './compare';
import { Playback } from './playback';
import { RangesButton } from './RangesButton';
import { PreviewLabel } from './PreviewLabel';
import { registerPlayer, seekTo } from './player';
import { ProposalBar } from './ProposalBar';
import { SampleControls } from './SampleControls';
import { StillScreen } from './StillScreen';
import { SubtitleLine, SubtitleMenu, useSubtitles } from './subtitles';
import { Timeline } from './Timeline';
import { clamp, roundAbout } from './timeline';
import { Transport } from './Transport';
import { useFrameTimes } from './use-frame-times';
import { usePreview } from './use-preview';
import { usePlayback } from './use-playback';
import { useScreen } from './use-screen';
import { useView } from './use-view';
import { isWhole, ZOOM_STEP, timeIn } from './view';
import styles from './VideoPane.module.css';

const NONE: readonly VideoNote[] = [];

export function VideoPane({ source }: { source: Source }) {
  const { t } = useTranslation();
  const info = useStore((s) => s.videos[source.id]?.info ?? null);
  const error = useStore((s) => s.videos[source.id]?.error ?? null);
  const notes = useStore((s) => s.videos[source.id]?.notes ?? NONE);
  const language = useLanguage();
  const opening = useStore((s) => s.videos[source.id]?.opening != null);
  /** Set while the list of ranges is open, perhaps to name one. */
  const [editing, setEditing] = useState<{ range: string | null } | null>(null);
  const [shownDuration, setShownDuration] = useState(0);
  const duration = info?.duration ?? shownDuration;
  const fps = info?.fps;
  const preview = usePreview(source.id, info !== null);
  const [playback] = useState(() => new Playback());
  const { attach, togglePlay, seek } = playback;
  const subtitles = useSubtitles(source.id, info !== null);
  const { toggle: toggleSubtitles } = subtitles;
  const compare = useStore((s) => videoSetup(s.project, source.id).compare);
  const other = useStore((s) =>
    s.project.sources.find(({ id, kind, present }) => id === compare?.with && kind === 'video' && present),
  );
  const frame = 1 / (fps && fps > 0 ? fps : 25);
  const moveTake = useCallback((frames: number) => moveOffset(source.id, frames * frame), [source.id, frame]);
  const part = useView(duration, playback);
  const { zoom, view } = part;
  const proposal = useStore((s) => (s.proposal?.source === source.id ? s.proposal : null));

  useEffect(() => openVideo(source.id), [source.id]);
  // A player's clock starts at the file's start time, but never below zero; previews start at zero.
  const begins = preview.way === 'original' ? Math.max(0, info?.startTime ?? 0) : 0;
  useEffect(() => playback.setClock(duration, fps, begins), [playback, duration, fps, begins]);
  const { screen, canvas } = useScreen(source.id, playback.wanted, playback.place);
  useEffect(() => playback.subscribe(screen.expect), [playback, screen]);
  const takeTimes = useCallback(
    (times: Float64Array | null) => (playback.setFrames(times), screen.look()),
    [playback, screen],
  );
  useFrameTimes(source.id, info !== null, takeTimes);
  const player = useCallback(
    (element: HTMLVideoElement | null) => {
      const [letGo, uncover] = [attach(element), element && screen.attach(element)];
      return () => (uncover?.(), letGo?.());
    },
    [attach, screen],
  );

  const [isTyping, setIsTyping] = useState(false);
  const well = useRef<HTMLDivElement>(null);
  const fullScreen = useCallback(
    () => void (document.fullscreenElement ? document.exitFullscreen() : well.current?.requestFullscreen()),
    [],
  );
  const denser = useCallback(() => {
    const at = playback.state().time;
    const home = rangeAt(rangesOf(source.id), at);
    const here = home ?? (isWhole(view, duration) ? roundAbout(frameTimes(source.id), at, duration) : view);
    void proposeDenser(source.id, { start: here.start, end: here.end }, 2);
  }, [source.id, playback, view, duration]);
  useEffect(() => dropProposal, [source.id]);

  const takeFrame = useCallback(() => void addFrame(source.id, playback.state().time), [source.id, playback]);
  useEffect(
    () =>
      registerPlayer({
        source: source.id,
        seek: playback.seek,
        togglePlay: playback.togglePlay,
        shuttle: playback.shuttle,
        pause: playback.pause,
        stepFrames: playback.stepFrames,
        takeFrame,
        changeSpeed: playback.changeSpeed,
        toggleMute: playback.toggleMute,
        fullScreen,
        denser: () => (useStore.getState().proposal ? denserStill() : denser()),
        toggleSubtitles,
        typeTime: () => setIsTyping(true),
        moveTake,
        timeAt: (place) => clamp(timeIn(view, place), 0, duration),
        zoom: (direction) => zoom(ZOOM_STEP ** direction, playback.state().time),
        mark: (edge) => markEdge(source.id, edge, playback.state().time),
      }),
    [source.id, playback, takeFrame, toggleSubtitles, moveTake, view, duration, zoom, denser, fullScreen],
  );

  return (
    <section className={styles.pane} aria-label={source.name} data-testid="video-pane">
      {other && compare && <CompareBar source={source} compare={compare} frame={frame} />}
      <div className={other ? styles.takes : styles.whole} ref={well}>
        <div className={styles.well}>
          {error ? (
            <div className={styles.error}>
              <ErrorCard error={error} />
            </div>
          ) : preview.url !== null ? (
            <video
              key={preview.url}
              ref={player}
              src={preview.url}
              className={styles.video}
              preload="auto"
              playsInline
              onClick={togglePlay}
              onLoadedMetadata={(event) => {
                const { duration: known, videoWidth } = event.currentTarget;
                if (videoWidth === 0)
                  preview.fail(); // sound only: Chromium does not know the video codec
                else if (Number.isFinite(known)) setShownDuration(known);
                playback.place(); // a preview continues at the same place
              }}
              onError={preview.fail}
            />
          ) : (
            <StillAtPlayhead playback={playback} source={source} preview={preview} />
          )}
          {preview.url !== null && !error && (
            <canvas ref={canvas} className={styles.screen} hidden aria-hidden data-testid="screen" />
          )}
          {preview.url !== null && !error && <PreviewLabel way={preview.way} />}
          {!error && <SubtitleLine subtitles={subtitles} playback={playback} />}
          {other && (
            <span className={styles.name}>
              <b>A</b> {source.name}
            </span>
          )}
        </div>
        {other && compare && <SecondTake key={other.id} source={other} compare={compare} playback={playback} />}
      </div>
      {notes.length > 0 && (
        <ul className={styles.notes}>
          {notes.map((note) => (
            <li key={inEnglish(note.text)}>{sentenceIn(note.text, language)}</li>
          ))}
        </ul>
      )}
      <div className={styles.desk}>
        <Timeline
          source={source.id}
          duration={duration}
          fps={fps && fps > 0 ? fps : 25}
          playback={playback}
          part={part}
          onSeek={seek}
          onAdd={(at) => void addFrame(source.id, at)}
          onEditRange={(range) => setEditing({ range })}
        />
        <div className={styles.row}>
          <Transport
            playback={playback}
            playable={preview.url !== null && !error}
            hasAudio={info?.hasAudio ?? false}
            onTakeFrame={takeFrame}
            onFullScreen={fullScreen}
            duration={duration}
            isTyping={isTyping}
            onTyping={setIsTyping}
            onGoTo={(time) => seekTo(source.id, time)}
            frameTime={(index) => playback.wanted().frames?.[index]}
          />
          <TakeMenu source={source.id} active={other !== undefined} />
          <SubtitleMenu source={source.id} subtitles={subtitles} onSeek={seek} />
          <span className={styles.facts} hidden={proposal !== null}>
            {info && `${info.width} × ${info.height} · ${Number(info.fps.toFixed(2))} fps · ${info.codec}`}
            {!info && opening && t('video.reading')}
          </span>
          {proposal && <ProposalBar proposal={proposal} />}
          {info !== null && !proposal && (
            <RangesButton
              source={source.id}
              playback={playback}
              editing={editing?.range ?? null}
              isOpen={editing !== null}
              onOpenChange={(open) => setEditing(open ? { range: null } : null)}
              onSeek={seek}
            />
          )}
          {!proposal && (
            <SampleControls
              source={source}
              disabled={info === null}
              comparing={Boolean(other && compare)}
              onDenser={denser}
            />
          )}
        </div>
        {!info && <Opening source={source.id} />}
      </div>
    </section>
  );
}

function StillAtPlayhead({
  playback,
  ...rest
}: { playback: Playback } & Omit<ComponentProps<typeof StillScreen>, 'time'>) {
  const time = usePlayback(playback, (state) => state.time);
  return <StillScreen {...rest} time={time} />;
}

/** Progress of reading the frames. A separate component, because it is updated often. */
function Opening({ source }: { source: string }) {
  const { t } = useTranslation();
  const opening = useStore((s) => s.videos[source]?.opening ?? null);
  return opening && <Meter label={t('video.reading')} done={opening.done} total={opening.total} />;
}
