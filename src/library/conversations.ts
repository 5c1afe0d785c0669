// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { Draft, Id, Message, NO_DRAFT, ServerModelRef } from '../contract';
import { fromJson, type Rows } from './rows';
import type { SettingRows } from './setting-rows';

/** An answer that was in progress is marked as stopped. */
const settled = <A extends { status: string }>(answer: A): A =>
  answer.status === 'streaming' ? { ...answer, status: 'stopped' } : answer;

const Replaced = z.object({ project: Id, messages: z.array(Message).min(1) });

/** The messages of projects, and the unsent text in their composers. */
export class Conversations {
  constructor(
    private readonly rows: Rows,
    private readonly settings: SettingRows,
  ) {}

  of(project: string): Message[] {
    const rows = this.rows.db.all<{ body: string }>(
      'SELECT body FROM message WHERE project = ? ORDER BY position',
      project,
    );
    return this.rows.read(
      'message',
      Message,
      rows.map(({ body }) => fromJson(body)),
    );
  }

  /** Appends a message, or replaces it if it exists. An answer is saved many times while it grows. */
  save(project: string, message: Message): void {
    this.rows.change(project, () => this.put(project, message));
  }

  private put(project: string, message: Message): void {
    this.rows.db.run(
      `INSERT INTO message (id, project, position, body)
       VALUES (?1, ?2, (SELECT COALESCE(MAX(position) + 1, 0) FROM message WHERE project = ?2), ?3)
       ON CONFLICT(id) DO UPDATE SET body = excluded.body`,
      message.id,
      project,
      JSON.stringify(message),
    );
  }

  /**
   * Replaces the message with the first message's id, and all messages after it. Appends if there is no such message.
   * @param untilSettled restores the replaced messages at the next start, unless `settleReplaced` is called before.
   * @returns the replaced messages.
   */
  replace(project: string, messages: readonly Message[], untilSettled = false): Message[] {
    const all = this.of(project);
    const at = all.findIndex(({ id }) => id === messages[0]?.id);
    const replaced = at < 0 ? [] : all.slice(at);
    this.rows.change(project, () => {
      for (const { id } of replaced) this.rows.db.run('DELETE FROM message WHERE id = ?', id);
      for (const message of messages) this.put(project, message);
      if (untilSettled && replaced.length > 0)
        this.settings.set('replaced', JSON.stringify({ project, messages: replaced }));
    });
    return replaced;
  }

  /** Makes the last replacement permanent. */
  settleReplaced(): void {
    this.settings.set('replaced', null);
  }

  /** Deletes all messages of a project. @returns a function that restores them, before any messages added since. */
  clear(project: string): () => void {
    const putBack = this.rows.taken('message', 'project = ?', project);
    const { next } = this.rows.db.get<{ next: number }>(
      'SELECT COALESCE(MAX(position) + 1, 0) AS next FROM message WHERE project = ?',
      project,
    )!;
    this.rows.change(project, () => this.rows.db.run('DELETE FROM message WHERE project = ?', project));
    return () =>
      this.rows.db.transaction(() => {
        this.rows.db.run('UPDATE message SET position = position + ? WHERE project = ?', next, project);
        putBack();
      });
  }

  /**
   * Handles answers that were in progress when the app ended: they keep their text and are marked as stopped. If one
   * was to replace earlier messages, those are restored instead.
   */
  settleInterrupted(): void {
    const { data } = Replaced.safeParse(fromJson(this.settings.get('replaced') ?? ''));
    if (data) this.replace(data.project, data.messages);
    this.settleReplaced();
    const rows = this.rows.db.all<{ project: string; body: string }>(
      `SELECT project, body FROM message WHERE body LIKE '%"status":"streaming"%'`,
    );
    for (const { project, body } of rows) {
      const { data: message } = Message.safeParse(fromJson(body));
      if (message?.role !== 'assistant') continue;
      const { beside } = message;
      this.save(project, { ...settled(message), ...(beside && { beside: settled(beside) }) });
    }
  }

  draft(project: string): Draft {
    return Draft.safeParse(fromJson(this.settings.get(`draft-${project}`) ?? '')).data ?? NO_DRAFT;
  }

  /** The model of a server that answers in a project. Null: the local model. */
  model(project: string): ServerModelRef | null {
    return ServerModelRef.safeParse(fromJson(this.settings.get(`model-${project}`) ?? '')).data ?? null;
  }

  setModel(project: string, model: ServerModelRef | null): void {
    this.settings.set(`model-${project}`, model && JSON.stringify(model));
  }

  setDraft(project: string, draft: Draft): void {
    const empty = draft.text === '' && draft.editing === null;
    this.settings.set(`draft-${project}`, empty ? null : JSON.stringify(draft));
  }
}
