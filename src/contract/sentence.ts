// SPDX-License-Identifier: Apache-2.0
import { SENTENCES, type Language } from '../locales';

export type { Language };

/** The language that is meant where the settings may leave it to the system, whose language is `locale`. */
export function languageOf(setting: 'system' | Language, locale: string): Language {
  if (setting !== 'system') return setting;
  return locale.toLowerCase().startsWith('zh') ? 'zh' : 'en';
}

/**
 * A sentence for the user as it crosses processes: its English, with the places `{0}`, `{1}` for what is only known
 * when it is said. The English is the key to it in every other language, so it is written once, where it is needed.
 */
export interface Sentence {
  readonly template: string;
  readonly values: readonly SentenceValue[];
}

/** Names stay as they are, numbers are written as the language does, sentences are translated, several names are listed. */
export type SentenceValue = string | number | Sentence | readonly string[];

/** The longest name that is said whole, in characters: a file may hold one of megabytes. */
const LONGEST_NAME = 500;
const shortened = (name: string): string =>
  plainName(name.length <= LONGEST_NAME ? name : `${name.slice(0, LONGEST_NAME)}\u2026`);

/** A name as it may be shown: characters that turn text round would make another name, or another ending, of it. */
export const plainName = (name: string): string => name.replace(/[\u202a-\u202e\u2066-\u2069]/g, '\ufffd');

/** Tags what the user is to read: say`"${name}" is empty.`. Every one has its entry in `locales/sentences.zh.json`; a test looks for them. */
export function say(words: TemplateStringsArray, ...values: SentenceValue[]): Sentence {
  return {
    template: words.reduce((before, after, k) => `${before}{${k - 1}}${after}`),
    values: values.map((value) =>
      typeof value === 'string' ? shortened(value) : Array.isArray(value) ? value.map(shortened) : value,
    ),
  };
}

/** Between one sentence and the next. */
export const GAPS: Readonly<Record<Language, string>> = { en: ' ', zh: '' };
const LISTS: Readonly<Record<Language, string>> = { en: ', ', zh: '、' };

/** The sentence in a language; in English where it has no words in that one. */
export const sentenceIn = (sentence: Sentence, language: Language): string =>
  filled(sentence, language, (template) => SENTENCES[language][template] ?? template);

/** For the log and the command line. */
export const inEnglish = (sentence: Sentence): string => filled(sentence, 'en', (template) => template);

function filled({ template, values }: Sentence, language: Language, words: (template: string) => string): string {
  return words(template).replace(/\{(\d+)\}/g, (place, k: string) => {
    const value = values[Number(k)];
    if (value === undefined) return place;
    if (typeof value === 'string') return value;
    if (typeof value === 'number') return value.toLocaleString(language);
    return 'template' in value ? filled(value, language, words) : value.join(LISTS[language]);
  });
}
