// SPDX-License-Identifier: Apache-2.0
import { randomUUID } from 'node:crypto';
import { basename, join, relative, sep } from 'node:path';
import { z } from 'zod';
import {
  Item,
  Message,
  plainName,
  say,
  SceneSetup,
  SourceKind,
  VideoRanges,
  VideoSetup,
  ZoetropeError,
  type ConversationFile,
} from '../contract';
import { PROJECT_TABLES, type ProjectContents, type ProjectRow, type ProjectTable } from './projects';
import { fromJson } from './rows';
import { columnsOf, kindsOf, type ColumnKind } from './schema';

/** A project as it is written into a file: the rows of its tables, without the folders of its files. */
export const ProjectData = z.object({
  format: z.literal('zoetrope-project'),
  version: z.literal(1),
  /** Version of the app that wrote the file. */
  app: z.string(),
  exportedAt: z.iso.datetime(),
  name: z.string().max(200),
  rows: z.record(z.string(), z.array(z.record(z.string(), z.union([z.string(), z.number(), z.null()])))),
  settings: z.array(z.tuple([z.string(), z.string()])),
  /** The files that come with it, by source: their names in the file, and the place of each. */
  media: z.array(
    z.object({
      source: z.uuid(),
      files: z.array(z.object({ entry: z.string(), name: z.string(), bytes: z.number().int().nonnegative() })).min(1),
    }),
  ),
});
export type ProjectData = z.infer<typeof ProjectData>;

const COLUMN: Record<ColumnKind, z.ZodType> = {
  text: z.string(),
  'text?': z.string().nullable(),
  json: z.string(),
  integer: z.number().int(),
};

/** What the JSON in a table must be. */
const BODIES: Partial<Record<ProjectTable, z.ZodType>> = {
  source: z.array(z.string()),
  trayItem: Item,
  message: Message,
  sceneSetup: SceneSetup,
  videoSegments: VideoRanges,
  videoSetup: VideoSetup,
};

function rowSchema(table: ProjectTable): z.ZodType<ProjectRow> {
  const kinds = kindsOf(table);
  const columns = columnsOf(table).map((column, k) => {
    const kind = kinds[k]!;
    const body = BODIES[table];
    if (column === 'id') return [column, z.uuid()] as const;
    if (table === 'source' && column === 'kind') return [column, SourceKind] as const;
    if (kind !== 'json' || !body) return [column, COLUMN[kind]] as const;
    return [column, z.string().refine((text) => body.safeParse(fromJson(text)).success)] as const;
  });
  return z.object(Object.fromEntries(columns)) as unknown as z.ZodType<ProjectRow>;
}

/** Where the files of an imported project are said to be until they are found: nowhere. */
const NOWHERE = join(sep, 'elsewhere');

