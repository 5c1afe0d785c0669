// SPDX-License-Identifier: Apache-2.0
import { randomUUID } from 'node:crypto';
import { Draft, Message, NO_DRAFT, ServerModelRef, type ConversationSummary, type Versions } from '../contract';
import { fromJson, type Rows } from './rows';
import type { SettingRows } from './setting-rows';
import { branchOf, endOf, siblingsOf, versionsIn, type TurnRow } from './tree';

/** An answer that was in progress is marked as stopped. */
const settled = <A extends { status: string }>(answer: A): A =>
  answer.status === 'streaming' ? { ...answer, status: 'stopped' } : answer;

/** A conversation without a name is called by its first question or its draft, cut to this many characters. */
const NAME_LENGTH = 120;

/** The conversations of projects with the versions of their messages, and the unsent text in their composers. */
export class Conversations {
  constructor(
    private readonly rows: Rows,
    private readonly settings: SettingRows,
  ) {}

  /** The conversations of a project, the one with the latest message first. */
  list(project: string): ConversationSummary[] {
    const rows = this.rows.db.all<ConversationSummary>(
      `SELECT id, updatedAt,
         (SELECT COUNT(*) FROM turn WHERE conversation = conversation.id) AS messages,
         CASE WHEN name <> '' THEN name ELSE COALESCE(
           (SELECT substr(body ->> '$.text', 1, ${NAME_LENGTH}) FROM message JOIN turn ON turn.message = message.id
            WHERE conversation = conversation.id AND json_valid(body) ORDER BY position LIMIT 1),
           (SELECT substr(value ->> '$.text', 1, ${NAME_LENGTH}) FROM setting
            WHERE key = 'draft-' || conversation.id AND json_valid(value)), '') END AS name
       FROM conversation WHERE project = ? ORDER BY updatedAt DESC, rowid DESC`,
      project,
    );
    return rows.map((row) => ({ ...row, name: row.name.replace(/\s+/g, ' ').trim() }));
  }

  /** The conversation that is shown of a project. Each project has one. */
  current(project: string): string {
    const chosen = this.settings.get(`conversation-${project}`);
    const known = this.rows.db.get<{ id: string }>(
      'SELECT id FROM conversation WHERE project = ? ORDER BY id = ? DESC, updatedAt DESC, rowid DESC LIMIT 1',
      project,
      chosen,
    );
    return known?.id ?? this.create(project);
  }

  /** Shows a conversation of a project. An unknown one changes nothing. Others that nothing was done with are deleted. */
  show(project: string, conversation: string): void {
    this.settings.set(`conversation-${project}`, conversation);
    this.rows.db.run(
      `DELETE FROM conversation WHERE project = ? AND id <> ? AND name = ''
         AND NOT EXISTS (SELECT 1 FROM turn WHERE conversation = conversation.id)
         AND NOT EXISTS (SELECT 1 FROM setting WHERE key = 'draft-' || conversation.id)`,
      project,
      this.current(project),
    );
  }

  create(project: string): string {
    const id = randomUUID();
    const now = Date.now();
    this.rows.db.run(
      'INSERT INTO conversation (id, project, name, createdAt, updatedAt) VALUES (?, ?, ?, ?, ?)',
      id,
      project,
      '',
      now,
      now,
    );
    return id;
  }

  /** @param name empty: it is called by its first question. */
  rename(conversation: string, name: string): void {
    this.rows.db.run('UPDATE conversation SET name = ? WHERE id = ?', name, conversation);
  }

  /** Deletes a conversation with all its messages. @returns a function that restores it. */
  remove(project: string, conversation: string): () => void {
    const kept = [
      this.rows.taken('conversation', 'id = ?', conversation),
      this.rows.taken('message', 'id IN (SELECT message FROM turn WHERE conversation = ?)', conversation),
      this.rows.taken('turn', 'conversation = ?', conversation),
    ];
    const draft = this.draft(conversation);
    this.rows.change(project, () => {
      this.rows.db.run(
        'DELETE FROM message WHERE id IN (SELECT message FROM turn WHERE conversation = ?)',
        conversation,
      );
      this.rows.db.run('DELETE FROM conversation WHERE id = ?', conversation);
      this.setDraft(conversation, NO_DRAFT);
    });
    return () =>
      this.rows.db.transaction(() => {
        kept.forEach((putBack) => putBack());
        this.setDraft(conversation, draft);
      });
  }

