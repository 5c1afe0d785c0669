import { useEffect } from 'react';
import {
  acceptProposal,
  bridge,
  closeDialog,
  createProject,
  dropProposal,
  openDialog,
  pickFiles,
  redoChange,
  stopAnswer,
  toggleModelEye,
  undoChange,
  useStore,
} from '../state';
import { activePlayer } from '../video';
import { sampleActive } from './commands';
import { isMod } from './keys';
import { toggleConversation, toggleLibrary } from './panes';

const within = (target: EventTarget | null, selector: string): boolean =>
  target instanceof Element && target.closest(selector) !== null;

const TYPING = 'input, textarea, select, [contenteditable="true"]';
const PRESSABLE = 'button, a, [role="button"], [role="row"], [role="radio"], [role="option"]';
const MOVES = '[role="grid"], [role="slider"], [role="radiogroup"], [role="separator"], [data-scene-pane]';

function withMod(event: KeyboardEvent): (() => void) | null {
  const typing = within(event.target, TYPING);
  switch (event.key.toLowerCase()) {
    case 'k':
      return () => openDialog({ kind: 'commands' });
    case 'o':
      return () => void pickFiles();
    case 'n':
      return () => void createProject();
    case 'b':
      return toggleLibrary;
    case 'j':
      return toggleConversation;
    case ',':
      return () => openDialog({ kind: 'settings' });
    case 'z':
      return typing ? null : event.shiftKey ? redoChange : undoChange;
    case 'y':
      return typing ? null : redoChange;
    default:
      return null;
  }
}

function plain(event: KeyboardEvent): (() => void) | null {
  const player = activePlayer();
  switch (event.key.toLowerCase()) {
    case ' ':
      return player && !within(event.target, PRESSABLE) ? () => player.togglePlay() : null;
    case 'arrowleft':
    case 'arrowright': {
      if (!player || within(event.target, MOVES)) return null;
      const n = (event.key === 'ArrowLeft' ? -1 : 1) * (event.shiftKey ? 10 : 1);
      return () => player.stepFrames(n);
    }
    case 'j':
      return player && (() => player.shuttle(-1));
    case 'k':
      return player && (() => player.pause());
    case 'l':
      return player && (() => player.shuttle(1));
    case 'i':
      return player && (() => player.mark('in'));
    case 'o':
      return player && (() => player.mark('out'));
    case 'c':
      return player && (() => player.takeFrame()); // a scene answers to C itself
    case 'd':
      return player && (() => player.denser());
    case 'enter':
      return useStore.getState().proposal && !within(event.target, `${PRESSABLE}, ${MOVES}`) ? () => void acceptProposal() : null;
    case 'v':
      return player && (() => player.toggleSubtitles());
    case '[':
    case ']':
      return player && (() => player.moveTake(event.key === '[' ? -1 : 1));
    case '+':
    case '=':
      return player && (() => player.zoom(1));
    case '-':
      return player && (() => player.zoom(-1));
    case 's':
      return sampleActive;
    case 'm':
      return toggleModelEye;
    case '?':
      return () => openDialog({ kind: 'keys' });
    default:
      return null;
  }
}

function actionFor(event: KeyboardEvent): (() => void) | null {
  if (event.defaultPrevented || event.isComposing) return null;
  if (useStore.getState().dialog || within(event.target, '[role="dialog"], [role="menu"], [role="listbox"]')) return null;
  if (event.key === 'Escape') return useStore.getState().proposal ? dropProposal : useStore.getState().live ? stopAnswer : null;
  if (isMod(event) && !event.altKey) return withMod(event);
  if (event.altKey || event.ctrlKey || event.metaKey || within(event.target, TYPING)) return null;
  return plain(event);
}

/** The keys that work wherever the focus is, unless one is typing. */
export function useShortcuts(): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const action = actionFor(event);
      if (!action) return;
      event.preventDefault();
      action();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
}

export function useMenuCommands(): void {
  useEffect(
    () =>
      bridge().on('menu.command', ({ command }) => {
        closeDialog();
        if (command === 'open') void pickFiles();
        else if (command === 'new-project') void createProject();
        else if (command === 'settings') openDialog({ kind: 'settings' });
        else if (command === 'stop') stopAnswer();
        else if (command === 'sample' && activePlayer()) sampleActive();
        else if (command === 'sample') press('s');
        else if (activePlayer()) activePlayer()?.takeFrame();
        else press('c');
      }),
    [],
  );
}

/** The scene pane listens to keys of its own; a menu entry stands for one. */
function press(key: string): void {
  window.dispatchEvent(new KeyboardEvent('keydown', { key, code: `Key${key.toUpperCase()}`, bubbles: true }));
}
