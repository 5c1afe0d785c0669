// SPDX-License-Identifier: Apache-2.0
import { Settings } from '../contract';
import { fromJson, type Rows } from './rows';

/**
 * `hub`: the host from which models may be downloaded. `archivedProjects`: the ids of those projects. `writing`: the answer in progress; empty if there is
 * none. With a project's id, `preset-`: the name of its preset; `model-`: the model of a server that
 * answers in it; `conversation-`: the conversation that is shown. With a conversation's id, `draft-`: the unsent text in
 * its composer.
 */
export type SettingKey =
  | 'lastProject'
  | 'modelFolder'
  | 'settings'
  | 'serving'
  | 'hub'
  | 'archivedProjects'
  | 'writing'
  | `draft-${string}`
  | `model-${string}`
  | `preset-${string}`
  | `conversation-${string}`;

/** The user's settings, and small values that the app stores for itself. */
export class SettingRows {
  constructor(private readonly rows: Rows) {}

  all(): Settings {
    const saved = fromJson(this.get('settings') ?? '{}');
    const [settings] = this.rows.read('setting', Settings, [saved]);
    if (settings) return settings;
    // An invalid setting does not affect the others.
    const right = Object.entries(Settings.shape).flatMap(([key, schema]) => {
      const { success, data } = schema.safeParse((saved as Record<string, unknown> | null)?.[key]);
      return success ? [[key, data]] : [];
    });
    return Settings.parse(Object.fromEntries(right));
  }

  setAll(settings: Settings): void {
    this.set('settings', JSON.stringify(settings));
  }

  /** A value that the app stores for itself, such as the last project or the chosen model folder. */
  get(key: SettingKey): string | null {
    return this.rows.db.get<{ value: string }>('SELECT value FROM setting WHERE key = ?', key)?.value ?? null;
  }

  set(key: SettingKey, value: string | null): void {
    if (value === null) this.rows.db.run('DELETE FROM setting WHERE key = ?', key);
    else
      this.rows.db.run(
        'INSERT INTO setting (key, value) VALUES (?, ?) ON CONFLICT(key) DO UPDATE SET value = excluded.value',
        key,
        value,
      );
  }
}
