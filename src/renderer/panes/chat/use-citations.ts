// SPDX-License-Identifier: Apache-2.0
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Origin, Receipt } from '../../../contract';
import { activateSource, pointAtCited, showCited, useStore } from '../../state';
import { seekTo } from '../video';
import type { FindCitations } from './citations';
import { findReferences, type Reference } from './references';

type Frame = Extract<Origin, { kind: 'frame' }>;

/**
 * Turns "view 3" and "0:04" in an answer into links to its pictures and moments. Anything it was not asked about stays
 * text.
 */
export function useCitations(receipt: Receipt | null): FindCitations | undefined {
  const { t } = useTranslation();
  return useMemo(() => {
    if (!receipt || receipt.pictures.length === 0) return undefined;
    return (text) =>
      findReferences(text).flatMap(({ start, end, to }) => {
        const way = wayTo(receipt, to);
        return way ? [{ start, end, label: t('chat.showPicture', { words: text.slice(start, end) }), ...way }] : [];
      });
  }, [receipt, t]);
}

function wayTo(
  { pictures }: Receipt,
  to: Reference,
): { follow: () => void; point?: (on: boolean) => void } | undefined {
  if (to.kind === 'time') {
    const frame = frameNear(pictures, to.seconds);
    return frame && { follow: () => goTo(frame, to.seconds) };
  }
  const sent = pictures[to.number - 1];
  if (!sent) return undefined;
  const { origin } = sent;
  return {
    follow: () => {
      void showCited(sent);
      if (origin.kind === 'frame') goTo(origin, origin.time);
    },
    point: (on) => pointAtCited(sent, on),
  };
}

/** The frame nearest to a moment, which determines the video. */
function frameNear(pictures: Receipt['pictures'], seconds: number): Frame | undefined {
  const frames = pictures.flatMap(({ origin }) => (origin.kind === 'frame' ? [origin] : []));
  const [first, ...rest] = frames;
  return rest.reduce(
    (best, frame) => (best && Math.abs(best.time - seconds) <= Math.abs(frame.time - seconds) ? best : frame),
    first,
  );
}

/** Seeks to a moment in the video of a frame. */
function goTo({ source }: Frame, seconds: number): void {
  const { project } = useStore.getState();
  if (!project.sources.some(({ id }) => id === source.id)) return;
  seekTo(source.id, seconds);
  if (project.activeSource !== source.id) void activateSource(source.id);
}
