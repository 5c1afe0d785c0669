// SPDX-License-Identifier: Apache-2.0
import { randomUUID } from 'node:crypto';
import { Item, ProjectSummary } from '../contract';
import { fromJson, type Rows } from './rows';
import type { SettingKey, SettingRows } from './setting-rows';
import { columnsOf, kindsOf, type TableName } from './schema';
import { OF_SOURCES } from './sources';

/** A project that nothing was done with since it was created. */
const UNTOUCHED = `createdAt = updatedAt
  AND NOT EXISTS (SELECT 1 FROM source WHERE project = project.id)
  AND NOT EXISTS (SELECT 1 FROM trayItem WHERE project = project.id)
  AND NOT EXISTS (SELECT 1 FROM message WHERE project = project.id)
  AND NOT EXISTS (SELECT 1 FROM conversation JOIN setting ON key = 'draft-' || conversation.id
                  WHERE project = project.id)`;

/** The first question is cut to this many characters. */
const QUESTION_LENGTH = 200;

interface ListedRow {
  id: string;
  name: string;
  updatedAt: number;
  question: string | null;
  item: string | null;
  kinds: string;
  conversations: number;
}

/** The rows of a project in each table, as conditions on the project's id. Referenced tables come first. */
const OWNED = [
  ['project', 'id = ?'],
  ['source', 'project = ?'],
  ['trayItem', 'project = ?'],
  ['conversation', 'project = ?'],
  ['message', 'project = ?'],
  ['turn', 'message IN (SELECT id FROM message WHERE project = ?)'],
  ...OF_SOURCES.map((table) => [table, 'source IN (SELECT id FROM source WHERE project = ?)'] as const),
] as const satisfies readonly (readonly [TableName, string])[];
export type ProjectTable = (typeof OWNED)[number][0];
export const PROJECT_TABLES: readonly ProjectTable[] = OWNED.map(([table]) => table);

export type ProjectRow = Record<string, string | number | null>;

/** All that a project holds, as it is stored. */
export interface ProjectContents {
  rows: Record<ProjectTable, ProjectRow[]>;
  settings: [key: string, value: string][];
}

/** Creates, lists, copies and deletes projects. */
export class Projects {
  constructor(
    private readonly rows: Rows,
    private readonly settings: SettingRows,
  ) {}

  /** All projects, the one changed last first, without those that nothing was done with. @param open is listed anyway. */
  list(open = ''): ProjectSummary[] {
    const { db } = this.rows;
    const archived = this.archived();
    const rows = db.all<ListedRow>(
      `SELECT id, name, updatedAt,
         (SELECT substr(body ->> '$.text', 1, ${QUESTION_LENGTH}) FROM message
          WHERE project = project.id AND json_valid(body) ORDER BY position LIMIT 1) AS question,
         (SELECT json_group_array(kind ORDER BY position) FROM source WHERE project = project.id) AS kinds,
         (SELECT item FROM trayItem WHERE project = project.id ORDER BY position LIMIT 1) AS item,
         (SELECT COUNT(*) FROM conversation WHERE project = project.id) AS conversations
       FROM project WHERE id = ? OR NOT (${UNTOUCHED}) ORDER BY updatedAt DESC, rowid DESC`,
      open,
    );
    const summaries = rows.map(({ item, question, kinds, ...row }) => ({
      ...row,
      question: question?.replace(/\s+/g, ' ').trim() ?? '',
      picture: (item && Item.safeParse(fromJson(item)).data?.picture) || null,
      sources: fromJson(kinds),
      archived: archived.includes(row.id),
    }));
    return this.rows.read('project', ProjectSummary, summaries);
  }

  create(name: string): string {
    const id = randomUUID();
    const now = Date.now();
    this.rows.db.run('INSERT INTO project (id, name, createdAt, updatedAt) VALUES (?, ?, ?, ?)', id, name, now, now);
    return id;
  }

  rename(project: string, name: string): void {
    this.rows.change(project, () => this.rows.db.run('UPDATE project SET name = ? WHERE id = ?', name, project));
  }

