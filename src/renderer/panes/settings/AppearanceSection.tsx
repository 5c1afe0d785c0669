// SPDX-License-Identifier: Apache-2.0
import { useTranslation } from 'react-i18next';
import { changeSettings, useStore } from '../../state';
import { Segmented } from '../../ui';
import { Row } from './Row';

export function AppearanceSection() {
  const { t } = useTranslation();
  const { theme, language } = useStore((s) => s.settings);
  return (
    <>
      <Row name={t('settings.theme')}>
        <Segmented
          label={t('settings.theme')}
          value={theme}
          onChange={(value) => void changeSettings({ theme: value })}
          options={[
            { value: 'system', label: t('settings.system') },
            { value: 'dark', label: t('settings.dark') },
            { value: 'light', label: t('settings.light') },
          ]}
        />
      </Row>
      <Row name={t('settings.language')} hint={t('settings.languageHint')}>
        <Segmented
          label={t('settings.language')}
          value={language}
          onChange={(value) => void changeSettings({ language: value })}
          options={[
            { value: 'system', label: t('settings.system') },
            { value: 'en', label: 'English' },
            { value: 'zh', label: '简体中文' },
          ]}
        />
      </Row>
    </>
  );
}
