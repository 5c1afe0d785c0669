// SPDX-License-Identifier: Apache-2.0
import i18next from 'i18next';
import { initReactI18next, useTranslation } from 'react-i18next';
import { languageOf, type Language, type Settings } from '../../contract';
import { WORDS } from '../../locales';

export function startLanguage(locale: string): void {
  void i18next.use(initReactI18next).init({
    resources: WORDS,
    lng: languageOf('system', locale),
    fallbackLng: 'en',
    interpolation: { escapeValue: false },
    initAsync: false,
  });
}

export function chooseLanguage(setting: Settings['language'], locale: string): void {
  const lng = languageOf(setting, locale);
  document.documentElement.lang = lng === 'zh' ? 'zh-CN' : 'en';
  if (i18next.language !== lng) void i18next.changeLanguage(lng);
}

/** The current language of the window, for sentences that come from other processes. */
export function useLanguage(): Language {
  const { i18n } = useTranslation();
  return i18n.language === 'zh' ? 'zh' : 'en';
}
