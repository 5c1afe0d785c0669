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

export function chooseLanguage(setting: Settings['language'], locale: string): void {
  const lng = setting === 'system' ? spoken(locale) : setting;
  document.documentElement.lang = lng === 'zh' ? 'zh-CN' : 'en';
  if (i18next.language !== lng) void i18next.changeLanguage(lng);
}
