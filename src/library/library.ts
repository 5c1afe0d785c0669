// SPDX-License-Identifier: Apache-2.0
import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import {
  Item,
  say,
  SceneSetup,
  VideoRanges,
  VideoSetup,
  ZoetropeError,
  type BackupInfo,
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
import { Projects } from './projects';
import { reportOn, type LibraryReport } from './report';
import { fromJson, Rows } from './rows';
import { Search } from './search';
import { SettingRows, type SettingKey } from './setting-rows';
import { sourceName, Sources, type SceneParts, type StoredSource } from './sources';

export interface OpenedLibrary {
  library: Library;
  /** What had to be done to open the library, as a message for the user. Null if nothing was wrong. */
  recovered: ErrorInfo | null;
}

/**
 * Projects, sources, trays, conversations and settings in one SQLite file, saved on every change. Synchronous, because
 * every statement affects only a few rows. A row that cannot be read is left out, kept in `badRow` and counted
 * (`onBadRows`).
 */
export class Library {
  private readonly rows: Rows;
  private readonly sourceRows: Sources;
  private readonly settingRows: SettingRows;
  readonly projects: Projects;
  readonly conversations: Conversations;
  readonly search: Search;

  private constructor(
    private readonly db: Database,
    private readonly file: string,
    private readonly rescued: string,
    /** Whether saved data is kept after the process ends. */
    readonly keeps: boolean,
  ) {
    this.rows = new Rows(db);
    this.sourceRows = new Sources(this.rows);
    this.settingRows = new SettingRows(this.rows);
    this.search = new Search(db, keeps ? file.replace(/(\.sqlite)?$/, '.search.sqlite') : ':memory:');
    this.projects = new Projects(this.rows, this.settingRows);
    this.conversations = new Conversations(this.rows, this.settingRows);
  }

  /** Opens the library in a file, whatever state it is in. @see openLibrary */
  static open(file: string, options: OpenOptions = {}): OpenedLibrary {
    const { db, keeps, recovered } = openLibrary(file, options);
    return { library: new Library(db, file, options.rescued ?? RESCUED, keeps), recovered };
  }

  /** Called when unreadable rows are found for the first time. */
  set onBadRows(tell: (count: number) => void) {
    this.rows.onBadRows = tell;
  }

  close(): void {
    this.search.close();
    this.db.close();
  }

  // Backups

  /** All backups, the newest first. */
  backups(): BackupInfo[] {
    return listBackups(this.file).map(({ file, ...backup }) => ({ ...backup, contents: backupContents({ file }) }));
  }

  /** The condition of the whole file, checked row by row. @throws if the file cannot be read. */
  report(): LibraryReport {
    return reportOn(this.file);
  }

  /** Makes a daily backup, unless there is one. */
  backupDaily(): void {
    if (this.keeps) backupDaily(this.db, this.file);
  }

  /** Makes a backup for the reason `asked`. @returns its file. */
  backUp(): string {
    return makeBackup(this.db, this.file, 'asked').file;
  }

  /** Writes the whole library into a file. An existing file is replaced. */
  copyTo(file: string): void {
    copyTo(this.db, file);
  }

  /** Restores a backup by its name. @throws bad-request if it does not exist, library-broken if it cannot be read. */
  restore(name: string): Filled {
    const backup = listBackups(this.file).find((one) => one.name === name);
    if (!backup)
      throw new ZoetropeError('bad-request', say`This backup is not there any more.`, say`Choose another one.`, name);
    return this.restoreFile(backup.file);
  }

  /** Restores the contents of any library file. @throws library-broken */
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

  /**
   * The project as the window sees it. A row that does not fit the schema is left out, so that the rest is not lost.
   */
  readProject(project: string): Project {
    const row = this.rows.project(project);
    const sources = this.sourceRows.of(project);
    const conversation = this.conversations.current(project);
    return {
      id: row.id,
      name: row.name,
      preset: this.settingRows.get(`preset-${project}`),
      model: this.conversations.model(project),
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
      conversation,
      conversations: this.conversations.list(project),
      ...this.conversations.read(conversation),
      setups: this.sourceRows.made('sceneSetup', SceneSetup, project),
      segments: this.sourceRows.made('videoSegments', VideoRanges, project),
      videoSetups: this.videoSetups(project),
    };
  }

  // Sources, and the user's settings for each

  sources(project: string): StoredSource[] {
    return this.sourceRows.of(project);
  }

  source(id: string): StoredSource | undefined {
    return this.sourceRows.one(id);
  }

  /** Adds a file, or finds it if the project already has it. */
  addSource(project: string, path: string, kind: SourceKind, bytes: number, parts: SceneParts = {}): string {
    return this.sourceRows.add(project, path, kind, bytes, parts);
  }

  moveSource(id: string, path: string, bytes: number, folder: string | null = null): void {
    this.sourceRows.move(id, path, bytes, folder);
  }

  /** Grants a scene access to these files and to those in a folder, in addition to earlier ones. */
  addCompanions(id: string, companions: readonly string[], folder: string | null = null): void {
    this.sourceRows.addCompanions(id, companions, folder);
  }

  /** Removes sources. @returns a function that restores them with everything that was made from them. */
  removeSources(project: string, ids: readonly string[]): () => void {
    return this.sourceRows.remove(project, ids);
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

  /** Subtitle files that were opened with a video, in the order of opening. */
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

  /** The messages of the shown conversation of a project. */
  messages(project: string): Message[] {
    return this.conversations.read(this.conversations.current(project)).messages;
  }

  /** Saves a message again, or adds it to the end of the conversation. An answer is saved many times while it grows. */
  saveMessage(project: string, message: Message): void {
    this.conversations.save(project, this.conversations.current(project), message);
  }

  /** At a start: settles answers that were in progress when the app last ended. */
  settleInterrupted(): void {
    this.conversations.settleInterrupted();
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
