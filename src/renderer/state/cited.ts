import { pictureName, type Item, type SentPicture } from '../../contract';
import { activateSource } from './sources';
import { get, set } from './store';
import { hoverItem, selectItems } from './tray';

/** The tray's item with this picture, if it is still there. */
const trayItem = ({ picture }: SentPicture): Item | undefined =>
  get().project.tray.find((item) => pictureName(item.picture) === pictureName(picture));

/** Shows a picture an answer names: its source large, the camera where it was, its place in the tray lit. */
export async function showCited(sent: SentPicture): Promise<void> {
  const item = trayItem(sent);
  const { id } = sent.origin.source;
  const { project } = get();
  const beside = project.setups[project.activeSource ?? '']?.compare?.with;
  if (project.activeSource !== id && beside !== id && project.sources.some((source) => source.id === id))
    await activateSource(id);
  if (item) selectItems([item.id]);
  set({ goTo: { item: item ?? { id: 'cited', origin: sent.origin, picture: sent.picture } } });
}

/** Lights the picture in the tray, and with it its place in the scene or on the timeline. */
export const pointAtCited = (sent: SentPicture, on: boolean): void =>
  hoverItem(on ? (trayItem(sent)?.id ?? null) : null);