  /** The messages on the branch that is shown, and for those that have several versions which one is shown. */
  read(conversation: string): { messages: Message[]; versions: Record<string, Versions> } {
    const { turns, branch } = this.branch(conversation);
    const rows = this.rows.db.all<{ id: string; body: string }>(
      'SELECT id, body FROM message JOIN turn ON turn.message = message.id WHERE conversation = ?',
      conversation,
    );
    const bodies = new Map(rows.map(({ id, body }) => [id, body]));
    const messages = this.rows.read(
      'message',
      Message,
      branch.map(({ id }) => fromJson(bodies.get(id)!)),
    );
    return { messages, versions: versionsIn(turns, branch) };
  }

  /** For the messages on the branch that is shown that have several versions, which one is shown. */
  versions(conversation: string): Record<string, Versions> {
    const { turns, branch } = this.branch(conversation);
    return versionsIn(turns, branch);
  }

  private turns(conversation: string): TurnRow[] {
    return this.rows.db.all<TurnRow>(
      `SELECT id, parent FROM turn JOIN message ON message.id = turn.message
       WHERE conversation = ? ORDER BY position, message.rowid`,
      conversation,
    );
  }

  private branch(conversation: string): { turns: TurnRow[]; branch: TurnRow[] } {
    const turns = this.turns(conversation);
    return { turns, branch: branchOf(turns, this.leaf(conversation)) };
  }

  private leaf(conversation: string): string | null {
    const row = this.rows.db.get<{ leaf: string | null }>('SELECT leaf FROM conversation WHERE id = ?', conversation);
    return row?.leaf ?? null;
  }

  private setLeaf(conversation: string, leaf: string | null): void {
    this.rows.db.run('UPDATE conversation SET leaf = ?, updatedAt = ? WHERE id = ?', leaf, Date.now(), conversation);
  }

  /** The conversation of a message; undefined if there is no such message. */
  ofMessage(message: string): string | undefined {
    return this.rows.db.get<{ conversation: string }>('SELECT conversation FROM turn WHERE message = ?', message)
      ?.conversation;
  }

  /** The project of a message; undefined if there is no such message. */
  projectOf(message: string): string | undefined {
    return this.rows.db.get<{ project: string }>('SELECT project FROM message WHERE id = ?', message)?.project;
  }

  /** The message before a message; null if it is a first question. */
  parentOf(message: string): string | null {
    return (
      this.rows.db.get<{ parent: string | null }>('SELECT parent FROM turn WHERE message = ?', message)?.parent ?? null
    );
  }

  /** Saves a message again if it is known; otherwise adds it at the end of the branch that is shown. */
  save(project: string, conversation: string, message: Message): void {
    // The end is looked up within the transaction: another window may have added a message.
    this.rows.change(project, () => {
      if (this.ofMessage(message.id) === undefined)
        return this.insert(project, conversation, [message], this.branch(conversation).branch.at(-1)?.id ?? null);
      this.rows.db.run('UPDATE message SET body = ? WHERE id = ?', JSON.stringify(message), message.id);
      this.note(message);
    });
  }

  /**
   * Adds messages, each after the one before it, and shows them. If there are messages after `parent`, these are a new
   * version of them.
   * @param parent the message before the first one; null: they begin the conversation.
   */
  add(project: string, conversation: string, messages: readonly Message[], parent: string | null): void {
    this.rows.change(project, () => this.insert(project, conversation, messages, parent));
  }

  private insert(project: string, conversation: string, messages: readonly Message[], parent: string | null): void {
    let before = parent;
    for (const message of messages) {
      this.rows.db.run(
        `INSERT INTO message (id, project, position, body)
         VALUES (?1, ?2, (SELECT COALESCE(MAX(position) + 1, 0) FROM message WHERE project = ?2), ?3)`,
        message.id,
        project,
        JSON.stringify(message),
      );
      this.rows.db.run(
        'INSERT INTO turn (message, conversation, parent) VALUES (?, ?, ?)',
        message.id,
        conversation,
        before,
      );
      this.note(message);
      before = message.id;
    }
    this.setLeaf(conversation, before);
  }

  /** Notes which answer is being written, for `settleInterrupted`. */
  private note(message: Message): void {
    if (message.role !== 'assistant') return;
    const isWritten = message.status === 'streaming' || message.beside?.status === 'streaming';
    const noted = this.settings.get('writing');
    if (isWritten && noted !== message.id) this.settings.set('writing', message.id);
    if (!isWritten && noted === message.id) this.settings.set('writing', '');
  }

  /** Shows the branch with this message, to its latest end. */
  showMessage(project: string, message: string): void {
    const conversation = this.ofMessage(message);
    if (conversation === undefined) return;
    this.rows.change(project, () => this.setLeaf(conversation, endOf(this.turns(conversation), message)));
    this.show(project, conversation);
  }

