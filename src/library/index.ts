// SPDX-License-Identifier: Apache-2.0
/** What the user has: projects, sources, trays, conversations, settings, in one SQLite file. */
export { Library, type OpenedLibrary } from './library';
export { refuseIfOpenElsewhere } from './rebuild';
export { reportOn, type LibraryReport } from './report';
export { sourceName, type StoredSource } from './sources';
