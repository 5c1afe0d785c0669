// SPDX-License-Identifier: Apache-2.0
import { PresetsDialog, QuestionsDialog, ReceiptDialog } from '../panes/chat';
import { SettingsDialog } from '../panes/settings';
import { closeDialog, useStore } from '../state';
import { PictureDialog } from '../tray';
import { CommandPalette } from './CommandPalette';
import { HappenedDialog } from './HappenedDialog';
import { KeysDialog } from './KeysDialog';
import { ProjectsDialog } from './ProjectsDialog';
import { SearchDialog } from './SearchDialog';

/** Shows the open dialog, over everything else; there is at most one. */
export function Dialogs() {
  const dialog = useStore((s) => s.dialog);
  switch (dialog?.kind) {
    case 'settings':
      return <SettingsDialog section={dialog.section} onClose={closeDialog} />;
    case 'commands':
      return <CommandPalette onClose={closeDialog} />;
    case 'search':
      return <SearchDialog onClose={closeDialog} />;
    case 'questions':
      return <QuestionsDialog onClose={closeDialog} />;
    case 'presets':
      return <PresetsDialog onClose={closeDialog} />;
    case 'projects':
      return <ProjectsDialog onClose={closeDialog} />;
    case 'happened':
      return <HappenedDialog onClose={closeDialog} />;
    case 'keys':
      return <KeysDialog onClose={closeDialog} />;
    case 'picture':
      return <PictureDialog item={dialog.item} onClose={closeDialog} />;
    case 'receipt':
      return <ReceiptDialog message={dialog.message} beside={dialog.beside} onClose={closeDialog} />;
    default:
      return null;
  }
}
