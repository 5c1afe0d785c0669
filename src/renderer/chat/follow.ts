import { pictureName, type Origin, type Receipt } from '../../contract';
import { activateSource, hoverItem, selectItems, useStore } from '../state';
import { seekTo } from '../video';
import type { Reference } from './references';

type Frame = Extract<Origin, { kind: 'frame' }>;

/** The frame an answer saw that is nearest to a moment: it says which video is meant. */
function frameNear(receipt: Receipt, seconds: number): Frame | null {
  const frames = receipt.pictures.flatMap(({ origin }) => (origin.kind === 'frame' ? [origin] : []));
  return frames.reduce<Frame | null>((best, frame) => (best && Math.abs(best.time - seconds) <= Math.abs(frame.time - seconds) ? best : frame), null);
}

/** Whether there is something to go to: a model may speak of frames it was never given. */
export function canFollow(receipt: Receipt | null, to: Reference): boolean {
  if (!receipt) return false;
  if (to.kind === 'picture') return to.number >= 1 && to.number <= receipt.pictures.length;
  return frameNear(receipt, to.seconds) !== null;
}

/** Moves the player to a moment; lights a picture in the tray and moves the player to its time. */
export function follow(receipt: Receipt, to: Reference): void {
  const sent = to.kind === 'picture' ? receipt.pictures[to.number - 1] : undefined;
  if (sent) {
    const name = pictureName(sent.picture);
    const item = useStore.getState().project.tray.find(({ picture, origin }) => pictureName(picture) === name && origin.source.id === sent.origin.source.id);
    if (item) {
      selectItems([item.id]);
      hoverItem(item.id);
      document.querySelector(`[data-item="${CSS.escape(item.id)}"]`)?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    }
  }
  const frame = to.kind === 'time' ? frameNear(receipt, to.seconds) : sent?.origin.kind === 'frame' ? sent.origin : null;
  const source = frame?.source.id ?? sent?.origin.source.id;
  const { project } = useStore.getState();
  if (source === undefined || !project.sources.some(({ id }) => id === source)) return;
  if (frame) seekTo(frame.source.id, to.kind === 'time' ? to.seconds : frame.time);
  if (project.activeSource !== source) void activateSource(source);
}