  private archived(): string[] {
    const kept = fromJson(this.settings.get('archivedProjects') ?? '[]');
    return Array.isArray(kept) ? kept.filter((id) => typeof id === 'string') : [];
  }

  /** Moves a project out of the usual list, or back. */
  archive(project: string, archived: boolean): void {
    const others = this.archived().filter((id) => id !== project);
    this.settings.set('archivedProjects', JSON.stringify(archived ? [...others, project] : others));
  }

  /** Deletes projects that nothing was done with since they were created, except one. */
  deleteUntouched(except: string): void {
    this.rows.db.run(`DELETE FROM project WHERE id <> ? AND ${UNTOUCHED}`, except);
  }

  /** Deletes a project with all that it holds. @returns a function that restores it. */
  remove(project: string): () => void {
    const kept = OWNED.map(([table, where]) => this.rows.taken(table, where, project));
    const settings = this.settingsOf(project).map((key) => [key, this.settings.get(key)] as const);
    this.rows.db.transaction(() => {
      for (const [key] of settings) this.settings.set(key, null);
      this.rows.db.run('DELETE FROM project WHERE id = ?', project);
    });
    return () =>
      this.rows.db.transaction(() => {
        for (const putBack of kept) putBack();
        for (const [key, value] of settings) this.settings.set(key, value);
      });
  }

  private settingsOf(project: string) {
    const conversations = this.rows.db.all<{ id: string }>('SELECT id FROM conversation WHERE project = ?', project);
    return [
      `model-${project}` as const,
      `preset-${project}` as const,
      `conversation-${project}` as const,
      ...conversations.map(({ id }) => `draft-${id}` as const),
    ];
  }

  /** Copies a project with all that it holds; the files stay where they are. @returns the copy's id. */
  duplicate(project: string, name: string): string {
    return this.add(this.contents(project), name);
  }

  /** All rows of a project, and the settings that belong to it. */
  contents(project: string): ProjectContents {
    const rows = OWNED.map(([table, where]) => {
      const columns = columnsOf(table).join();
      const found = this.rows.db.all<ProjectRow>(
        `SELECT ${columns} FROM ${table} WHERE ${where} ORDER BY rowid`,
        project,
      );
      return [table, found] as const;
    });
    const settings = this.settingsOf(project).flatMap((key) => {
      const value = this.settings.get(key);
      return value === null ? [] : [[key, value] as [string, string]];
    });
    return { rows: Object.fromEntries(rows) as ProjectContents['rows'], settings };
  }

  /** Adds a project with these contents under new ids. @returns its id. @throws if rows refer to rows that are not there */
  add({ rows, settings }: ProjectContents, name: string): string {
    const { db } = this.rows;
    const ids = new Map<string, string>();
    for (const [table] of OWNED)
      if (columnsOf(table).includes('id')) for (const { id } of rows[table]) ids.set(String(id), randomUUID());
    /** Ids also stand inside of items and messages, which name the source of each picture. */
    const renamed = (text: string): string =>
      text.replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, (id) => ids.get(id) ?? id);
    const copy = ids.get(String(rows.project[0]?.id))!;
    const now = Date.now();
    db.transaction(() => {
      for (const [table] of OWNED)
        for (const row of rows[table]) {
          const columns = columnsOf(table);
          const values = kindsOf(table).map((kind, k) => {
            const value = row[columns[k]!]!;
            if (typeof value !== 'string') return value;
            return kind === 'json' ? renamed(value) : (ids.get(value) ?? value);
          });
          db.run(`INSERT INTO ${table} (${columns.join()}) VALUES (${columns.map(() => '?').join()})`, ...values);
        }
      for (const [key, value] of settings) this.settings.set(renamed(key) as SettingKey, renamed(value));
      db.run('UPDATE project SET name = ?, createdAt = ?, updatedAt = ? WHERE id = ?', name, now, now + 1, copy);
    });
    return copy;
  }
}
