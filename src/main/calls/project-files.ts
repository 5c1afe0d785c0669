// SPDX-License-Identifier: Apache-2.0
import { randomUUID } from 'node:crypto';
import { statfs } from 'node:fs/promises';
import { basename } from 'node:path';
import { paced, say, ZoetropeError, type MainHandlers } from '../../contract';
import type { Library } from '../../library';
import type { CurrentProject } from '../current-project';
import type { OpenDialogs } from '../dialogs';
import type { EngineSupervisor } from '../engine-supervisor';
import { PROJECT_ENDING, readProjectFile, writeProjectFile } from '../project-file';

/** Project files that were opened and wait for `project.import`. */
export class OpenedProjectFiles {
  readonly #paths = new Map<string, string>();

  /** @returns the ticket for a file. */
  add(path: string): string {
    const ticket = randomUUID();
    this.#paths.set(ticket, path);
    return ticket;
  }

  /** The file of a ticket, which is then used up. @throws bad-request */
  take(ticket: string): string {
    const path = this.#paths.get(ticket);
    if (path === undefined)
      throw new ZoetropeError('bad-request', say`That project file is no longer open.`, say`Open it again.`);
    this.#paths.delete(ticket);
    return path;
  }
}

interface Needs {
  library: Library;
  project: CurrentProject;
  engine: EngineSupervisor;
  dialogs: OpenDialogs;
  opened: OpenedProjectFiles;
  /** Version of the app. */
  version: string;
  /** The file of a picture by its name in the store. */
  pictureFile: (name: string) => string;
  /** Called with each file that was written. */
  onWritten: (path: string) => void;
}

/** Calls that write a project into one file, and add the project of a file. */
export const projectFileCalls = ({
  library,
  project,
  engine,
  dialogs,
  opened,
  version,
  pictureFile,
  onWritten,
}: Needs) =>
  ({
    'project.save': async ({ project: id, media }, emit, signal) => {
      const file = await dialogs.newProjectFile(library.readProject(id).name, PROJECT_ENDING);
      if (file === undefined) return null;
      await writeProjectFile(library, id, file, { media, version, pictureFile, onProgress: paced(emit), signal });
      onWritten(file);
      return { name: basename(file) };
    },
    'project.pick': async () => {
      const file = await dialogs.projectFile(PROJECT_ENDING);
      return file === undefined ? null : opened.add(file);
    },
    'project.import': async ({ ticket }, emit, signal) => {
      const { project: id, lost } = await readProjectFile(library, opened.take(ticket), {
        mediaFolder: async (files, bytes) => {
          const folder = await dialogs.mediaFolder(files, bytes);
          if (folder !== undefined) await checkRoom(folder, bytes);
          return folder;
        },
        admit: async (folder, pictures) => {
          await engine.call('pictures.admit', { folder, pictures }, () => undefined, signal);
        },
        onProgress: paced(emit),
        signal,
      });
      return { project: project.open(id), lost };
    },
  }) satisfies Partial<MainHandlers>;

async function checkRoom(folder: string, bytes: number): Promise<void> {
  const disk = await statfs(folder);
  if (disk.bavail * disk.bsize >= bytes) return;
  throw new ZoetropeError(
    'disk-full',
    say`There is no room for the files of this project there.`,
    say`Free some space, or choose a folder on another disk.`,
  );
}
