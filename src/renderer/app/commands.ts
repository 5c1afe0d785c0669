// SPDX-License-Identifier: Apache-2.0
import type { TFunction } from 'i18next';
import { languageOf, modelsOf, type Source } from '../../contract';
import { sameModel } from '../models';
import {
  activateSource,
  chooseModel,
  deleteConversation,
  clearTray,
  copyFfmpegCommand,
  copyLastAnswer,
  createProject,
  changeSettings,
  evenPlan,
  exportConversation,
  exportPictures,
  exportSheet,
  lastAnswer,
  newConversation,
  openConversation,
  openDialog,
  openLink,
  openSample,
  pickFiles,
  pickFolder,
  redo,
  regenerate,
  sample,
  stopAnswer,
  toggleModelEye,
  undo,
  useStore,
} from '../state';
import { activePlayer } from '../panes/video';
import { undoWords } from '../tray';
import { keyNow, type ActionId } from '../keys';
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

/** All commands of the window by name; only those that are possible now. */
export function commandsNow(t: TFunction): Command[] {
  const state = useStore.getState();
  const { project, live, servers, samples, settings, locale, past, future } = state;
  const [undone, redone] = [past.at(-1), future[0]];
  const source = activeSource();
  const language = languageOf(settings.language, locale);
  const keys = (id: ActionId) => {
    const key = keyNow(id, t('keys.space'));
    return key === undefined ? {} : { keys: key };
  };
  const all: (Command | false | undefined)[] = [
    { id: 'open', name: t('command.open'), ...keys('open'), run: () => void pickFiles() },
    { id: 'open-folder', name: t('command.openFolder'), run: () => void pickFolder() },
    { id: 'search', name: t('search.title'), ...keys('search'), run: () => openDialog({ kind: 'search' }) },
    { id: 'projects', name: t('projects.all'), ...keys('projects'), run: () => openDialog({ kind: 'projects' }) },
    { id: 'new', name: t('app.newProject'), ...keys('new'), run: () => void createProject() },
    source?.kind === 'video' && {
      id: 'sample',
      name: t('video.sample', { count: settings.frameCount }),
      ...keys('sample'),
      run: sampleActive,
    },
    source?.kind === 'video' && {
      id: 'denser',
      name: t('denser.here'),
      ...keys('denser'),
      run: () => activePlayer()?.denser(),
    },
    source?.kind === 'video' && {
      id: 'go-to-time',
      name: t('video.goTo'),
      ...keys('goTo'),
      run: () => activePlayer()?.typeTime(),
    },
    source?.kind === 'video' && {
      id: 'full-screen',
      name: t('video.fullScreen'),
      ...keys('fullScreen'),
      run: () => activePlayer()?.fullScreen(),
    },
    live !== null && { id: 'stop', name: t('chat.stop'), keys: 'Esc', run: stopAnswer },
    live === null &&
      project.messages.at(-1)?.role === 'assistant' && {
        id: 'again',
        name: t('chat.regenerate'),
        run: () => void regenerate(),
      },
    undone && { id: 'undo', name: undoWords('undo', undone, t), ...keys('undo'), run: () => void undo() },
    redone && { id: 'redo', name: undoWords('redo', redone, t), ...keys('redo'), run: () => void redo() },
    project.tray.length > 0 && { id: 'clear-tray', name: t('tray.clear'), run: clearTray },
    project.tray.length > 0 && {
      id: 'export-png',
      name: `${t('export.title')}: ${t('export.png')}`,
      run: () => void exportPictures({ kind: 'png' }),
    },
    project.tray.length > 0 && {
      id: 'export-sheet',
      name: `${t('export.title')}: ${t('export.sheet')}`,
      run: () => void exportSheet(),
    },
    project.tray.some(({ origin }) => origin.kind === 'frame') && {
      id: 'export-command',
      name: t('export.command'),
      run: () => void copyFfmpegCommand(),
    },
    project.tray.length > 0 && { id: 'eye', name: t('tray.modelEye'), ...keys('eye'), run: toggleModelEye },
    lastAnswer(project) !== undefined && {
      id: 'copy-answer',
      name: t('chat.copyLast'),
      ...keys('copyAnswer'),
      run: () => void copyLastAnswer(),
    },
    project.messages.length > 0 && {
      id: 'save-chat',
      name: t('chat.markdown'),
      ...keys('saveChat'),
      run: () => void exportConversation('markdown'),
    },
    project.messages.length > 0 && {
      id: 'save-chat-html',
      name: t('chat.html'),
      run: () => void exportConversation('html'),
    },
    project.messages.length > 0 && {
      id: 'save-chat-json',
      name: t('chat.json'),
      run: () => void exportConversation('json'),
    },
    project.messages.length > 0 && {
      id: 'new-chat',
      name: t('chat.new'),
      ...keys('newConversation'),
      run: () => void newConversation(),
    },
    project.messages.length > 0 && { id: 'delete-chat', name: t('chat.delete'), run: () => void deleteConversation() },
    ...project.conversations
      .filter(({ id, name }) => id !== project.conversation && name !== '')
      .map(({ id, name }) => ({
        id: `chat-${id}`,
        name: t('command.chat', { name }),
        run: () => void openConversation(id),
      })),
    { id: 'interleaved', name: t('command.interleaved'), run: () => void changeSettings({ placement: 'interleaved' }) },
    { id: 'front', name: t('command.front'), run: () => void changeSettings({ placement: 'front' }) },
    { id: 'library', name: t('command.toggleLibrary'), ...keys('library'), run: toggleLibrary },
    { id: 'conversation', name: t('command.toggleConversation'), ...keys('conversation'), run: toggleConversation },
    { id: 'dark', name: t('command.dark'), run: () => void changeSettings({ theme: 'dark' }) },
    { id: 'light', name: t('command.light'), run: () => void changeSettings({ theme: 'light' }) },
    { id: 'settings', name: t('settings.title'), ...keys('settings'), run: () => openDialog({ kind: 'settings' }) },
    {
      id: 'servers',
      name: t('models.addServer'),
      run: () => openDialog({ kind: 'settings', section: 'servers' }),
    },
    { id: 'keys', name: t('keys.title'), ...keys('keys'), run: () => openDialog({ kind: 'keys' }) },
    { id: 'presets', name: t('presets.edit'), run: () => openDialog({ kind: 'presets' }) },
    { id: 'questions', name: t('ready.edit'), run: () => openDialog({ kind: 'questions' }) },
    { id: 'happened', name: t('happened.title'), run: () => openDialog({ kind: 'happened' }) },
    { id: 'licences', name: t('command.licences'), run: () => void openLink('licences') },
    project.model !== null && { id: 'ask-local', name: t('models.askLocal'), run: () => void chooseModel(null) },
    ...servers.flatMap((server) =>
      modelsOf(server)
        .filter(({ id }) => !sameModel(project.model, { server: server.id, model: id }))
        .map(({ id }) => ({
          id: `ask-${server.id}-${id}`,
          name: t('models.ask', { model: id, server: server.name }),
          run: () => void chooseModel({ server: server.id, model: id }),
        })),
    ),
    ...project.sources
      .filter((x) => x.id !== project.activeSource)
      .map((x) => ({
        id: `go-${x.id}`,
        name: t('command.go', { name: x.name }),
        run: () => void activateSource(x.id),
      })),
    ...samples.map((x) => ({
      id: `sample-${x.id}`,
      name: t('command.sample', { name: x.title[language] }),
      run: () => void openSample(x.id),
    })),
  ];
  return all.filter((command) => typeof command === 'object');
}
