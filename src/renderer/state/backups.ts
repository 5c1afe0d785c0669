import type { BackupInfo } from '../../contract';
import { bridge, take } from './bridge';
import { receiveProject } from './project';
import { set } from './store';

export const listBackups = (): Promise<BackupInfo[] | undefined> => take(() => bridge()['library.backups'](undefined));
export const makeBackup = (): Promise<BackupInfo[] | undefined> => take(() => bridge()['library.backup'](undefined));

/** @returns whether it was restored; if not, the user was told why. */
export async function restoreBackup(backup: string): Promise<boolean> {
  const project = await take(() => bridge()['library.restore']({ backup }));
  if (!project) return false;
  receiveProject(project);
  set({ past: [], future: [], run: null }); // the old library's changes can no longer be undone
  return true;
}
