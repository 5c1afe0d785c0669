// SPDX-License-Identifier: Apache-2.0
/**
 * The type of a column; `?` may be NULL. Columns are listed in the order of the file, so a migration may only append.
 */
export type ColumnKind = 'text' | 'text?' | 'json' | 'integer';

/**
 * The tables with the user's data, ordered so that referenced tables come first. Each also has `sum`, after these
 * columns.
 *
 * The messages of a conversation are a tree: `turn` holds the message before each one (`parent`; null for a first
 * question). Messages with the same parent are versions of one another. `leaf` is the last message of the branch that
 * is shown.
 */
export const TABLES = {
  project: { id: 'text', name: 'text', createdAt: 'integer', updatedAt: 'integer', activeSource: 'text?' },
  source: {
    id: 'text',
    project: 'text',
    position: 'integer',
    kind: 'text',
    path: 'text',
    bytes: 'integer',
    folder: 'text?',
    companions: 'json',
  },
  trayItem: { project: 'text', position: 'integer', item: 'json' },
  message: { id: 'text', project: 'text', position: 'integer', body: 'json' },
  setting: { key: 'text', value: 'text' },
  sceneSetup: { source: 'text', body: 'json' },
  videoSegments: { source: 'text', body: 'json' },
  videoSetup: { source: 'text', body: 'json' },
  subtitleFile: { source: 'text', path: 'text' },
  conversation: {
    id: 'text',
    project: 'text',
    name: 'text',
    createdAt: 'integer',
    updatedAt: 'integer',
    leaf: 'text?',
  },
  turn: { message: 'text', conversation: 'text', parent: 'text?' },
} as const satisfies Record<string, Record<string, ColumnKind>>;
export type TableName = keyof typeof TABLES;
export const TABLE_NAMES = Object.keys(TABLES) as TableName[];
export const columnsOf = (table: TableName): string[] => Object.keys(TABLES[table]);
export const kindsOf = (table: TableName): ColumnKind[] => Object.values(TABLES[table]);

/**
 * SQL for the checksum of a row; `row` is '' or 'NEW.'. Values are passed as bytes, because text would end at a NUL.
 */
const sumSql = (table: TableName, row = ''): string =>
  `rowSum('${table}', ${columnsOf(table)
    .map((column) => `CAST(${row}${column} AS BLOB)`)
    .join(', ')})`;

/**
 * Triggers that update a row's checksum whenever a statement writes it. They are temporary, so they belong to the
 * connection, and other programs, which lack the function rowSum, can still write to the file.
 */
export const SUM_TRIGGERS = TABLE_NAMES.map((table) => {
  const set = `BEGIN UPDATE main.${table} SET sum = ${sumSql(table, 'NEW.')} WHERE rowid = NEW.rowid; END;`;
  return `
    CREATE TEMP TRIGGER ${table}Added AFTER INSERT ON main.${table} ${set}
    CREATE TEMP TRIGGER ${table}Changed AFTER UPDATE OF ${columnsOf(table).join(', ')} ON main.${table} ${set}`;
}).join('\n');

/** The tables that existed before rows had checksums. */
const SUMMED_LATER = [
  'project',
  'source',
  'trayItem',
  'message',
  'setting',
  'sceneSetup',
  'videoSegments',
  'videoSetup',
  'subtitleFile',
] as const satisfies readonly TableName[];

/**
 * The migrations of the library's tables. A change of the schema appends a step; an old file is migrated step by step.
 */
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
  `
  ${SUMMED_LATER.map((table) => `ALTER TABLE ${table} ADD COLUMN sum INTEGER; UPDATE ${table} SET sum = ${sumSql(table)};`).join('\n')}
  CREATE TABLE badRow (
    id INTEGER PRIMARY KEY, foundAt INTEGER NOT NULL, fromTable TEXT NOT NULL, reason TEXT NOT NULL, body TEXT NOT NULL,
    UNIQUE (fromTable, body)
  ) STRICT;
  `,
  `
  CREATE TABLE conversation (
    id TEXT PRIMARY KEY, project TEXT NOT NULL REFERENCES project(id) ON DELETE CASCADE,
    name TEXT NOT NULL, createdAt INTEGER NOT NULL, updatedAt INTEGER NOT NULL, leaf TEXT, sum INTEGER
  ) STRICT;
  CREATE INDEX conversationByProject ON conversation(project);
  CREATE TABLE turn (
    message TEXT PRIMARY KEY REFERENCES message(id) ON DELETE CASCADE,
    conversation TEXT NOT NULL REFERENCES conversation(id) ON DELETE CASCADE, parent TEXT, sum INTEGER
  ) STRICT;
  CREATE INDEX turnByConversation ON turn(conversation);
  CREATE INDEX messageBySum ON message(id, sum);
  `,
];

/** What each migration leaves in the file. It identifies the version if the number in the header is damaged. */
export const MARKS: readonly { table: string; column?: string }[] = [
  { table: 'project' },
  { table: 'sceneSetup' },
  { table: 'videoSegments' },
  { table: 'source', column: 'companions' },
  { table: 'videoSetup' },
  { table: 'badRow' },
  { table: 'turn' },
];
