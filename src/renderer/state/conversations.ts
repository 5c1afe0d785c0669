// SPDX-License-Identifier: Apache-2.0
import type { Project, Reply } from '../../contract';
import { stopAnswer } from './asking';
import { bridge, unwrap } from './bridge';
import { flushDraft, receiveProject } from './project';
import { get } from './store';
import { recordRemoval } from './undo';

/** The conversations of the open project. An answer in progress is stopped when another branch is shown. */

async function show(call: () => Promise<Reply<Project>>): Promise<void> {
  flushDraft();
  stopAnswer();
  const project = await unwrap(call);
  if (project) receiveProject(project);
}

/** Begins a conversation and shows it. */
export const newConversation = (): Promise<void> => show(() => bridge()['conversation.create'](undefined));

export const openConversation = (conversation: string): Promise<void> =>
  show(() => bridge()['conversation.open']({ conversation }));

/** Shows the next version of a message, or the previous one. */
export const showVersion = (message: string, step: 1 | -1): Promise<void> =>
  show(() => bridge()['conversation.version']({ message, step }));

/** @param name empty: the conversation is called by its first question. */
export async function renameConversation(name: string): Promise<void> {
  const { conversation } = get().project;
  const project = await unwrap(() => bridge()['conversation.rename']({ conversation, name }));
  if (project) receiveProject(project);
}

/** Deletes the shown conversation. It can be undone. */
export async function deleteConversation(): Promise<void> {
  const { conversation } = get().project;
  const edit = crypto.randomUUID();
  flushDraft();
  stopAnswer();
  const project = await unwrap(() => bridge()['conversation.delete']({ conversation, edit }));
  if (!project) return;
  receiveProject(project);
  recordRemoval({ of: 'chat' }, edit);
}
