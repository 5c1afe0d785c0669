// SPDX-License-Identifier: Apache-2.0
import type { TFunction } from 'i18next';
import {
  ArrowLeft,
  ArrowRight,
  Brackets,
  Clock,
  Copy,
  Eye,
  Film,
  FolderSearch,
  Grid2X2,
  ImagePlus,
  Layers,
  MapPin,
  Pencil,
  ReceiptText,
  RotateCcw,
  Scissors,
  X,
  type LucideIcon,
} from 'lucide-react';
import type { Item, Message, Source, VideoRange } from '../../contract';
import { keyNow, type ActionId } from '../keys';
import { activePlayer, seekTo } from '../panes/video';
import {
  activateSource,
  addPhotos,
  addSources,
  canDivide,
  chooseRange,
  divide,
  editQuestion,
  evenPlan,
  exportClip,
  inputSizeNow,
  locateSource,
  nudgeItems,
  openDialog,
  regenerate,
  removeItems,
  removeRange,
  removeSources,
  sample,
  showItem,
  showSourceFile,
  useStore,
} from '../state';

/** One entry of a menu; null: a line between entries. */
export type MenuEntry = {
  name: string;
  icon?: LucideIcon;
  keys?: string;
  isDisabled?: boolean;
  run: () => void;
} | null;

/**
 * What can be done with the thing at an element of the window; empty if that is nothing in particular.
 * @param x the pointer's place in the window, in pixels; null: the keyboard asks.
 */
export function entriesAt(target: HTMLElement, x: number | null, t: TFunction): MenuEntry[] {
  const { project } = useStore.getState();
  const value = (name: string) => target.closest<HTMLElement>(`[data-${name}]`)?.dataset[name];
  const source = project.sources.find(({ id }) => id === value('source'));
  if (source) return entriesOfSource(source, t);
  const item = project.tray.find(({ id }) => id === value('item'));
  if (item) return entriesOfItem(item, t);
  const message = project.messages.find(({ id }) => id === value('message'));
  if (message) return entriesOfMessage(message, t);
  const range = Object.entries(project.segments)
    .flatMap(([of, ranges]) => ranges.map((one) => ({ ...one, of })))
    .find(({ id }) => id === value('range'));
  if (range) return entriesOfRange(range.of, range, t);
  const track = target.closest('[data-testid=timeline]') && target.closest('[data-track]');
  if (track || target.closest('[data-testid=video-pane]')) return entriesOfVideo(track, x, t);
  return [];
}

const keyed = (action: ActionId, t: TFunction) => {
  const keys = keyNow(action, t('keys.space'));
  return keys === undefined ? {} : { keys };
};

/** What can be done with all selected files, if the one at the pointer is among several of them. */
function entriesOfSources(chosen: readonly Source[], t: TFunction): MenuEntry[] {
  const ids = chosen.map(({ id }) => id);
  const pictured = chosen.filter(({ kind, present }) => kind !== 'scene' && present);
  return [
    {
      name: t('library.addChosen'),
      icon: ImagePlus,
      isDisabled: pictured.length === 0,
      run: () => void addSources(ids),
    },
    null,
    {
      name: t('library.removeCount', { count: ids.length }),
      icon: X,
      keys: 'Delete',
      run: () => void removeSources(ids),
    },
  ];
}

function entriesOfSource(source: Source, t: TFunction): MenuEntry[] {
  const { selectedSources } = useStore.getState();
  if (selectedSources.size > 1 && selectedSources.has(source.id))
    return entriesOfSources(
      useStore.getState().project.sources.filter(({ id }) => selectedSources.has(id)),
      t,
    );
  const { id, kind, present } = source;
  const { settings, videos, project } = useStore.getState();
  const isRead = kind === 'video' && videos[id]?.info != null;
  return [
    { name: t('library.show'), icon: Eye, isDisabled: project.activeSource === id, run: () => void activateSource(id) },
    ...(isRead && present
      ? [
          {
            name: t('video.sample', { count: settings.frameCount }),
            icon: Film,
            run: () => void sample(id, evenPlan(id)),
          },
        ]
      : []),
    ...(kind === 'photo' && present
      ? [{ name: t('library.addPhoto'), icon: ImagePlus, run: () => void addPhotos([id]) }]
      : []),
    present
      ? { name: t('library.showFile'), icon: FolderSearch, run: () => void showSourceFile(id) }
      : { name: t('library.locate'), icon: MapPin, run: () => void locateSource(id) },
    null,
    { name: t('library.remove'), icon: X, keys: 'Delete', run: () => void removeSources([id]) },
  ];
}

