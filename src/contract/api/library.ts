// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { BackupInfo } from '../backup';
import { Id, Item } from '../items';
import { VideoRanges } from '../media';
import { Draft, Project, ProjectSummary } from '../project';
import { SceneSetup } from '../scene';
import { SearchHit } from '../search';
import { VideoSetup } from '../video';
import { ProgressInfo } from '../wire';
import { MOST, none, nothing, SourceId, type Calls } from './call';

/** Backups, projects, and what is saved of a project. */
export const library = {
  /** Backups of the library, the newest first. */
  'library.backups': { owner: 'main', request: none, answer: z.array(BackupInfo) },
  'library.backup': { owner: 'main', request: none, answer: z.array(BackupInfo) },
  /** Restores the contents of a backup. The current contents are kept as a new backup. */
  'library.restore': { owner: 'main', request: z.object({ backup: Id }), answer: Project },

  /** Finds words in the questions, answers and names of all projects. The events tell how much is indexed. */
  'library.search': {
    owner: 'main',
    request: z.object({ text: z.string().max(500) }),
    event: z.object({ done: z.number(), total: z.number() }),
    answer: z.array(SearchHit),
  },
  /** Opens the project and the conversation of a message, on the branch with the message. */
  'message.show': { owner: 'main', request: z.object({ message: Id }), answer: Project },

  'project.list': { owner: 'main', request: none, answer: z.array(ProjectSummary) },
  'project.create': { owner: 'main', request: z.object({ name: z.string().max(200) }), answer: Project },
  'project.open': { owner: 'main', request: z.object({ project: Id }), answer: Project },
  /**
   * Undoes an edit that removed something, or makes it again: `source.remove`, `conversation.delete`, `project.delete`.
   */
  'project.reverse': { owner: 'main', request: z.object({ edit: Id }), answer: Project },
  /** Without `project`, the open one is renamed. */
  'project.rename': {
    owner: 'main',
    request: z.object({ project: Id.optional(), name: z.string().min(1).max(200) }),
    answer: Project,
  },
  /** Copies a project with all that it holds. Its files stay where they are. */
  'project.duplicate': {
    owner: 'main',
    request: z.object({ project: Id, name: z.string().min(1).max(200) }),
    answer: z.array(ProjectSummary),
  },
  /** Moves a project out of the usual list, or back. */
  'project.archive': {
    owner: 'main',
    request: z.object({ project: Id, archived: z.boolean() }),
    answer: z.array(ProjectSummary),
  },
  /** If it is open, another one is opened. @param edit names this edit for `project.reverse`. */
  'project.delete': { owner: 'main', request: z.object({ project: Id, edit: Id }), answer: Project },

  /**
   * Asks for a file and writes a project into it, with its videos, photographs and scenes if wanted. Progress is in
   * bytes. Null if the user closed the dialog.
   */
  'project.save': {
    owner: 'main',
    request: z.object({ project: Id, media: z.boolean() }),
    event: ProgressInfo,
    answer: z.object({ name: z.string() }).nullable(),
  },
  /** Asks for a project file. The ticket is for `project.import`. Null if the user closed the dialog. */
  'project.pick': { owner: 'main', request: none, answer: Id.nullable() },
  /**
   * Adds the project of a file that was picked or dropped, and opens it. `lost`: how many parts of it were left out,
   * because they are damaged. @throws file-unreadable; cancelled, and nothing is added
   */
  'project.import': {
    owner: 'main',
    request: z.object({ ticket: Id }),
    event: ProgressInfo,
    answer: z.object({ project: Project, lost: z.number().int() }),
  },

  /** Remembers which preset a project is used with; null: none. */
  'project.preset': { owner: 'main', request: z.object({ name: z.string().max(80).nullable() }), answer: nothing },

  'tray.set': { owner: 'main', request: z.object({ items: z.array(Item).max(MOST) }), answer: nothing },
  'video.segments': {
    owner: 'main',
    request: z.object({ source: SourceId, segments: VideoRanges }),
    answer: nothing,
  },
  'video.setup': { owner: 'main', request: z.object({ source: SourceId, setup: VideoSetup }), answer: nothing },
  'scene.setup': { owner: 'main', request: z.object({ source: SourceId, setup: SceneSetup }), answer: nothing },
  /** The text in a project's composer, restored after a restart. */
  'draft.read': { owner: 'main', request: z.object({ conversation: Id }), answer: Draft },
  'draft.write': { owner: 'main', request: z.object({ conversation: Id, draft: Draft }), answer: nothing },
} as const satisfies Calls;
