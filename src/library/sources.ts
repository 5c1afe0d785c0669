// SPDX-License-Identifier: Apache-2.0
import { randomUUID } from 'node:crypto';
import { basename } from 'node:path';
import { z } from 'zod';
import { Id, isPoseFile, plainName, SourceKind } from '../contract';
import { fromJson, type Rows } from './rows';

const StoredSource = z.object({
  id: Id,
  kind: SourceKind,
  path: z.string(),
  bytes: z.number(),
  /** For a scene: the opened folder, whose files it may use. */
  folder: z.string().nullable(),
  /** For a scene: files that were opened with it and that it may use, as full paths. */
  companions: z.array(z.string()),
});
/** A source with its full path, which the window does not receive. */
export type StoredSource = z.infer<typeof StoredSource>;

/** The files that a scene may use besides its own file. */
export type SceneParts = Partial<Pick<StoredSource, 'folder' | 'companions'>>;

const SOURCE_COLUMNS = 'id, kind, path, bytes, folder, companions';

/** Tables whose rows belong to a source and are deleted with it. */
/** Tables with what was made from a source. */
export const OF_SOURCES = ['sceneSetup', 'videoSegments', 'videoSetup', 'subtitleFile'] as const;

/** Tables with one row per source, whose value is JSON. */
type SourceTable = 'sceneSetup' | 'videoSegments' | 'videoSetup';

/** The files of projects, and the data that belongs to a file and is deleted with it. */
export class Sources {
  constructor(private readonly rows: Rows) {}

  of(project: string): StoredSource[] {
    return this.read('project = ? ORDER BY position', project);
  }

  one(id: string): StoredSource | undefined {
    return this.read('id = ?', id)[0];
  }

  private read(where: string, ...values: string[]): StoredSource[] {
    const rows = this.rows.db.all<{ companions: string }>(
      `SELECT ${SOURCE_COLUMNS} FROM source WHERE ${where}`,
      ...values,
    );
    return this.rows.read(
      'source',
      StoredSource,
      rows.map((row) => ({ ...row, companions: fromJson(row.companions) })),
    );
  }

  /** Adds a file, or finds it if the project already has it. */
  add(
    project: string,
    path: string,
    kind: SourceKind,
    bytes: number,
    { folder = null, companions = [] }: SceneParts = {},
  ): string {
    const known = this.read('project = ? AND path = ?', project, path)[0];
    if (known) {
      this.addCompanions(known.id, companions, folder);
      return known.id;
    }
    const id = randomUUID();
    this.rows.change(project, () =>
      this.rows.db.run(
        `INSERT INTO source (id, project, position, kind, path, bytes, folder, companions)
         VALUES (?1, ?2, (SELECT COALESCE(MAX(position) + 1, 0) FROM source WHERE project = ?2), ?3, ?4, ?5, ?6, ?7)`,
        id,
        project,
        kind,
        path,
        bytes,
        folder,
        JSON.stringify(companions),
      ),
    );
    return id;
  }

  move(id: string, path: string, bytes: number, folder: string | null = null): void {
    this.rows.db.run('UPDATE source SET path = ?, bytes = ?, folder = ? WHERE id = ?', path, bytes, folder, id);
  }

  /** Grants a scene access to these files and to those in a folder, in addition to earlier ones. */
  addCompanions(id: string, companions: readonly string[], folder: string | null = null): void {
    const source = this.one(id);
    if (!source) return;
    const all = [...new Set([...source.companions, ...companions])];
    this.rows.db.run(
      'UPDATE source SET companions = ?, folder = ? WHERE id = ?',
      JSON.stringify(all),
      folder ?? source.folder,
      id,
    );
  }

  /**
   * Removes sources. If the active one is among them, the next source that stays becomes active, or the previous one.
   * @returns a function that restores them with everything that was made from them.
   */
  remove(project: string, ids: readonly string[]): () => void {
    const { activeSource } = this.rows.project(project);
    const removed = new Set(ids);
    const kept = ids.flatMap((id) => [
      this.rows.taken('source', 'id = ?', id),
      ...OF_SOURCES.map((table) => this.rows.taken(table, 'source = ?', id)),
    ]);
    const sources = this.of(project);
    const at = sources.findIndex((source) => source.id === activeSource);
    const active = activeSource !== null && removed.has(activeSource);
    const stays = ({ id }: StoredSource): boolean => !removed.has(id);
    const next = sources.slice(at + 1).find(stays) ?? sources.slice(0, Math.max(at, 0)).reverse().find(stays);
    this.rows.change(project, () => {
      for (const id of ids) this.rows.db.run('DELETE FROM source WHERE project = ? AND id = ?', project, id);
      if (active) this.setActive(project, next?.id ?? null);
    });
    return () =>
      this.rows.db.transaction(() => {
        kept.forEach((putBack) => putBack());
        if (active) this.setActive(project, activeSource);
      });
  }

  setActive(project: string, id: string | null): void {
    this.rows.db.run('UPDATE project SET activeSource = ? WHERE id = ?', id, project);
  }

  /** The data of one table for each source of a project, by the source's id. */
  made<T>(table: SourceTable, schema: z.ZodType<T>, project: string): Record<string, T> {
    const rows = this.rows.db.all<{ source: string; body: string }>(
      `SELECT source, body FROM ${table} WHERE source IN (SELECT id FROM source WHERE project = ?)`,
      project,
    );
    return Object.fromEntries(
      rows.flatMap(({ source, body }) =>
        this.rows.read(table, schema, [fromJson(body)]).map((value) => [source, value]),
      ),
    );
  }

  setMade(table: SourceTable, project: string, source: string, value: unknown): void {
    this.rows.change(project, () =>
      this.rows.db.run(
        `INSERT INTO ${table} (source, body) VALUES (?, ?) ON CONFLICT(source) DO UPDATE SET body = excluded.body`,
        source,
        JSON.stringify(value),
      ),
    );
  }

  /** Subtitle files that were opened with a video, in the order of opening. */
  subtitleFiles(source: string): string[] {
    const rows = this.rows.db.all<{ path: string }>(
      'SELECT path FROM subtitleFile WHERE source = ? ORDER BY rowid',
      source,
    );
    return rows.map(({ path }) => path);
  }

  addSubtitleFile(source: string, path: string): void {
    this.rows.db.run('INSERT OR IGNORE INTO subtitleFile (source, path) VALUES (?, ?)', source, path);
  }
}

/** The name of a source: that of its file, or of the folder for a file with poses of photographs. */
export const sourceName = ({ path, folder }: Pick<StoredSource, 'path' | 'folder'>): string =>
  plainName(basename(folder !== null && isPoseFile(path.replaceAll('\\', '/')) ? folder : path));
