// SPDX-License-Identifier: Apache-2.0
/** Every text that the app shows to the user, in each of its languages. */
import en from './en.json' with { type: 'json' }; // plain Node requires the type
import sentencesZh from './sentences.zh.json' with { type: 'json' };
import zh from './zh.json' with { type: 'json' };

export type Language = 'en' | 'zh';

/** Texts of windows, menus, dialogs and saved conversations, by key, as resources for i18next. */
export const WORDS = { en: { translation: en }, zh: { translation: zh } } as const;

/** Translations of errors, advice and notes, by the English sentence. The English is written where it is used. */
export const SENTENCES: Readonly<Record<Language, Readonly<Record<string, string>>>> = { en: {}, zh: sentencesZh };
