// SPDX-License-Identifier: Apache-2.0
import { app, shell } from 'electron';
import { join } from 'node:path';
import { say, ZoetropeError } from '../contract';

const DOCUMENTS = {
  licences: app.isPackaged ? 'NOTICES.txt' : 'out/NOTICES.txt',
  'model-card': 'models/starter/README.md',
} as const;

/**
 * Opens a document that is shipped with the app in the user's own program. The window can open nothing else outside.
 */
export async function openLink(link: keyof typeof DOCUMENTS, folder: string): Promise<void> {
  const failure = await shell.openPath(join(folder, DOCUMENTS[link]));
  if (failure !== '')
    throw new ZoetropeError(
      'file-missing',
      say`The document could not be opened.`,
      say`Look for it in the app folder.`,
      failure,
    );
}
