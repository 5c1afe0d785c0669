// SPDX-License-Identifier: Apache-2.0
import { SENTENCES, type Language } from '../locales';

export type { Language };

/** The language to use. `system` means the system's language, which is taken from `locale`. */
export function languageOf(setting: 'system' | Language, locale: string): Language {
  if (setting !== 'system') return setting;
  return locale.toLowerCase().startsWith('zh') ? 'zh' : 'en';
}

/**
 * A sentence for the user as it is sent between processes: its English text, with the placeholders `{0}`, `{1}` for
 * values. The English text is the key to the translations, so it is written once, where it is needed.
 */
export interface Sentence {
  readonly template: string;
  readonly values: readonly SentenceValue[];
}

/**
 * Names are inserted unchanged, numbers are formatted for the language, sentences are translated, and several names are
 * joined to a list.
 */
export type SentenceValue = string | number | Sentence | readonly string[];

/** The longest name that is shown in full, in characters. A file may contain a name of megabytes. */
const LONGEST_NAME = 500;
const shortened = (name: string): string =>
  plainName(name.length <= LONGEST_NAME ? name : `${name.slice(0, LONGEST_NAME)}\u2026`);

/**
 * A name that is safe to show. Characters that change the direction of text are replaced by U+FFFD, because they could
 * disguise the name or its extension.
 */
export const plainName = (name: string): string => name.replace(/[\u202a-\u202e\u2066-\u2069]/g, '\ufffd');

/**
 * Tags a sentence for the user: say`"${name}" is empty.`. Every sentence needs an entry in `locales/sentences.zh.json`;
 * a test checks this.
 */
export function say(words: TemplateStringsArray, ...values: SentenceValue[]): Sentence {
  return {
    template: words.reduce((before, after, k) => `${before}{${k - 1}}${after}`),
    values: values.map((value) =>
      typeof value === 'string' ? shortened(value) : Array.isArray(value) ? value.map(shortened) : value,
    ),
  };
}

/** The separator between two sentences. */
export const GAPS: Readonly<Record<Language, string>> = { en: ' ', zh: '' };
const LISTS: Readonly<Record<Language, string>> = { en: ', ', zh: '、' };

/** The sentence in a language, or in English if it has no translation. */
export const sentenceIn = (sentence: Sentence, language: Language): string =>
  filled(sentence, language, (template) => SENTENCES[language][template] ?? template);

/** The sentence in English, for the log and the command line. */
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
