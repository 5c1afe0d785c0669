// SPDX-License-Identifier: Apache-2.0
/** The user's projects, sources, trays, conversations and settings, in one SQLite file. */
export { Library, type OpenedLibrary } from './library';
export { queryPlainly } from './plain';
export { refuseIfOpenElsewhere } from './rebuild';
export { reportOn, type LibraryReport } from './report';
export type { ProjectContents } from './projects';
export { sourceName, type StoredSource } from './sources';
export {
  contentsIn,
  contentsOfConversation,
  damaged,
  ProjectData,
  safeName,
  safePath,
  withoutFolders,
} from './project-data';
