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

    'library.search': ({ text }, emit, signal) =>
      library.search.find(text, signal, (done, total) => emit({ done, total })),
    'message.show': ({ message }) => project.showMessage(message),

    'project.list': () => library.projects.list(project.id),
    'project.create': ({ name }) => project.create(name),
    'project.open': ({ project: id }) => project.open(id),
    'project.reverse': ({ edit }) => project.reverseEdit(edit),
    'project.rename': ({ project: id = project.id, name }) => {
      library.projects.rename(id, project.nameFor(name));
      return project.read();
    },
    'project.duplicate': ({ project: id, name }) => {
      library.projects.duplicate(id, name);
      return library.projects.list(project.id);
    },
    'project.archive': ({ project: id, archived }) => {
      library.projects.archive(id, archived);
      return library.projects.list(project.id);
    },
    'project.delete': ({ project: id, edit }) => {
      if (id === project.id) conversation.drop();
      project.rememberEdit(edit, project.remove(id)());
      return project.read();
    },

    'project.preset': ({ name }) => library.set(`preset-${project.id}`, name),

    'tray.set': ({ items }) => library.setTray(project.id, items),
    'video.segments': ({ source, segments }) => library.setRanges(project.id, project.source(source).id, segments),
    'video.setup': ({ source, setup }) => library.setVideoSetup(project.id, project.source(source).id, setup),
    'scene.setup': ({ source, setup }) => library.setSetup(project.id, project.source(source).id, setup),
    'draft.read': ({ conversation: id }) => library.conversations.draft(id),
    'draft.write': ({ conversation: id, draft }) => library.conversations.setDraft(id, draft),
  }) satisfies Partial<MainHandlers>;
