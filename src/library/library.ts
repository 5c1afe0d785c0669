import { randomUUID } from 'node:crypto';
import { statSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { z } from 'zod';
import {
  Draft,
  Id,
  isPoseFile,
  Item,
  Message,
  NO_DRAFT,
  plainName,
  ProjectSummary,
  say,
  SceneSetup,
  Segments,
  Settings,
  SourceKind,
  VideoSetup,
  ZoetropeError,
  type BackupInfo,
  type ErrorInfo,
  type Project,
  type Segment,
} from '../contract';
import { reportOn, type LibraryReport } from './report';
import { backupContents, backupDaily, copyTo, listBackups, makeBackup, restoreBackup } from './backups';
import { isJson } from './damage';
import type { Bound, Database } from './database';
import { keepAside, type Filled } from './fill';
import { openLibrary, RESCUED, type OpenOptions } from './open';
import type { TableName } from './schema';

const StoredSource = z.object({
  id: Id,
  kind: SourceKind,
  path: z.string(),
  bytes: z.number(),
  /** Of a scene: the folder that was opened, whose files it may use. */
  folder: z.string().nullable(),
  /** Of a scene: files opened with it, which it may use. Full paths. */
  companions: z.array(z.string()),
});
/** A source with what the window is not told: its full path. */
export type StoredSource = z.infer<typeof StoredSource>;

/** What a scene may use besides its own file. */
export type SceneParts = Partial<Pick<StoredSource, 'folder' | 'companions'>>;

/** `replaced`: the messages in whose place an answer is being written. `draft-` and a project: what is written there and not asked. */
type SettingKey = 'lastProject' | 'modelFolder' | 'settings' | 'replaced' | `draft-${string}`;

const Replaced = z.object({ project: Id, messages: z.array(Message).min(1) });

const SOURCE_COLUMNS = 'id, kind, path, bytes, folder, companions';

export interface OpenedLibrary {
  library: Library;
  /** What had to be done to open it, for the user to read; null when all was well. */
  recovered: ErrorInfo | null;
}

/**
 * Projects, sources, trays, conversations and settings in one SQLite file, written as they change. Synchronous: every
 * statement touches a few rows. A row that cannot be read is left out, kept aside and counted (`onBadRows`).
 */
export class Library {
  /** Called when rows were found, for the first time, that cannot be read. */
  onBadRows: (count: number) => void = () => undefined;

  private constructor(
    private readonly db: Database,
    private readonly file: string,
    private readonly rescued: string,
    /** Whether what is saved outlives the process. */
    readonly keeps: boolean,
  ) {}

  /** Opens the library in a file, whatever state it is in. @see openLibrary */
  static open(file: string, options: OpenOptions = {}): OpenedLibrary {
    const { db, keeps, recovered } = openLibrary(file, options);
    return { library: new Library(db, file, options.rescued ?? RESCUED, keeps), recovered };
  }

  close(): void {
    this.db.close();
  }

  // Backups

  /** The newest first. */
  backups(): BackupInfo[] {
    return listBackups(this.file).map(({ file, ...backup }) => ({ ...backup, contents: backupContents({ file }) }));
  }

  /** Makes the day's backup, unless there is one. */
  /** How the whole file is, row by row. @throws what is in the way of reading it. */
  report(): LibraryReport {
    return reportOn(this.file);
  }

  backupDaily(): void {
    if (this.keeps) backupDaily(this.db, this.file);
  }

  /** Makes a backup that was asked for. @returns its file. */
  backUp(): string {
    return makeBackup(this.db, this.file, 'asked').file;
  }

  /** Writes the whole library into a file, over one that is there. */
  copyTo(file: string): void {
    copyTo(this.db, file);
  }

  /** Puts back what a backup holds. @throws bad-request for one that is not there, library-broken for one that cannot be read. */
  restore(name: string): Filled {
    const backup = listBackups(this.file).find((one) => one.name === name);
    if (!backup)
      throw new ZoetropeError('bad-request', say`This backup is not there any more.`, say`Choose another one.`, name);
    return this.restoreFile(backup.file);
  }

  /** The same from any file. @throws library-broken */
  restoreFile(file: string): Filled {
    if (!this.keeps)
      throw new ZoetropeError(
        'library-read-only',
        say`Nothing of this session is saved, so no backup can be restored.`,
        say`Start Zoetrope again when the library can be written.`,
      );
    return restoreBackup(this.db, this.file, { file }, this.rescued);
  }

  // Projects

  listProjects(): ProjectSummary[] {
    return this.read(
      'project',
      ProjectSummary,
      this.db.all('SELECT id, name, updatedAt FROM project ORDER BY updatedAt DESC, rowid DESC'),
    );
  }

  createProject(name: string): string {
    const id = randomUUID();
    const now = Date.now();
    this.db.run('INSERT INTO project (id, name, createdAt, updatedAt) VALUES (?, ?, ?, ?)', id, name, now, now);
    return id;
  }

  renameProject(project: string, name: string): void {
    this.change(project, () => this.db.run('UPDATE project SET name = ? WHERE id = ?', name, project));
  }

  /** The project as the window sees it. A row that no longer fits the schema is left out rather than losing the rest. */
  readProject(project: string): Project {
    const row = this.db.get<{ id: string; name: string; activeSource: string | null }>(
      'SELECT id, name, activeSource FROM project WHERE id = ?',
      project,
    );
    if (!row)
      throw new ZoetropeError('bad-request', say`This project is not in the library.`, say`Open another one.`, project);
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
    return this.readSources('project = ? ORDER BY position', project);
  }

  source(id: string): StoredSource | undefined {
    return this.readSources('id = ?', id)[0];
  }

  private readSources(where: string, value: string): StoredSource[] {
    const rows = this.db.all<{ companions: string }>(`SELECT ${SOURCE_COLUMNS} FROM source WHERE ${where}`, value);
    return this.read(
      'source',
      StoredSource,
      rows.map((row) => ({ ...row, companions: fromJson(row.companions) })),
    );
  }

  /** Adds a file, or finds it if the project has it already. */
  addSource(
    project: string,
    path: string,
    kind: SourceKind,
    bytes: number,
    { folder = null, companions = [] }: SceneParts = {},
  ): string {
    const known = this.sources(project).find((source) => source.path === path);
    if (known) {
      this.addCompanions(known.id, companions, folder);
      return known.id;
    }
    const id = randomUUID();
    this.change(project, () =>
      this.db.run(
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

  moveSource(id: string, path: string, bytes: number, folder: string | null = null): void {
    this.db.run('UPDATE source SET path = ?, bytes = ?, folder = ? WHERE id = ?', path, bytes, folder, id);
  }

  /** Lets a scene use these files, and those of a folder, besides what it may use already. */
  addCompanions(id: string, companions: readonly string[], folder: string | null = null): void {
    const source = this.source(id);
    if (!source) return;
    const all = [...new Set([...source.companions, ...companions])];
    this.db.run(
      'UPDATE source SET companions = ?, folder = ? WHERE id = ?',
      JSON.stringify(all),
      folder ?? source.folder,
      id,
    );
  }

  /** Where it was the active one, the source after it is, or the one before it. @returns what puts it back, with all that was made of it. */
  removeSource(project: string, id: string): () => void {
    const kept = [
      this.taken('source', 'id = ?', id),
      ...OF_SOURCES.map((table) => this.taken(table, 'source = ?', id)),
    ];
    const { sources, activeSource } = this.readProject(project);
    const at = sources.findIndex((source) => source.id === id);
    const active = activeSource === id;
    this.change(project, () => {
      this.db.run('DELETE FROM source WHERE project = ? AND id = ?', project, id);
      if (active) this.setActiveSource(project, (sources[at + 1] ?? sources[at - 1])?.id ?? null);
    });
    return () =>
      this.db.transaction(() => {
        kept.forEach((putBack) => putBack());
        if (active) this.setActiveSource(project, id);
      });
  }

  /** What puts these rows back as they are now; one that is there again stays as it is. */
  private taken(table: string, where: string, value: string): () => void {
    const rows = this.db.all<Record<string, Bound>>(`SELECT * FROM ${table} WHERE ${where} ORDER BY rowid`, value);
    return () => {
      for (const row of rows) {
        const columns = Object.keys(row);
        this.db.run(
          `INSERT OR IGNORE INTO ${table} (${columns.join()}) VALUES (${columns.map(() => '?').join()})`,
          ...Object.values(row),
        );
      }
    };
  }

  setActiveSource(project: string, id: string | null): void {
    this.db.run('UPDATE project SET activeSource = ? WHERE id = ?', id, project);
  }

  // Tray

  tray(project: string): Item[] {
    const rows = this.db.all<{ item: string }>(
      'SELECT item FROM trayItem WHERE project = ? ORDER BY position',
      project,
    );
    return this.read(
      'trayItem',
      Item,
      rows.map(({ item }) => fromJson(item)),
    );
  }

  setTray(project: string, items: readonly Item[]): void {
    this.change(project, () => {
      this.db.run('DELETE FROM trayItem WHERE project = ?', project);
      items.forEach((item, position) =>
        this.db.run(
          'INSERT INTO trayItem (project, position, item) VALUES (?, ?, ?)',
          project,
          position,
          JSON.stringify(item),
        ),
      );
    });
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

  private ofSources<T>(table: SourceTable, schema: z.ZodType<T>, project: string): Record<string, T> {
    const rows = this.db.all<{ source: string; body: string }>(
      `SELECT source, body FROM ${table} WHERE source IN (SELECT id FROM source WHERE project = ?)`,
      project,
    );
    return Object.fromEntries(
      rows.flatMap(({ source, body }) => this.read(table, schema, [fromJson(body)]).map((value) => [source, value])),
    );
  }

  private setOfSource(table: SourceTable, project: string, source: string, value: unknown): void {
    this.change(project, () =>
      this.db.run(
        `INSERT INTO ${table} (source, body) VALUES (?, ?) ON CONFLICT(source) DO UPDATE SET body = excluded.body`,
        source,
        JSON.stringify(value),
      ),
    );
  }

  // Subtitles

  /** Subtitle files that were opened with a video, in that order. */
  subtitleFiles(source: string): string[] {
    const rows = this.db.all<{ path: string }>('SELECT path FROM subtitleFile WHERE source = ? ORDER BY rowid', source);
    return rows.map(({ path }) => path);
  }

  addSubtitleFile(source: string, path: string): void {
    this.db.run('INSERT OR IGNORE INTO subtitleFile (source, path) VALUES (?, ?)', source, path);
  }

  // Conversation

  messages(project: string): Message[] {
    const rows = this.db.all<{ body: string }>('SELECT body FROM message WHERE project = ? ORDER BY position', project);
    return this.read(
      'message',
      Message,
      rows.map(({ body }) => fromJson(body)),
    );
  }

  /** Appends a message, or rewrites it if it is there: an answer is saved many times while it grows. */
  saveMessage(project: string, message: Message): void {
    this.change(project, () => this.putMessage(project, message));
  }

  private putMessage(project: string, message: Message): void {
    this.db.run(
      `INSERT INTO message (id, project, position, body)
       VALUES (?1, ?2, (SELECT COALESCE(MAX(position) + 1, 0) FROM message WHERE project = ?2), ?3)
       ON CONFLICT(id) DO UPDATE SET body = excluded.body`,
      message.id,
      project,
      JSON.stringify(message),
    );
  }

  /**
   * Puts messages in the place of the one with the first's id and of all after it, or at the end.
   * @param untilSettled what stood there comes back at the next start, unless `settleReplaced` is called before.
   * @returns what stood there.
   */
  replaceMessages(project: string, messages: readonly Message[], untilSettled = false): Message[] {
    const all = this.messages(project);
    const at = all.findIndex(({ id }) => id === messages[0]?.id);
    const replaced = at < 0 ? [] : all.slice(at);
    this.change(project, () => {
      for (const { id } of replaced) this.db.run('DELETE FROM message WHERE id = ?', id);
      for (const message of messages) this.putMessage(project, message);
      if (untilSettled && replaced.length > 0) this.set('replaced', JSON.stringify({ project, messages: replaced }));
    });
    return replaced;
  }

  /** What took the place of earlier messages stays. */
  settleReplaced(): void {
    this.set('replaced', null);
  }

  /** @returns what puts them back, before those that came since. */
  clearMessages(project: string): () => void {
    const putBack = this.taken('message', 'project = ?', project);
    const { next } = this.db.get<{ next: number }>(
      'SELECT COALESCE(MAX(position) + 1, 0) AS next FROM message WHERE project = ?',
      project,
    )!;
    this.change(project, () => this.db.run('DELETE FROM message WHERE project = ?', project));
    return () =>
      this.db.transaction(() => {
        this.db.run('UPDATE message SET position = position + ? WHERE project = ?', next, project);
        putBack();
      });
  }

  /** Answers that were still growing when the app ended: they keep their words and are marked as stopped. One that was to take the place of earlier messages gives way to them. */
  settleInterrupted(): void {
    const { data } = Replaced.safeParse(fromJson(this.get('replaced') ?? ''));
    if (data) this.replaceMessages(data.project, data.messages);
    this.settleReplaced();
    const rows = this.db.all<{ project: string; body: string }>(
      `SELECT project, body FROM message WHERE body LIKE '%"status":"streaming"%'`,
    );
    for (const { project, body } of rows) {
      const { data: message } = Message.safeParse(fromJson(body));
      if (message?.role === 'assistant' && message.status === 'streaming')
        this.saveMessage(project, { ...message, status: 'stopped' });
    }
  }

  draft(project: string): Draft {
    return Draft.safeParse(fromJson(this.get(`draft-${project}`) ?? '')).data ?? NO_DRAFT;
  }

  setDraft(project: string, draft: Draft): void {
    const empty = draft.text === '' && draft.editing === null;
    this.set(`draft-${project}`, empty ? null : JSON.stringify(draft));
  }

  // Settings

  settings(): Settings {
    const saved = fromJson(this.get('settings') ?? '{}');
    const [settings] = this.read('setting', Settings, [saved]);
    if (settings) return settings;
    // One that makes no sense costs no other.
    const right = Object.entries(Settings.shape).flatMap(([key, schema]) => {
      const { success, data } = schema.safeParse((saved as Record<string, unknown> | null)?.[key]);
      return success ? [[key, data]] : [];
    });
    return Settings.parse(Object.fromEntries(right));
  }

  setSettings(settings: Settings): void {
    this.set('settings', JSON.stringify(settings));
  }

  /** Small facts the app keeps for itself, such as the last project or the chosen model folder. */
  get(key: SettingKey): string | null {
    return this.db.get<{ value: string }>('SELECT value FROM setting WHERE key = ?', key)?.value ?? null;
  }

  set(key: SettingKey, value: string | null): void {
    if (value === null) this.db.run('DELETE FROM setting WHERE key = ?', key);
    else
      this.db.run(
        'INSERT INTO setting (key, value) VALUES (?, ?) ON CONFLICT(key) DO UPDATE SET value = excluded.value',
        key,
        value,
      );
  }

  /** The rows that fit the schema. The others stay where they are, for a version that may know them; a copy is kept aside, and each is counted once. */
  private read<T>(table: TableName, schema: z.ZodType<T>, values: readonly unknown[]): T[] {
    let bad = 0;
    const right = values.flatMap((value) => {
      const result = schema.safeParse(value);
      if (result.success) return [result.data];
      if (keepAside(this.db, { table, reason: 'not understood', body: JSON.stringify(value) })) bad++;
      return [];
    });
    if (bad > 0) this.onBadRows(bad);
    return right;
  }

  /** A change of a project: all of it is saved together, or nothing. */
  private change(project: string, job: () => void): void {
    this.db.transaction(() => {
      job();
      this.db.run('UPDATE project SET updatedAt = ? WHERE id = ?', Date.now(), project);
    });
  }
}

/** What a source is called: its file, or the folder whose photographs it places. */
export const sourceName = ({ path, folder }: Pick<StoredSource, 'path' | 'folder'>): string =>
  plainName(basename(folder !== null && isPoseFile(path.replaceAll('\\', '/')) ? folder : path));

/** Tables whose rows belong to a source and go with it. */
const OF_SOURCES = ['sceneSetup', 'videoSegments', 'videoSetup', 'subtitleFile'] as const;

/** Tables with one row a source, its value as JSON. */
type SourceTable = 'sceneSetup' | 'videoSegments' | 'videoSetup';

/** What is no JSON stays as the text it is, which fits no schema. */
const fromJson = (text: string): unknown => (isJson(text) ? JSON.parse(text) : text);
