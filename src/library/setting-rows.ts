// SPDX-License-Identifier: Apache-2.0
import { Settings } from '../contract';
import { fromJson, type Rows } from './rows';

/** `replaced`: the messages in whose place an answer is being written. `draft-` and a project: what is written there and not asked. */
export type SettingKey = 'lastProject' | 'modelFolder' | 'settings' | 'replaced' | `draft-${string}`;

/** The user's settings, and small facts the app keeps for itself. */
export class SettingRows {
  constructor(private readonly rows: Rows) {}

  all(): Settings {
    const saved = fromJson(this.get('settings') ?? '{}');
    const [settings] = this.rows.read('setting', Settings, [saved]);
    if (settings) return settings;
    // One that makes no sense costs no other.
    const right = Object.entries(Settings.shape).flatMap(([key, schema]) => {
      const { success, data } = schema.safeParse((saved as Record<string, unknown> | null)?.[key]);
      return success ? [[key, data]] : [];
    });
    return Settings.parse(Object.fromEntries(right));
  }

  setAll(settings: Settings): void {
    this.set('settings', JSON.stringify(settings));
  }

  /** Small facts the app keeps for itself, such as the last project or the chosen model folder. */
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
