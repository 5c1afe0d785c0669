// SPDX-License-Identifier: Apache-2.0
import type { SearchHit, StreamHandle } from '../../contract';
import { stopAnswer } from './asking';
import { bridge, unwrap } from './bridge';
import { openConversation } from './conversations';
import { flushDraft, openProject, receiveProject } from './project';
import { activateSource } from './sources';
import { get, set } from './store';

/** Starts a search in all projects. @param onIndexed is called while messages are indexed. */
export const startSearch = (
  text: string,
  onIndexed: (done: number, total: number) => void,
): StreamHandle<SearchHit[]> => bridge()['library.search']({ text }, ({ done, total }) => onIndexed(done, total));

/** Opens what was found, where it stands. The moment of a range is left to the player. */
export async function openHit({ project, conversation, message, source }: SearchHit): Promise<void> {
  if (message !== undefined) {
    flushDraft();
    stopAnswer();
    const shown = await unwrap(() => bridge()['message.show']({ message }));
    if (!shown) return;
    receiveProject(shown);
    set({ goToMessage: { message } });
    return;
  }
  if (get().project.id !== project) await openProject(project);
  if (get().project.id !== project) return;
  if (conversation !== undefined && get().project.conversation !== conversation) await openConversation(conversation);
  if (source !== undefined) await activateSource(source);
}