/** A name for a file within a folder, whatever another program wrote into the project file. */
export const safeName = (name: string): string =>
  plainName(basename(name.replaceAll('\\', '/')))
    // eslint-disable-next-line no-control-regex -- they are not allowed in names
    .replace(/[<>:"|?*\x00-\x1f]/g, '_')
    .replace(/^\.+|[. ]+$/g, '_')
    .slice(0, 150) || '_';

/** A relative path of safe names. */
export const safePath = (path: string): string =>
  path
    .replaceAll('\\', '/')
    .split('/')
    .filter((part) => part !== '' && part !== '.' && part !== '..')
    .map(safeName)
    .join(sep);

/** The contents of a project without the user's folders: of each path, the part within the project is left. */
export function withoutFolders({ rows, settings }: ProjectContents): ProjectContents {
  const source = rows.source.map((row) => {
    const [path, folder] = [String(row['path']), row['folder']];
    return {
      ...row,
      path: typeof folder === 'string' ? relative(folder, path).split(sep).join('/') : basename(path),
      folder: typeof folder === 'string' ? basename(folder) : null,
      companions: '[]',
    };
  });
  // A model of a server belongs to this machine, and the files of subtitles are opened again with the video.
  return {
    rows: { ...rows, source, subtitleFile: [] },
    settings: settings.filter(([key]) => !key.startsWith('model-')),
  };
}

/**
 * The contents in a project file, checked row by row. Their files are nowhere until they are located. @param places
 * where the files are that came with it, by source. @returns how many rows were left out because they are damaged
 */
export function contentsIn(
  data: ProjectData,
  places: ReadonlyMap<string, { path: string; folder: string | null }>,
): { contents: ProjectContents; lost: number } {
  let lost = 0;
  const rows = Object.fromEntries(
    PROJECT_TABLES.map((table) => {
      const schema = rowSchema(table);
      const right = (data.rows[table] ?? []).flatMap((row) => {
        const read = schema.safeParse(row);
        if (read.success) return [read.data];
        lost++;
        return [];
      });
      return [table, right];
    }),
  ) as ProjectContents['rows'];
  const [project] = rows.project;
  if (!project || rows.project.length > 1) throw damaged('a project file has one project');
  rows.source = rows.source.map((row) => {
    const folder = row['folder'] === null ? null : join(NOWHERE, safeName(String(row['folder'])));
    const path = folder === null ? safeName(String(row['path'])) : safePath(String(row['path']));
    const nowhere = { path: join(folder ?? NOWHERE, path), folder };
    return { ...row, ...(places.get(String(row['id'])) ?? nowhere), companions: '[]', project: project['id']! };
  });
  rows.message = rows.message.map((row) => ({ ...row, body: JSON.stringify(settled(fromJson(String(row['body'])))) }));
  rows.subtitleFile = [];
  const settings = data.settings.filter(([key]) => {
    const [, kind, of] = /^(preset|conversation|draft)-(.*)$/.exec(key) ?? [];
    return kind === 'draft'
      ? rows.conversation.some(({ id }) => id === of)
      : kind !== undefined && of === project['id'];
  });
  return { contents: { rows, settings }, lost };
}

export const damaged = (detail: string): ZoetropeError =>
  new ZoetropeError(
    'file-unreadable',
    say`This project file is damaged, or was not written by Zoetrope.`,
    say`Ask for it to be exported again.`,
    detail,
  );

/** An answer that was in progress when it was saved is marked as stopped. */
function settled(message: unknown): Message {
  const read = Message.parse(message);
  return read.role === 'assistant' && read.status === 'streaming' ? { ...read, status: 'stopped' } : read;
}

/** A conversation that was saved as JSON, as a project of its own. Its files are nowhere until they are located. */
export function contentsOfConversation({ messages, sources, project: name }: ConversationFile): ProjectContents {
  const [project, conversation] = [randomUUID(), randomUUID()];
  const now = Date.now();
  // The ids in the file may be any words: those of this project are made anew, also inside of messages.
  const sourceIds = new Map(sources.map(({ id }) => [id, randomUUID()]));
  const ids = messages.map(() => randomUUID());
  const body = (message: Message, id: string): string =>
    JSON.stringify({ ...settled(message), id }, (key, value: unknown) => {
      if (key !== 'source' || typeof value !== 'object' || value === null || !('id' in value)) return value;
      return { ...value, id: sourceIds.get(String(value.id)) ?? randomUUID() };
    });
  return {
    rows: {
      project: [{ id: project, name, createdAt: now, updatedAt: now, activeSource: null }],
      source: sources.map(({ id, kind, name: file, bytes }, position) => ({
        ...{ id: sourceIds.get(id)!, project, position, kind, bytes, folder: null, companions: '[]' },
        path: join(NOWHERE, safeName(file)),
      })),
      trayItem: [],
      conversation: [{ id: conversation, project, name: '', createdAt: now, updatedAt: now, leaf: ids.at(-1) ?? null }],
      message: messages.map((message, position) => ({
        ...{ id: ids[position]!, project, position, body: body(message, ids[position]!) },
      })),
      turn: ids.map((message, k) => ({ message, conversation, parent: ids[k - 1] ?? null })),
      sceneSetup: [],
      videoSegments: [],
      videoSetup: [],
      subtitleFile: [],
    },
    settings: [],
  };
}
