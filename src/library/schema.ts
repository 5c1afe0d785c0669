/** The library's tables. A change of shape appends a step here; an old file is brought forward step by step. */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE project (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, createdAt INTEGER NOT NULL, updatedAt INTEGER NOT NULL,
    activeSource TEXT
  ) STRICT;
  CREATE TABLE source (
    id TEXT PRIMARY KEY, project TEXT NOT NULL REFERENCES project(id) ON DELETE CASCADE,
    position INTEGER NOT NULL, kind TEXT NOT NULL, path TEXT NOT NULL, bytes INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE trayItem (
    project TEXT NOT NULL REFERENCES project(id) ON DELETE CASCADE,
    position INTEGER NOT NULL, item TEXT NOT NULL, PRIMARY KEY (project, position)
  ) STRICT;
  CREATE TABLE message (
    id TEXT PRIMARY KEY, project TEXT NOT NULL REFERENCES project(id) ON DELETE CASCADE,
    position INTEGER NOT NULL, body TEXT NOT NULL
  ) STRICT;
  CREATE INDEX messageByProject ON message(project, position);
  CREATE TABLE setting (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
  `,
  `
  CREATE TABLE sceneSetup (
    source TEXT PRIMARY KEY REFERENCES source(id) ON DELETE CASCADE, body TEXT NOT NULL
  ) STRICT;
  `,
  `
  CREATE TABLE videoSegments (
    source TEXT PRIMARY KEY REFERENCES source(id) ON DELETE CASCADE, body TEXT NOT NULL
  ) STRICT;
  `,
  `
  ALTER TABLE source ADD COLUMN folder TEXT;
  ALTER TABLE source ADD COLUMN companions TEXT NOT NULL DEFAULT '[]';
  `,
  `
  CREATE TABLE videoSetup (
    source TEXT PRIMARY KEY REFERENCES source(id) ON DELETE CASCADE, body TEXT NOT NULL
  ) STRICT;
  CREATE TABLE subtitleFile (
    source TEXT NOT NULL REFERENCES source(id) ON DELETE CASCADE, path TEXT NOT NULL, PRIMARY KEY (source, path)
  ) STRICT;
  `,
];
