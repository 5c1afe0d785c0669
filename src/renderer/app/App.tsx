// SPDX-License-Identifier: Apache-2.0
import { useEffect } from 'react';
import { I18nProvider } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { chooseLanguage } from '../i18n';
import { useStore } from '../state';
import { ErrorCard } from '../ui';
import { ContextMenu } from './ContextMenu';
import { Dialogs } from './Dialogs';
import { DropOverlay } from './DropOverlay';
import { useFocusKeeper } from './focus-keeper';
import { Layout } from './Layout';
import { Toasts } from './Toasts';
import { TopBar } from './TopBar';
import { useMenuCommands, useShortcuts } from './shortcuts';
import { useTheme } from './theme';
import styles from './App.module.css';

export function App() {
  const { i18n } = useTranslation();
  const phase = useStore((s) => s.phase);
  const startError = useStore((s) => s.startError);
  const language = useStore((s) => s.settings.language);
  const locale = useStore((s) => s.locale);

  useTheme();
  useShortcuts();
  useMenuCommands();
  useFocusKeeper();
  useEffect(() => {
    if (phase === 'ready') chooseLanguage(language, locale);
  }, [phase, language, locale]);

  if (phase === 'failed' && startError) {
    return (
      <main className={styles.failed}>
        <ErrorCard error={startError} />
      </main>
    );
  }
  return (
    <I18nProvider locale={i18n.language === 'zh' ? 'zh-CN' : 'en-US'}>
      <div className={styles.app} data-phase={phase}>
        <TopBar />
        {phase === 'ready' ? <Layout /> : <div className={styles.starting} aria-busy />}
        <DropOverlay />
        <Toasts />
        <Dialogs />
        <ContextMenu />
      </div>
    </I18nProvider>
  );
}
