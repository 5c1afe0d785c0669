import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import type { Settings } from '../../contract';
import en from './en.json';
import zh from './zh.json';

const spoken = (locale: string): 'en' | 'zh' => (locale.toLowerCase().startsWith('zh') ? 'zh' : 'en');

export function startLanguage(locale: string): void {
  void i18next.use(initReactI18next).init({
    resources: { en: { translation: en }, zh: { translation: zh } },
    lng: spoken(locale),
    fallbackLng: 'en',
    interpolation: { escapeValue: false },
    initAsync: false,
  });
}

/** The words of a pane that is read later than the rest. */
export function addStrings(strings: Readonly<Record<'en' | 'zh', object>>): void {
  for (const lng of ['en', 'zh'] as const) i18next.addResourceBundle(lng, 'translation', strings[lng], true, true);
}

export function chooseLanguage(setting: Settings['language'], locale: string): void {
  const lng = setting === 'system' ? spoken(locale) : setting;
  document.documentElement.lang = lng === 'zh' ? 'zh-CN' : 'en';
  if (i18next.language !== lng) void i18next.changeLanguage(lng);
}
