// SPDX-License-Identifier: Apache-2.0
import type { MainHandlers } from '../../contract';
import type { Library } from '../../library';
import type { Conversation } from '../conversation';
import type { CurrentProject } from '../current-project';

/** Calls about backups, projects, and what is saved of a project as it is edited. */
export const projectCalls = (library: Library, project: CurrentProject, conversation: Conversation) =>
  ({
    'library.backups': () => library.backups(),
    'library.backup': () => {
      library.backUp();
      return library.backups();
    },
    'library.restore': ({ backup }) => {
      conversation.drop();
      library.restore(backup);
      return project.reopen();
    },

    'project.list': () => library.listProjects(),
    'project.create': ({ name }) => project.create(name),
    'project.open': ({ project: id }) => project.open(id),
    'project.reverse': ({ edit }) => project.reverseEdit(edit),
    'project.rename': ({ name }) => {
      library.renameProject(project.id, project.nameFor(name));
      return project.read();
    },

    'tray.set': ({ items }) => library.setTray(project.id, items),
    'video.segments': ({ source, segments }) => library.setRanges(project.id, project.source(source).id, segments),
    'video.setup': ({ source, setup }) => library.setVideoSetup(project.id, project.source(source).id, setup),
    'scene.setup': ({ source, setup }) => library.setSetup(project.id, project.source(source).id, setup),
    'draft.read': ({ conversation: id }) => library.conversations.draft(id),
    'draft.write': ({ conversation: id, draft }) => library.conversations.setDraft(id, draft),
  }) satisfies Partial<MainHandlers>;
