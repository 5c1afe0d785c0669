import { bridge } from './bridge';
import { useStore, type AppStore } from './store';

/** At most this often: it makes the page collect its garbage too, which takes some hundredths of a second. */
const EVERY_MS = 30_000;
/** After the change that took pictures from the screen, so that they are gone. */
const SETTLE_MS = 3_000;

/**
 * Chromium keeps up to 2,000 pictures that were once shown, each with the file it came from: hundreds of megabytes after
 * an hour of sampling. They are dropped when pictures have left the screen.
 */
export function dropUnseenPictures(): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let last = -Infinity;
  const drop = (): void => {
    timer = undefined;
    last = performance.now();
    bridge().dropPictures();
  };
  return useStore.subscribe((now, before) => {
    if (timer !== undefined || !lostPictures(now, before)) return;
    timer = setTimeout(() => requestIdleCallback(drop), Math.max(SETTLE_MS, last + EVERY_MS - performance.now()));
  });
}

function lostPictures({ project: now }: AppStore, { project: before }: AppStore): boolean {
  if (now.id !== before.id) return true;
  if (now.tray === before.tray) return now.messages.length < before.messages.length || now.activeSource !== before.activeSource;
  const kept = new Set(now.tray.map(({ id }) => id));
  return before.tray.some(({ id }) => !kept.has(id));
}
