// SPDX-License-Identifier: Apache-2.0
import { rmSync } from 'node:fs';
import { Message, VideoRanges, type SearchHit } from '../contract';
import { Database } from './database';
import { fromJson } from './rows';
import { sourceName } from './sources';
import { excerpt, hasWords, indexed, matchOf, wordsOf } from './search-words';

/** The version of the index. An index of another version is made anew. */
const VERSION = 1;
/** Messages that are indexed before other work gets its turn. */
const CHUNK = 200;
/** The most hits that are found of each kind. */
const MOST = 100;

/** Collects the ids of messages that are written or deleted from now on. Temporary, so it belongs to the connection. */
const WATCH = `
  CREATE TEMP TABLE IF NOT EXISTS changedMessage (id TEXT PRIMARY KEY);
  DELETE FROM temp.changedMessage;
  ${(['INSERT', 'UPDATE', 'DELETE'] as const)
    .map(
      (change) => `CREATE TEMP TRIGGER IF NOT EXISTS indexAfter${change} AFTER ${change} ON main.message
        BEGIN INSERT OR IGNORE INTO changedMessage VALUES (${change === 'DELETE' ? 'OLD' : 'NEW'}.id); END;`,
    )
    .join('\n')}`;

/** Messages to be indexed, and rows of the index that are out of date. */
interface Differences {
  changed: string[];
  old: number[];
}

/** Called while messages are indexed. */
type OnIndexed = (done: number, total: number) => void;

/**
 * Finds words in the questions, answers and names of all projects. The words of messages are indexed with SQLite's FTS5
 * in a file beside the library. It holds nothing that is not in the library: if it is lost or damaged, it is made anew.
 */
export class Search {
  #index: Database | undefined;
  /** Whether everything is indexed but what `changedMessage` names. */
  #isWhole = false;
  #updating: Promise<void> | undefined;

  /** @param file of the index, or `:memory:`. */
  constructor(
    private readonly db: Database,
    private readonly file: string,
  ) {}

  close(): void {
    this.#index?.close();
    this.#index = undefined;
  }

  /**
   * Finds the messages and names that have all words, the latest first. A word also finds longer ones that begin with
   * it.
   */
  async find(query: string, signal: AbortSignal, onIndexed: OnIndexed = () => undefined): Promise<SearchHit[]> {
    const words = wordsOf(query);
    const match = matchOf(words);
    if (match === null) return [];
    const look = async (): Promise<SearchHit[]> => {
      await this.update(signal, onIndexed);
      return [...this.#names(words), ...this.#messages(match, words)];
    };
    try {
      return await look();
    } catch (error) {
      if (signal.aborted) throw error;
      this.#forget(); // The index is damaged, so it is made anew.
      return look();
    }
  }

  /** Brings the index up to date with the library. */
  async update(signal: AbortSignal, onIndexed: OnIndexed = () => undefined): Promise<void> {
    while (this.#updating) await this.#updating.catch(() => undefined);
    this.#updating = this.#update(signal, onIndexed).finally(() => (this.#updating = undefined));
    await this.#updating;
  }

  async #update(signal: AbortSignal, onIndexed: OnIndexed): Promise<void> {
    const index = (this.#index ??= this.#open());
    const { changed, old } = this.#isWhole ? this.#changesSince(index) : this.#differences(index);
    this.#isWhole = false; // until all is indexed
    if (old.length > 0)
      index.transaction(() => {
        for (const rowid of old) {
          index.run('DELETE FROM words WHERE rowid = ?', rowid);
          index.run('DELETE FROM seen WHERE rowid = ?', rowid);
        }
      });
    for (let done = 0; done < changed.length; done += CHUNK) {
      if (done > 0) await new Promise((resolve) => setImmediate(resolve));
      signal.throwIfAborted();
      if (this.#index !== index) return; // closed meanwhile
      onIndexed(done, changed.length);
      index.transaction(() => changed.slice(done, done + CHUNK).forEach((id) => this.#add(index, id)));
    }
    this.#isWhole = true;
  }

  /** What the library and the index have different, by the checksums of all messages. */
  #differences(index: Database): Differences {
    this.db.exec(WATCH);
    const known = new Map<string, { rowid: number; sum: number }>();
    index.each('SELECT rowid, message, sum FROM seen', ([rowid, message, sum]) => {
      known.set(message as string, { rowid: rowid as number, sum: sum as number });
    });
    const changed: string[] = [];
    this.db.each('SELECT id, sum FROM message', ([id, sum]) => {
      if (known.get(id as string)?.sum !== sum) changed.push(id as string);
      else known.delete(id as string);
    });
    return { changed, old: [...known.values()].map(({ rowid }) => rowid) };
  }

  /** The messages that were written or deleted since the last update. */
  #changesSince(index: Database): Differences {
    const changed = this.db.all<{ id: string }>('SELECT id FROM temp.changedMessage').map(({ id }) => id);
    this.db.exec('DELETE FROM temp.changedMessage');
    const old = changed.flatMap((id) =>
      index.all<{ rowid: number }>('SELECT rowid FROM seen WHERE message = ?', id).map(({ rowid }) => rowid),
    );
    return { changed, old };
  }

  #add(index: Database, id: string): void {
    const row = this.db.get<{ body: string; sum: number }>('SELECT body, sum FROM message WHERE id = ?', id);
    if (!row) return;
    const { data: message } = Message.safeParse(fromJson(row.body));
    index.run('INSERT INTO seen (message, sum, at) VALUES (?, ?, ?)', id, row.sum, message?.createdAt ?? 0);
    if (!message) return;
    const { rowid } = index.get<{ rowid: number }>('SELECT last_insert_rowid() AS rowid')!;
    index.run('INSERT INTO words (rowid, text) VALUES (?, ?)', rowid, indexed(textsOf(message).join('\n')));
  }

  #messages(match: string, words: readonly string[]): SearchHit[] {
    const ids = this.#index!.all<{ message: string }>(
      `SELECT message FROM words JOIN seen ON seen.rowid = words.rowid WHERE words MATCH ?
       ORDER BY at DESC LIMIT ${MOST}`,
      match,
    );
    return ids.flatMap(({ message: id }) => {
      const row = this.db.get<{ body: string; project: string; projectName: string }>(
        `SELECT body, project, project.name AS projectName
         FROM message JOIN project ON project.id = message.project WHERE message.id = ?`,
        id,
      );
      const { data: message } = Message.safeParse(fromJson(row?.body ?? ''));
      if (!row || !message) return [];
      const text = textsOf(message).find((one) => words.some((word) => hasWords(one, [word]))) ?? message.text;
      const { project, projectName } = row;
      const kind = message.role === 'user' ? ('question' as const) : ('answer' as const);
      return [{ kind, project, projectName, message: id, at: message.createdAt, text: excerpt(text, words) }];
    });
  }

