// SPDX-License-Identifier: Apache-2.0
import i18next, { type TFunction } from 'i18next';
import { WORDS, type Language } from '../locales';

const i18n = i18next.createInstance();
void i18n.init({ resources: WORDS, fallbackLng: 'en', interpolation: { escapeValue: false }, initAsync: false });

/** Texts of menus, dialogs and saved conversations, by key. */
export const wordsIn = (language: Language): TFunction => i18n.getFixedT(language);
