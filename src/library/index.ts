/** What the user has: projects, sources, trays, conversations, settings, in one SQLite file. */
export { Library, sourceName, type OpenedLibrary, type StoredSource } from './library';
export { refuseIfOpenElsewhere } from './rebuild';
export { reportOn, type LibraryReport } from './report';