function entriesOfItem(item: Item, t: TFunction): MenuEntry[] {
  const { selected, project } = useStore.getState();
  const ids = selected.has(item.id) ? [...selected] : [item.id];
  const at = project.tray.findIndex(({ id }) => id === item.id);
  const size = inputSizeNow();
  const isHere = project.sources.some(({ id, present }) => id === item.origin.source.id && present);
  return [
    { name: t('tray.large'), icon: Eye, keys: 'Enter', run: () => openDialog({ kind: 'picture', item }) },
    {
      name: t('tray.showSource', { name: item.origin.source.name }),
      icon: MapPin,
      isDisabled: !isHere,
      run: () => void goToItem(item),
    },
    ...(size !== null && canDivide(item, size)
      ? [{ name: t('tray.tiles'), icon: Grid2X2, keys: '+', run: () => void divide(item) }]
      : []),
    null,
    { name: t('tray.earlier'), icon: ArrowLeft, keys: 'Alt+←', isDisabled: at === 0, run: () => nudgeItems(ids, -1) },
    {
      name: t('tray.later'),
      icon: ArrowRight,
      keys: 'Alt+→',
      isDisabled: at === project.tray.length - 1,
      run: () => nudgeItems(ids, 1),
    },
    null,
    { name: t('tray.removeCount', { count: ids.length }), icon: X, keys: 'Delete', run: () => removeItems(ids) },
  ];
}

async function goToItem(item: Item): Promise<void> {
  await showItem(item);
  if (item.origin.kind === 'frame') seekTo(item.origin.source.id, item.origin.time);
}

function entriesOfMessage(message: Message, t: TFunction): MenuEntry[] {
  const isBusy = useStore.getState().live !== null;
  const { id, text } = message;
  const copy = {
    name: t(message.role === 'user' ? 'chat.copyQuestion' : 'chat.copy'),
    icon: Copy,
    isDisabled: text === '',
    run: () => void navigator.clipboard.writeText(text),
  };
  if (message.role === 'user')
    return [copy, { name: t('chat.edit'), icon: Pencil, isDisabled: isBusy, run: () => editQuestion(id) }];
  return [
    copy,
    {
      name: t('chat.receipt'),
      icon: ReceiptText,
      isDisabled: message.receipt === null,
      run: () => openDialog({ kind: 'receipt', message: id }),
    },
    { name: t('chat.regenerate'), icon: RotateCcw, isDisabled: isBusy, run: () => void regenerate(id) },
  ];
}

function entriesOfRange(source: string, { id, start, end, chosen }: VideoRange, t: TFunction): MenuEntry[] {
  return [
    { name: t('ranges.goTo'), icon: MapPin, run: () => seekTo(source, start) },
    {
      name: t(chosen ? 'ranges.leaveOut' : 'ranges.include'),
      icon: Brackets,
      keys: t('keys.space'),
      run: () => chooseRange(source, id, !chosen),
    },
    null,
    { name: t('ranges.saveExact'), icon: Scissors, run: () => void exportClip(source, { start, end }, 'exact') },
    { name: t('ranges.saveCopy'), icon: Copy, run: () => void exportClip(source, { start, end }, 'copy') },
    null,
    { name: t('ranges.removeIt'), icon: X, keys: 'Delete', run: () => removeRange(source, id) },
  ];
}

/** @param track the line of the timeline under the pointer: what is added is where the pointer is. */
function entriesOfVideo(track: Element | null, x: number | null, t: TFunction): MenuEntry[] {
  const player = activePlayer();
  if (!player) return [];
  const box = track?.getBoundingClientRect();
  const place = x !== null && box && box.width > 0 ? (x - box.left) / box.width : null;
  /** Does something where the pointer is, or else at the playhead. */
  const there = (act: () => void) => () => {
    if (place !== null && place >= 0 && place <= 1) player.seek(player.timeAt(place));
    act();
  };
  return [
    { name: t('video.takeFrame'), icon: ImagePlus, ...keyed('take', t), run: there(() => player.takeFrame()) },
    { name: t('denser.here'), icon: Layers, ...keyed('denser', t), run: there(() => player.denser()) },
    null,
    { name: t('ranges.in'), icon: Brackets, ...keyed('in', t), run: there(() => player.mark('in')) },
    { name: t('ranges.out'), icon: Brackets, ...keyed('out', t), run: there(() => player.mark('out')) },
    null,
    { name: t('video.goTo'), icon: Clock, ...keyed('goTo', t), run: () => setTimeout(() => player.typeTime()) },
  ];
}
