// SPDX-License-Identifier: Apache-2.0
import { say, ZoetropeError } from '../../contract';
import { bridge, unwrap } from './bridge';
import { exportJob } from './export';
import { notify } from './notices';
import { flushDraft, receiveProject } from './project';
import { get, set } from './store';

/** Writes a project into one file that the user chooses, with its videos, photographs and scenes if wanted. */
export async function saveProject(project: string, media: boolean): Promise<void> {
  if (project === get().project.id) flushDraft();
  const saved = await exportJob(
    'project',
    (progress, signal) => {
      const handle = bridge()['project.save']({ project, media }, ({ done, total }) => progress(done, total));
      signal.addEventListener('abort', () => handle.cancel());
      return unwrap(() => handle.result);
    },
    'bytes',
  );
  if (saved) set({ exported: { of: 'project', what: 'project', place: saved.name } });
}

/** Adds the project of a file that was opened, and shows it. */
export async function importProject(ticket: string): Promise<void> {
  flushDraft();
  const added = await exportJob(
    'project',
    (progress, signal) => {
      const handle = bridge()['project.import']({ ticket }, ({ done, total }) => progress(done, total));
      signal.addEventListener('abort', () => handle.cancel());
      return unwrap(() => handle.result);
    },
    'bytes',
  );
  if (!added) return;
  receiveProject(added.project);
  if (added.lost > 0) {
    const message = say`Parts of this project file that are damaged and were left out: ${added.lost}.`;
    notify(new ZoetropeError('file-unreadable', message, say`Everything else is there.`).toInfo());
  }
}

/** Asks for a project file and adds its project. @returns whether one was chosen. */
export async function pickProject(): Promise<boolean> {
  const ticket = await unwrap(() => bridge()['project.pick'](undefined));
  if (!ticket) return false;
  await importProject(ticket);
  return true;
}