  /** The id of another version of a message: the next one, or the previous one for -1. Undefined if there is none. */
  versionBeside(message: string, step: 1 | -1): string | undefined {
    const conversation = this.ofMessage(message);
    if (conversation === undefined) return undefined;
    const siblings = siblingsOf(this.turns(conversation), message);
    return siblings[siblings.findIndex(({ id }) => id === message) + step]?.id;
  }

  /** Deletes messages that turned out to hold nothing. If they are shown, the branch that ends with `leaf` is instead. */
  private discard(project: string, messages: readonly string[], leaf: string | null): void {
    const conversation = messages[0] === undefined ? undefined : this.ofMessage(messages[0]);
    if (conversation === undefined) return;
    const isShown = messages.includes(this.leaf(conversation) ?? '');
    this.rows.change(project, () => {
      for (const id of messages) this.rows.db.run('DELETE FROM message WHERE id = ?', id);
      if (isShown) this.setLeaf(conversation, leaf);
    });
  }

  /**
   * Handles answers that were in progress when the app ended: they keep their text and are marked as stopped. An answer
   * without any text is discarded if its question has another one. Questions are always kept.
   */
  settleInterrupted(): void {
    // Libraries of earlier versions do not say which answer it was.
    const writing = this.settings.get('writing');
    const rows = this.rows.db.all<{ project: string; body: string }>(
      `SELECT project, body FROM message WHERE ${writing === null ? `body LIKE '%"status":"streaming"%'` : 'id = ?'}`,
      ...(writing === null ? [] : [writing]),
    );
    this.settings.set('writing', '');
    for (const { project, body } of rows) {
      const { data: message } = Message.safeParse(fromJson(body));
      if (message?.role !== 'assistant') continue;
      const conversation = this.ofMessage(message.id);
      if (conversation === undefined) continue;
      const { beside } = message;
      const question = this.parentOf(message.id);
      if (question !== null) this.forgetDraft(conversation, this.textOf(question));
      const other = this.otherVersion(message.id);
      if (message.status === 'streaming' && message.text === '' && other !== undefined) {
        this.discard(project, [message.id], this.endFrom(other));
        continue;
      }
      this.save(project, conversation, { ...settled(message), ...(beside && { beside: settled(beside) }) });
    }
  }

  /**
   * Discards an answer if its question has another one, or the answer with its question if there is another version of
   * the question. @returns whether there was another version.
   */
  discardVersion(project: string, answer: string): boolean {
    const question = this.parentOf(answer);
    const other = this.otherVersion(answer);
    if (other !== undefined) {
      this.discard(project, [answer], this.endFrom(other));
      return true;
    }
    const version = question === null ? undefined : this.otherVersion(question);
    if (question === null || version === undefined) return false;
    this.discard(project, [answer, question], this.endFrom(version));
    return true;
  }

  private otherVersion(message: string): string | undefined {
    return this.versionBeside(message, -1) ?? this.versionBeside(message, 1);
  }

  private endFrom(message: string): string {
    return endOf(this.turns(this.ofMessage(message)!), message);
  }

  draft(conversation: string): Draft {
    return Draft.safeParse(fromJson(this.settings.get(`draft-${conversation}`) ?? '')).data ?? NO_DRAFT;
  }

  setDraft(conversation: string, draft: Draft): void {
    const empty = draft.text === '' && draft.editing === null;
    this.settings.set(`draft-${conversation}`, empty ? null : JSON.stringify(draft));
  }

  /**
   * Clears a draft that was asked, unless it was changed meanwhile. The text that was in the composer before is restored.
   */
  forgetDraft(conversation: string, asked: string | undefined): void {
    const { text, editing } = this.draft(conversation);
    if (text === asked) this.setDraft(conversation, { text: editing?.draft ?? '', editing: null });
  }

  private textOf(message: string): string | undefined {
    const row = this.rows.db.get<{ body: string }>('SELECT body FROM message WHERE id = ?', message);
    return Message.safeParse(fromJson(row?.body ?? '')).data?.text;
  }

  /** The model of a server that answers in a project. Null: the local model. */
  model(project: string): ServerModelRef | null {
    return ServerModelRef.safeParse(fromJson(this.settings.get(`model-${project}`) ?? '')).data ?? null;
  }

  setModel(project: string, model: ServerModelRef | null): void {
    this.settings.set(`model-${project}`, model && JSON.stringify(model));
  }
}
