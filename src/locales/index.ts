// SPDX-License-Identifier: Apache-2.0
/** Every word that the app says to its user, in each of its languages. */
import en from './en.json' with { type: 'json' }; // plain Node asks for the type
import sentencesZh from './sentences.zh.json' with { type: 'json' };
import zh from './zh.json' with { type: 'json' };

export type Language = 'en' | 'zh';

/** Of windows, menus, dialogs and saved conversations: i18next's resources, by key. */
export const WORDS = { en: { translation: en }, zh: { translation: zh } } as const;

/** Of errors, advice and notes, which are written where they arise: their translations, by the English. */
export const SENTENCES: Readonly<Record<Language, Readonly<Record<string, string>>>> = { en: {}, zh: sentencesZh };
