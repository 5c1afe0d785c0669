// SPDX-License-Identifier: Apache-2.0
import type { ProjectSummary } from '../../contract';
import { stopAnswer } from './asking';
import { bridge, unwrap } from './bridge';
import { flushDraft, receiveProject } from './project';
import { get } from './store';
import { recordRemoval } from './undo';

/** The list of projects. Calls that change it return the list as it is afterwards. */

export const listProjects = async (): Promise<readonly ProjectSummary[]> =>
  (await unwrap(() => bridge()['project.list'](undefined))) ?? [];

export async function renameProjectOf(project: string, name: string): Promise<void> {
  const open = await unwrap(() => bridge()['project.rename']({ project, name }));
  if (open) receiveProject(open);
}

export const duplicateProject = (project: string, name: string): Promise<readonly ProjectSummary[] | undefined> =>
  unwrap(() => bridge()['project.duplicate']({ project, name }));

export const archiveProject = (project: string, archived: boolean): Promise<readonly ProjectSummary[] | undefined> =>
  unwrap(() => bridge()['project.archive']({ project, archived }));

/** Deletes a project. It can be undone. */
export async function deleteProject({ id, name }: ProjectSummary): Promise<readonly ProjectSummary[]> {
  const edit = crypto.randomUUID();
  if (id === get().project.id) {
    flushDraft();
    stopAnswer();
  }
  const open = await unwrap(() => bridge()['project.delete']({ project: id, edit }));
  if (open) {
    receiveProject(open);
    recordRemoval({ of: 'project', name }, edit);
  }
  return listProjects();
}
