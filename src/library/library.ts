// SPDX-License-Identifier: Apache-2.0
import { randomUUID } from 'node:crypto';
import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import {
  Item,
  ProjectSummary,
  say,
  SceneSetup,
  VideoRanges,
  VideoSetup,
  ZoetropeError,
  type BackupInfo,
  type Draft,
  type ErrorInfo,
  type Message,
  type Project,
  type VideoRange,
  type Settings,
  type SourceKind,
} from '../contract';
import { backupContents, backupDaily, copyTo, listBackups, makeBackup, restoreBackup } from './backups';
import { Conversations } from './conversations';
import type { Database } from './database';
import type { Filled } from './fill';
import { openLibrary, RESCUED, type OpenOptions } from './open';
import { reportOn, type LibraryReport } from './report';
import { fromJson, Rows } from './rows';
import { SettingRows, type SettingKey } from './setting-rows';
import { sourceName, Sources, type SceneParts, type StoredSource } from './sources';

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
  private readonly rows: Rows;
  private readonly sourceRows: Sources;
  private readonly settingRows: SettingRows;
  private readonly conversations: Conversations;

  private constructor(
    private readonly db: Database,
    private readonly file: string,
    private readonly rescued: string,
    /** Whether what is saved outlives the process. */
    readonly keeps: boolean,
  ) {
    this.rows = new Rows(db);
    this.sourceRows = new Sources(this.rows);
    this.settingRows = new SettingRows(this.rows);
    this.conversations = new Conversations(this.rows, this.settingRows);
  }

  /** Opens the library in a file, whatever state it is in. @see openLibrary */
  static open(file: string, options: OpenOptions = {}): OpenedLibrary {
    const { db, keeps, recovered } = openLibrary(file, options);
    return { library: new Library(db, file, options.rescued ?? RESCUED, keeps), recovered };
  }

  /** Called when rows were found, for the first time, that cannot be read. */
  set onBadRows(tell: (count: number) => void) {
    this.rows.onBadRows = tell;
  }

  close(): void {
    this.db.close();
  }

  // Backups

  /** The newest first. */
  backups(): BackupInfo[] {
    return listBackups(this.file).map(({ file, ...backup }) => ({ ...backup, contents: backupContents({ file }) }));
  }

  /** How the whole file is, row by row. @throws what is in the way of reading it. */
  report(): LibraryReport {
    return reportOn(this.file);
  }

  /** Makes the day's backup, unless there is one. */
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
    return this.rows.read(
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
    this.rows.change(project, () => this.db.run('UPDATE project SET name = ? WHERE id = ?', name, project));
  }

  /** The project as the window sees it. A row that no longer fits the schema is left out rather than losing the rest. */
  readProject(project: string): Project {
    const row = this.rows.project(project);
    const sources = this.sourceRows.of(project);
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
      messages: this.conversations.of(project),
      setups: this.sourceRows.made('sceneSetup', SceneSetup, project),
      segments: this.sourceRows.made('videoSegments', VideoRanges, project),
      videoSetups: this.videoSetups(project),
    };
  }

  // Sources, and what the user makes of one

  sources(project: string): StoredSource[] {
    return this.sourceRows.of(project);
  }

  source(id: string): StoredSource | undefined {
    return this.sourceRows.one(id);
  }

  /** Adds a file, or finds it if the project has it already. */
  addSource(project: string, path: string, kind: SourceKind, bytes: number, parts: SceneParts = {}): string {
    return this.sourceRows.add(project, path, kind, bytes, parts);
  }

  moveSource(id: string, path: string, bytes: number, folder: string | null = null): void {
    this.sourceRows.move(id, path, bytes, folder);
  }

  /** Lets a scene use these files, and those of a folder, besides what it may use already. */
  addCompanions(id: string, companions: readonly string[], folder: string | null = null): void {
    this.sourceRows.addCompanions(id, companions, folder);
  }

  /** @returns what puts it back, with all that was made of it. */
  removeSource(project: string, id: string): () => void {
    return this.sourceRows.remove(project, id);
  }

  setActiveSource(project: string, id: string | null): void {
    this.sourceRows.setActive(project, id);
  }

  setSetup(project: string, source: string, setup: SceneSetup): void {
    this.sourceRows.setMade('sceneSetup', project, source, setup);
  }

  setRanges(project: string, source: string, segments: readonly VideoRange[]): void {
    this.sourceRows.setMade('videoSegments', project, source, segments);
  }

  videoSetups(project: string): Record<string, VideoSetup> {
    return this.sourceRows.made('videoSetup', VideoSetup, project);
  }

  setVideoSetup(project: string, source: string, setup: VideoSetup): void {
    this.sourceRows.setMade('videoSetup', project, source, setup);
  }

  /** Subtitle files that were opened with a video, in that order. */
  subtitleFiles(source: string): string[] {
    return this.sourceRows.subtitleFiles(source);
  }

  addSubtitleFile(source: string, path: string): void {
    this.sourceRows.addSubtitleFile(source, path);
  }

  // Tray

  tray(project: string): Item[] {
    const rows = this.db.all<{ item: string }>(
      'SELECT item FROM trayItem WHERE project = ? ORDER BY position',
      project,
    );
    return this.rows.read(
      'trayItem',
      Item,
      rows.map(({ item }) => fromJson(item)),
    );
  }

  setTray(project: string, items: readonly Item[]): void {
    this.rows.change(project, () => {
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

  // Conversation

  messages(project: string): Message[] {
    return this.conversations.of(project);
  }

  /** Appends a message, or rewrites it if it is there: an answer is saved many times while it grows. */
  saveMessage(project: string, message: Message): void {
    this.conversations.save(project, message);
  }

  /** @see Conversations.replace */
  replaceMessages(project: string, messages: readonly Message[], untilSettled = false): Message[] {
    return this.conversations.replace(project, messages, untilSettled);
  }

  /** What took the place of earlier messages stays. */
  settleReplaced(): void {
    this.conversations.settleReplaced();
  }

  /** @returns what puts them back, before those that came since. */
  clearMessages(project: string): () => void {
    return this.conversations.clear(project);
  }

  /** At a start: what the last end of the app left half done. */
  settleInterrupted(): void {
    this.conversations.settleInterrupted();
  }

  draft(project: string): Draft {
    return this.conversations.draft(project);
  }

  setDraft(project: string, draft: Draft): void {
    this.conversations.setDraft(project, draft);
  }

  // Settings

  settings(): Settings {
    return this.settingRows.all();
  }

  setSettings(settings: Settings): void {
    this.settingRows.setAll(settings);
  }

  get(key: SettingKey): string | null {
    return this.settingRows.get(key);
  }

  set(key: SettingKey, value: string | null): void {
    this.settingRows.set(key, value);
  }
}
