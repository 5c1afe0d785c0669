// SPDX-License-Identifier: Apache-2.0
import { useEffect } from 'react';
import {
  acceptProposal,
  bridge,
  closeDialog,
  copyLastAnswer,
  createProject,
  dropProposal,
  exportConversation,
  newConversation,
  openDialog,
  pickFiles,
  redo,
  sceneOnStage,
  stopAnswer,
  toggleModelEye,
  undo,
  useStore,
} from '../state';
import { heard } from '../keys';
import { activePlayer, type Player } from '../panes/video';
import { sampleActive } from './commands';
import { toggleConversation, toggleLibrary } from './panes';

const within = (target: EventTarget | null, selector: string): boolean =>
  target instanceof Element && target.closest(selector) !== null;

const TYPING = 'input, textarea, select, [contenteditable="true"]';
const PRESSABLE = 'button, a, [role="button"], [role="row"], [role="radio"], [role="option"]';
const MOVES = '[role="grid"], [role="slider"], [role="radiogroup"], [role="separator"], [data-scene-pane]';

const playing = (act: (player: Player) => void) => (): (() => void) | null => {
  const player = activePlayer();
  return player && (() => act(player));
};
const always = (act: () => void) => () => act;

/** The action for each key, by its default name; null if it does nothing now. */
const DOES: Readonly<Record<string, () => (() => void) | null>> = {
  Space: playing((player) => player.togglePlay()),
  J: playing((player) => player.shuttle(-1)),
  K: playing((player) => player.pause()),
  L: playing((player) => player.shuttle(1)),
  ArrowLeft: playing((player) => player.stepFrames(-1)),
  ArrowRight: playing((player) => player.stepFrames(1)),
  'Shift+ArrowLeft': playing((player) => player.stepFrames(-10)),
  'Shift+ArrowRight': playing((player) => player.stepFrames(10)),
  '<': playing((player) => player.changeSpeed(-1)),
  '>': playing((player) => player.changeSpeed(1)),
  T: playing((player) => player.typeTime()),
  'Shift+M': playing((player) => player.toggleMute()),
  F: playing((player) => player.fullScreen()),
  I: playing((player) => player.mark('in')),
  O: playing((player) => player.mark('out')),
  C: playing((player) => player.takeFrame()), // a scene handles C itself
  D: playing((player) => player.denser()),
  V: playing((player) => player.toggleSubtitles()),
  '[': playing((player) => player.moveTake(-1)),
  ']': playing((player) => player.moveTake(1)),
  '+': playing((player) => player.zoom(1)),
  '=': playing((player) => player.zoom(1)),
  '-': playing((player) => player.zoom(-1)),
  S: always(sampleActive),
  M: always(toggleModelEye),
  '?': always(() => openDialog({ kind: 'keys' })),
  Enter: () => (useStore.getState().proposal ? () => void acceptProposal() : null),
  'Mod+K': always(() => openDialog({ kind: 'commands' })),
  'Mod+Shift+F': always(() => openDialog({ kind: 'search' })),
  'Mod+Shift+P': always(() => openDialog({ kind: 'projects' })),
  'Mod+O': always(() => void pickFiles()),
  'Mod+N': always(() => void createProject()),
  'Mod+Shift+O': always(() => void newConversation()),
  'Mod+S': always(() => void exportConversation('markdown')),
  'Mod+Shift+C': always(() => void copyLastAnswer()),
  'Mod+B': always(toggleLibrary),
  'Mod+J': always(toggleConversation),
  'Mod+,': always(() => openDialog({ kind: 'settings' })),
  'Mod+Z': always(() => void undo()),
  'Mod+Shift+Z': always(() => void redo()),
  'Mod+Y': always(() => void redo()),
};

/** Keys that also work while typing, except that a text field uses them itself. */
const OF_TEXT = new Set(['Mod+Z', 'Mod+Shift+Z', 'Mod+Y']);

function actionFor(event: KeyboardEvent): (() => void) | null {
  if (event.defaultPrevented || event.isComposing) return null;
  if (useStore.getState().dialog || within(event.target, '[role="dialog"], [role="menu"], [role="listbox"]'))
    return null;
  if (event.key === 'Escape')
    return useStore.getState().proposal ? dropProposal : useStore.getState().live ? stopAnswer : null;
  const key = heard(event);
  if (key === null) return null;
  if (within(event.target, TYPING) && (OF_TEXT.has(key) || !(event.ctrlKey || event.metaKey))) return null;
  // The focused element's own keys have priority.
  if (/^(Enter| )$/.test(event.key) && within(event.target, PRESSABLE)) return null;
  if (/^(Arrow|Enter)/.test(event.key) && within(event.target, MOVES)) return null;
  return DOES[key]?.() ?? null;
}

/** Handles the keys that work wherever the focus is, except while typing. */
export function useShortcuts(): void {
  useEffect(() => {
    const onKey = (early: boolean) => (event: KeyboardEvent) => {
      if (early !== (event.ctrlKey || event.metaKey)) return;
      const action = actionFor(event);
      if (!action) return;
      event.preventDefault();
      action();
    };
    // Keys with Ctrl or Cmd are handled in the capture phase, because drag handles stop them from bubbling.
    const [first, last] = [onKey(true), onKey(false)];
    window.addEventListener('keydown', first, true);
    window.addEventListener('keydown', last);
    return () => {
      window.removeEventListener('keydown', first, true);
      window.removeEventListener('keydown', last);
    };
  }, []);
}

export function useMenuCommands(): void {
  useEffect(
    () =>
      bridge().on('menu.command', ({ command }) => {
        closeDialog();
        if (command === 'open') void pickFiles();
        else if (command === 'new-project') void createProject();
        else if (command === 'save-conversation') void exportConversation('markdown');
        else if (command === 'settings') openDialog({ kind: 'settings' });
        else if (command === 'happened') openDialog({ kind: 'happened' });
        else if (command === 'stop') stopAnswer();
        else if (command === 'sample') (sceneOnStage() ?? { sample: sampleActive }).sample();
        else if (sceneOnStage()) sceneOnStage()?.take();
        else activePlayer()?.takeFrame();
      }),
    [],
  );
}
