import Database from 'libsql';
import { randomUUID } from 'node:crypto';
import { mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { isPoseFile, Item, Message, say, SceneSetup, Segments, Settings, VideoSetup, ZoetropeError, type ErrorInfo, type Project, type ProjectSummary, type Segment, type SourceKind } from '../contract';
import { MIGRATIONS } from './schema';

/** A source with what the window is not told: its full path. */
export interface StoredSource {
  id: string;
  kind: SourceKind;
  path: string;
  bytes: number;
  /** Of a scene: the folder that was opened, whose files it may use. */
  folder: string | null;
  /** Of a scene: files opened with it, which it may use. Full paths. */
  companions: string[];
}

/** What a scene may use besides its own file. */
export type SceneParts = Partial<Pick<StoredSource, 'folder' | 'companions'>>;

/** What is stored of it, to be read. */
type SourceRow = Omit<StoredSource, 'companions'> & { companions: string };
const SOURCE_COLUMNS = 'id, kind, path, bytes, folder, companions';
const storedSource = ({ companions, ...row }: SourceRow): StoredSource => ({ ...row, companions: JSON.parse(companions) as string[] });

export interface OpenedLibrary {
  library: Library;
  /** What had to be done to open it, for the user to read; null when all was well. */
  recovered: ErrorInfo | null;
}

/**
 * Projects, sources, trays, conversations and settings in one SQLite file, written as they change. Synchronous: every
 * statement touches a few rows. Opening goes down a ladder: the file, else a fresh file beside the damaged one (which
 * is kept), else memory only.
 */
export class Library {
  private constructor(private readonly db: Database.Database) {}

  static open(file: string): OpenedLibrary {
    try {
      return { library: Library.openFile(file), recovered: null };
    } catch (first) {
      const detail = String(first);
      try {
        const kept = setAside(file);
        const library = Library.openFile(file);
        return {
          library,
          recovered: new ZoetropeError(
            'library-broken',
            say`The library file could not be read, so a new one was started.`,
            kept === null ? say`Your media files are untouched.` : say`The old one is kept as ${basename(kept)}; your media files are untouched.`,
            detail,
          ).toInfo(),
        };
      } catch (second) {
        return {
          library: new Library(prepared(new Database(':memory:'))),
          recovered: new ZoetropeError(
            'library-broken',
            say`The library cannot be written to this disk, so this session is kept in memory only.`,
            say`Free some space or check the permissions of the app folder, then start again.`,
            `${detail}\n${String(second)}`,
          ).toInfo(),
        };
      }
    }
  }

  private static openFile(file: string): Library {
    mkdirSync(dirname(file), { recursive: true });
    const db = new Database(file);
    try {
      return new Library(prepared(db));
    } catch (error) {
      db.close();
      throw error;
    }
  }

  close(): void {
    this.db.close();
  }

  // Projects

  listProjects(): ProjectSummary[] {
    return this.db.prepare('SELECT id, name, updatedAt FROM project ORDER BY updatedAt DESC, rowid DESC').all() as ProjectSummary[];
  }

  createProject(name: string): string {
    const id = randomUUID();
    const now = Date.now();
    this.db.prepare('INSERT INTO project (id, name, createdAt, updatedAt) VALUES (?, ?, ?, ?)').run(id, name, now, now);
    return id;
  }

  renameProject(project: string, name: string): void {
    this.db.prepare('UPDATE project SET name = ? WHERE id = ?').run(name, project);
    this.touch(project);
  }

  /** The project as the window sees it. A row that no longer fits the schema is left out rather than losing the rest. */
  readProject(project: string): Project {
    const row = this.db.prepare('SELECT id, name, activeSource FROM project WHERE id = ?').get(project) as
      | { id: string; name: string; activeSource: string | null }
      | undefined;
    if (!row) throw new ZoetropeError('bad-request', say`This project is not in the library.`, say`Open another one.`, project);
    const sources = this.sources(project);
    return {
      id: row.id,
      name: row.name,
      sources: sources.map(({ id, kind, path, bytes, folder }) => ({
        id,
        kind,
        name: sourceName({ path, folder }),
        folder: dirname(path),
        bytes,
        present: statSync(path, { throwIfNoEntry: false })?.isFile() ?? false,
      })),
      activeSource: sources.some((source) => source.id === row.activeSource) ? row.activeSource : null,
      tray: this.tray(project),
      messages: this.messages(project),
      setups: this.ofSources('sceneSetup', SceneSetup, project),
      segments: this.ofSources('videoSegments', Segments, project),
      videoSetups: this.videoSetups(project),
    };
  }

  // Sources

  sources(project: string): StoredSource[] {
    const rows = this.db.prepare(`SELECT ${SOURCE_COLUMNS} FROM source WHERE project = ? ORDER BY position`).all(project) as SourceRow[];
    return rows.map(storedSource);
  }

  source(id: string): StoredSource | undefined {
    const row = this.db.prepare(`SELECT ${SOURCE_COLUMNS} FROM source WHERE id = ?`).get(id) as SourceRow | undefined;
    return row && storedSource(row);
  }

  /** Adds a file, or finds it if the project has it already. */
  addSource(project: string, path: string, kind: SourceKind, bytes: number, { folder = null, companions = [] }: SceneParts = {}): string {
    const known = this.sources(project).find((source) => source.path === path);
    if (known) {
      this.addCompanions(known.id, companions, folder);
      return known.id;
    }
    const id = randomUUID();
    this.db
      .prepare(
        `INSERT INTO source (id, project, position, kind, path, bytes, folder, companions)
         VALUES (?, ?, (SELECT COALESCE(MAX(position) + 1, 0) FROM source WHERE project = ?), ?, ?, ?, ?, ?)`,
      )
      .run(id, project, project, kind, path, bytes, folder, JSON.stringify(companions));
    this.touch(project);
    return id;
  }

  moveSource(id: string, path: string, bytes: number, folder: string | null = null): void {
    this.db.prepare('UPDATE source SET path = ?, bytes = ?, folder = ? WHERE id = ?').run(path, bytes, folder, id);
  }

  /** Lets a scene use these files, and those of a folder, besides what it may use already. */
  addCompanions(id: string, companions: readonly string[], folder: string | null = null): void {
    const source = this.source(id);
    if (!source) return;
    const all = [...new Set([...source.companions, ...companions])];
    this.db.prepare('UPDATE source SET companions = ?, folder = ? WHERE id = ?').run(JSON.stringify(all), folder ?? source.folder, id);
  }

  /** @returns what puts it back, with all that was made of it. */
  removeSource(project: string, id: string): () => void {
    const kept = [this.taken('source', 'id = ?', id), ...OF_SOURCES.map((table) => this.taken(table, 'source = ?', id))];
    this.db.prepare('DELETE FROM source WHERE project = ? AND id = ?').run(project, id);
    this.touch(project);
    return () => this.db.transaction(() => kept.forEach((putBack) => putBack()))();
  }

  /** What puts these rows back as they are now; one that is there again stays as it is. */
  private taken(table: string, where: string, value: string): () => void {
    const rows = this.db.prepare(`SELECT * FROM ${table} WHERE ${where} ORDER BY rowid`).all(value) as Record<string, unknown>[];
    return () => {
      for (const row of rows) {
        const columns = Object.keys(row);
        this.db.prepare(`INSERT OR IGNORE INTO ${table} (${columns.join()}) VALUES (${columns.map(() => '?').join()})`).run(...Object.values(row));
      }
    };
  }

  setActiveSource(project: string, id: string | null): void {
    this.db.prepare('UPDATE project SET activeSource = ? WHERE id = ?').run(id, project);
  }

  // Tray

  tray(project: string): Item[] {
    const rows = this.db.prepare('SELECT item FROM trayItem WHERE project = ? ORDER BY position').all(project) as { item: string }[];
    return rows.flatMap(({ item }) => parsed(Item, item));
  }

  setTray(project: string, items: readonly Item[]): void {
    const insert = this.db.prepare('INSERT INTO trayItem (project, position, item) VALUES (?, ?, ?)');
    this.db.transaction(() => {
      this.db.prepare('DELETE FROM trayItem WHERE project = ?').run(project);
      items.forEach((item, position) => insert.run(project, position, JSON.stringify(item)));
    })();
    this.touch(project);
  }

  // What the user makes of one source

  setSetup(project: string, source: string, setup: SceneSetup): void {
    this.setOfSource('sceneSetup', project, source, setup);
  }

  setSegments(project: string, source: string, segments: readonly Segment[]): void {
    this.setOfSource('videoSegments', project, source, segments);
  }

  videoSetups(project: string): Record<string, VideoSetup> {
    return this.ofSources('videoSetup', VideoSetup, project);
  }

  setVideoSetup(project: string, source: string, setup: VideoSetup): void {
    this.setOfSource('videoSetup', project, source, setup);
  }

  private ofSources<T>(table: SourceTable, schema: Schema<T>, project: string): Record<string, T> {
    const rows = this.db
      .prepare(`SELECT source, body FROM ${table} WHERE source IN (SELECT id FROM source WHERE project = ?)`)
      .all(project) as { source: string; body: string }[];
    return Object.fromEntries(rows.flatMap(({ source, body }) => parsed(schema, body).map((value) => [source, value])));
  }

  private setOfSource(table: SourceTable, project: string, source: string, value: unknown): void {
    this.db
      .prepare(`INSERT INTO ${table} (source, body) VALUES (?, ?) ON CONFLICT(source) DO UPDATE SET body = excluded.body`)
      .run(source, JSON.stringify(value));
    this.touch(project);
  }

  // Subtitles

  /** Subtitle files that were opened with a video, in that order. */
  subtitleFiles(source: string): string[] {
    const rows = this.db.prepare('SELECT path FROM subtitleFile WHERE source = ? ORDER BY rowid').all(source) as { path: string }[];
    return rows.map(({ path }) => path);
  }

  addSubtitleFile(source: string, path: string): void {
    this.db.prepare('INSERT OR IGNORE INTO subtitleFile (source, path) VALUES (?, ?)').run(source, path);
  }

  // Conversation

  messages(project: string): Message[] {
    const rows = this.db.prepare('SELECT body FROM message WHERE project = ? ORDER BY position').all(project) as { body: string }[];
    return rows.flatMap(({ body }) => parsed(Message, body));
  }

  /** Appends a message, or rewrites it if it is there: an answer is saved many times while it grows. */
  saveMessage(project: string, message: Message): void {
    this.db
      .prepare(
        `INSERT INTO message (id, project, position, body)
         VALUES (?, ?, (SELECT COALESCE(MAX(position) + 1, 0) FROM message WHERE project = ?), ?)
         ON CONFLICT(id) DO UPDATE SET body = excluded.body`,
      )
      .run(message.id, project, project, JSON.stringify(message));
    this.touch(project);
  }

  /** Removes a message and everything after it. */
  truncateMessages(project: string, from: string): void {
    this.db
      .prepare('DELETE FROM message WHERE project = ? AND position >= (SELECT position FROM message WHERE id = ? AND project = ?)')
      .run(project, from, project);
    this.touch(project);
  }

  /** @returns what puts them back, before those that came since. */
  clearMessages(project: string): () => void {
    const putBack = this.taken('message', 'project = ?', project);
    const { next } = this.db.prepare('SELECT COALESCE(MAX(position) + 1, 0) AS next FROM message WHERE project = ?').get(project) as { next: number };
    this.db.prepare('DELETE FROM message WHERE project = ?').run(project);
    this.touch(project);
    return () =>
      this.db.transaction(() => {
        this.db.prepare('UPDATE message SET position = position + ? WHERE project = ?').run(next, project);
        putBack();
      })();
  }

  /** Answers that were still growing when the app ended: they keep their words and are marked as stopped. */
  settleInterrupted(): void {
    for (const { id: project } of this.listProjects()) {
      for (const message of this.messages(project)) {
        if (message.role === 'assistant' && message.status === 'streaming') {
          this.saveMessage(project, { ...message, status: 'stopped' });
        }
      }
    }
  }

  // Settings

  settings(): Settings {
    const row = this.db.prepare("SELECT value FROM setting WHERE key = 'settings'").get() as { value: string } | undefined;
    return (row && parsed(Settings, row.value)[0]) ?? Settings.parse({});
  }

  setSettings(settings: Settings): void {
    this.set('settings', JSON.stringify(settings));
  }

  /** Small facts the app keeps for itself, such as the last project or the chosen model folder. */
  get(key: 'lastProject' | 'modelFolder'): string | null {
    const row = this.db.prepare('SELECT value FROM setting WHERE key = ?').get(key) as { value: string } | undefined;
    return row?.value ?? null;
  }

  set(key: 'lastProject' | 'modelFolder' | 'settings', value: string | null): void {
    if (value === null) this.db.prepare('DELETE FROM setting WHERE key = ?').run(key);
    else this.db.prepare('INSERT INTO setting (key, value) VALUES (?, ?) ON CONFLICT(key) DO UPDATE SET value = excluded.value').run(key, value);
  }

  private touch(project: string): void {
    this.db.prepare('UPDATE project SET updatedAt = ? WHERE id = ?').run(Date.now(), project);
  }
}

/** What a source is called: its file, or the folder whose photographs it places. */
export const sourceName = ({ path, folder }: Pick<StoredSource, 'path' | 'folder'>): string =>
  folder !== null && isPoseFile(path.replaceAll('\\', '/')) ? basename(folder) : basename(path);

function prepared(db: Database.Database): Database.Database {
  // WAL with FULL keeps every finished statement through a crash of the app or of the machine.
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;');
  const check = db.prepare('PRAGMA quick_check').get() as { quick_check: string };
  if (check.quick_check !== 'ok') throw new Error(check.quick_check);
  const { user_version: version } = db.prepare('PRAGMA user_version').get() as { user_version: number };
  if (version > MIGRATIONS.length) throw new Error(`library version ${version} is newer than this app`);
  MIGRATIONS.slice(version).forEach((step, i) => {
    db.transaction(() => {
      db.exec(step);
      db.exec(`PRAGMA user_version = ${version + i + 1}`);
    })();
  });
  return db;
}

/** Renames a file that cannot be read, so that nothing of it is lost. Returns its new name, or null if there was none. */
function setAside(file: string): string | null {
  if (!statSync(file, { throwIfNoEntry: false })) return null;
  const kept = file.replace(/(\.sqlite)?$/, `.damaged-${Date.now()}.sqlite`);
  renameSync(file, kept);
  for (const suffix of ['-wal', '-shm']) rmSync(file + suffix, { force: true });
  return kept;
}

/** Tables whose rows belong to a source and go with it. */
const OF_SOURCES = ['sceneSetup', 'videoSegments', 'videoSetup', 'subtitleFile'] as const;

/** Tables with one row a source, its value as JSON. */
type SourceTable = 'sceneSetup' | 'videoSegments' | 'videoSetup';

interface Schema<T> {
  safeParse(value: unknown): { success: true; data: T } | { success: false };
}

function parsed<T>(schema: Schema<T>, json: string): T[] {
  const result = schema.safeParse(JSON.parse(json));
  return result.success ? [result.data] : [];
}
