import type { TFunction } from 'i18next';
import type { Source } from '../../contract';
import {
  activateSource,
  clearConversation,
  clearTray,
  copyFfmpegCommand,
  createProject,
  changeSettings,
  evenPlan,
  exportPictures,
  exportSheet,
  openDialog,
  openLink,
  openSample,
  pickFiles,
  pickFolder,
  redoChange,
  regenerate,
  sample,
  stopAnswer,
  toggleModelEye,
  undoChange,
  useStore,
} from '../state';
import { activePlayer } from '../video';
import { modKey, shiftModKey } from './keys';
import { toggleConversation, toggleLibrary } from './panes';

export interface Command {
  id: string;
  name: string;
  keys?: string;
  run: () => void;
}

export const activeSource = (): Source | null => {
  const { project } = useStore.getState();
  return project.sources.find((source) => source.id === project.activeSource && source.present) ?? null;
};

export function sampleActive(): void {
  const source = activeSource();
  if (source?.kind === 'video') void sample(source.id, evenPlan(source.id));
}

/** Everything the window can do, by name; only what makes sense now. */
export function commandsNow(t: TFunction): Command[] {
  const { project, live, samples, settings, past, future } = useStore.getState();
  const source = activeSource();
  const zh = settings.language === 'zh' || document.documentElement.lang.startsWith('zh');
  const all: (Command | false | undefined)[] = [
    { id: 'open', name: t('command.open'), keys: modKey('O'), run: () => void pickFiles() },
    { id: 'open-folder', name: t('command.openFolder'), run: () => void pickFolder() },
    { id: 'new', name: t('app.newProject'), keys: modKey('N'), run: () => void createProject() },
    source?.kind === 'video' && {
      id: 'sample',
      name: t('video.sample', { count: settings.frameCount }),
      keys: 'S',
      run: sampleActive,
    },
    source?.kind === 'video' && { id: 'denser', name: t('denser.here'), keys: 'D', run: () => activePlayer()?.denser() },
    live !== null && { id: 'stop', name: t('chat.stop'), keys: 'Esc', run: stopAnswer },
    live === null &&
      project.messages.at(-1)?.role === 'assistant' && {
        id: 'again',
        name: t('chat.regenerate'),
        run: () => void regenerate(),
      },
    past.length > 0 && { id: 'undo', name: t('tray.undo'), keys: modKey('Z'), run: undoChange },
    future.length > 0 && { id: 'redo', name: t('tray.redo'), keys: shiftModKey('Z'), run: redoChange },
    project.tray.length > 0 && { id: 'clear-tray', name: t('tray.clear'), run: clearTray },
    project.tray.length > 0 && { id: 'export-png', name: `${t('export.title')}: ${t('export.png')}`, run: () => void exportPictures({ kind: 'png' }) },
    project.tray.length > 0 && { id: 'export-sheet', name: `${t('export.title')}: ${t('export.sheet')}`, run: () => void exportSheet() },
    project.tray.some(({ origin }) => origin.kind === 'frame') && { id: 'export-command', name: t('export.command'), run: () => void copyFfmpegCommand() },
    project.tray.length > 0 && { id: 'eye', name: t('tray.modelEye'), keys: 'M', run: toggleModelEye },
    project.messages.length > 0 && { id: 'clear-chat', name: t('chat.clear'), run: () => void clearConversation() },
    { id: 'interleaved', name: t('command.interleaved'), run: () => void changeSettings({ placement: 'interleaved' }) },
    { id: 'front', name: t('command.front'), run: () => void changeSettings({ placement: 'front' }) },
    { id: 'library', name: t('command.toggleLibrary'), keys: modKey('B'), run: toggleLibrary },
    { id: 'conversation', name: t('command.toggleConversation'), keys: modKey('J'), run: toggleConversation },
    { id: 'dark', name: t('command.dark'), run: () => void changeSettings({ theme: 'dark' }) },
    { id: 'light', name: t('command.light'), run: () => void changeSettings({ theme: 'light' }) },
    { id: 'settings', name: t('settings.title'), keys: modKey(','), run: () => openDialog({ kind: 'settings' }) },
    { id: 'keys', name: t('keys.title'), keys: '?', run: () => openDialog({ kind: 'keys' }) },
    { id: 'licences', name: t('command.licences'), run: () => void openLink('licences') },
    ...project.sources
      .filter((x) => x.id !== project.activeSource)
      .map((x) => ({ id: `go-${x.id}`, name: t('command.go', { name: x.name }), run: () => void activateSource(x.id) })),
    ...samples.map((x) => ({
      id: `sample-${x.id}`,
      name: t('command.sample', { name: zh ? x.title.zh : x.title.en }),
      run: () => void openSample(x.id),
    })),
  ];
  return all.filter((command) => typeof command === 'object');
}