  /** Names of projects, conversations, files, ranges and views. */
  #names(words: readonly string[]): SearchHit[] {
    const hits: SearchHit[] = [];
    const add = (hit: Omit<SearchHit, 'text'>, name: string): void => {
      if (hits.length < MOST && hasWords(name, words)) hits.push({ ...hit, text: excerpt(name, words) });
    };
    for (const { id, name, updatedAt } of this.db.all<{ id: string; name: string; updatedAt: number }>(
      'SELECT id, name, updatedAt FROM project ORDER BY updatedAt DESC',
    ))
      add({ kind: 'project', project: id, projectName: name, at: updatedAt }, name);
    type Named = { id: string; project: string; projectName: string; updatedAt: number };
    const conversations = this.db.all<Named & { name: string }>(
      `SELECT conversation.id, conversation.name, conversation.updatedAt, project, project.name AS projectName
       FROM conversation JOIN project ON project.id = project WHERE conversation.name <> ''
       ORDER BY conversation.updatedAt DESC`,
    );
    for (const { id, name, project, projectName, updatedAt } of conversations)
      add({ kind: 'conversation', project, projectName, conversation: id, at: updatedAt }, name);
    const sources = this.db.all<
      Named & { path: string; folder: string | null; ranges: string | null; setup: string | null }
    >(
      `SELECT source.id, path, folder, project, project.name AS projectName, project.updatedAt,
         (SELECT body FROM videoSegments WHERE source = source.id) AS ranges,
         (SELECT body FROM sceneSetup WHERE source = source.id) AS setup
       FROM source JOIN project ON project.id = project ORDER BY project.updatedAt DESC, position`,
    );
    for (const { id: source, project, projectName, updatedAt: at, ranges, setup, ...file } of sources) {
      add({ kind: 'file', project, projectName, source, at }, sourceName(file));
      for (const { label, start } of VideoRanges.safeParse(fromJson(ranges ?? '')).data ?? [])
        add({ kind: 'range', project, projectName, source, at, time: start }, label);
      for (const name of viewNames(setup)) add({ kind: 'view', project, projectName, source, at }, name);
    }
    return hits;
  }

  #open(): Database {
    for (let attempt = 0; ; attempt++) {
      try {
        return prepared(this.file);
      } catch (error) {
        if (attempt > 0) throw error;
        this.#forget();
      }
    }
  }

  /** Deletes the index. The next search makes it anew. */
  #forget(): void {
    this.#index?.close();
    this.#index = undefined;
    this.#isWhole = false;
    if (this.file === ':memory:') return;
    for (const part of ['', '-wal', '-shm', '-journal']) rmSync(this.file + part, { force: true });
  }
}

/** The texts of a message that a search finds. */
const textsOf = (message: Message): string[] => [
  message.text,
  ...(message.role === 'assistant' && message.beside ? [message.beside.text] : []),
];

function viewNames(setup: string | null): string[] {
  const parsed = fromJson(setup ?? '') as { bookmarks?: { name?: unknown }[] } | string | null;
  if (parsed === null || typeof parsed === 'string' || !Array.isArray(parsed.bookmarks)) return [];
  return parsed.bookmarks.flatMap(({ name }) => (typeof name === 'string' ? [name] : []));
}

/** Opens an index, and makes its tables if they are not there. */
function prepared(file: string): Database {
  const index = new Database(file);
  try {
    // A lost index is made anew, so the disk need not be waited for.
    index.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF;');
    const { user_version: version } = index.get<{ user_version: number }>('PRAGMA user_version')!;
    if (version !== VERSION)
      index.transaction(() =>
        index.exec(`
          DROP TABLE IF EXISTS words;
          DROP TABLE IF EXISTS seen;
          CREATE TABLE seen (message TEXT NOT NULL UNIQUE, sum INTEGER NOT NULL, at INTEGER NOT NULL) STRICT;
          CREATE VIRTUAL TABLE words USING fts5 (
            text, content = '', contentless_delete = 1, tokenize = 'unicode61 remove_diacritics 2'
          );
          INSERT INTO words (words, rank) VALUES ('secure-delete', 1);
          PRAGMA user_version = ${VERSION};`),
      );
    return index;
  } catch (error) {
    index.close();
    throw error;
  }
}
