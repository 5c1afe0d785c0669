// SPDX-License-Identifier: Apache-2.0
import type { TFunction } from 'i18next';
import { ChevronDown, Cpu, FolderOpen, Globe, Plus, RotateCcw, Server, SlidersHorizontal, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button, TooltipTrigger } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import {
  DEVICE_NAMES,
  errorIn,
  sentenceIn,
  type EngineStatus,
  type Language,
  type ServerModelRef,
  type ShownServer,
} from '../../contract';
import { useLanguage } from '../i18n';
import { chooseModel, openDialog, pickModel, returnToBundledModel, useStore } from '../state';
import { cx, formatCount, Menu, MenuItem, MenuLine, Tip } from '../ui';
import { useModelGroups, useServerOf } from './model-groups';
import { ModelItems } from './ModelItems';
import { providerName } from './provider';
import styles from './ModelChip.module.css';

interface Words {
  name: string;
  state: string;
  icon?: ReactNode;
  hint: string;
}

function words(engine: EngineStatus, t: TFunction, language: Language): Words {
  switch (engine.state) {
    case 'starting':
      return { name: t('model.model'), state: t('model.starting'), hint: t('model.startingHint') };
    case 'loading': {
      const p = engine.progress;
      const done = p && p.total > 0 ? ` ${Math.round((100 * p.done) / p.total)}%` : '';
      const step = p?.step === 'compile' ? t('model.preparing') : t('model.loading');
      return { name: t('model.model'), state: step + done, hint: t('model.loadingHint') };
    }
    case 'trying': {
      const device = DEVICE_NAMES[engine.device];
      return { name: t('model.model'), state: t('model.trying', { device }), hint: t('model.tryingHint') };
    }
    case 'ready':
      return {
        name: engine.model.bundled ? t('model.bundledName') : engine.model.name,
        state: providerName(engine.model.provider),
        icon: <Cpu aria-hidden />,
        hint: t('model.readyHint', { context: formatCount(engine.model.contextLength) }),
      };
    case 'restarting':
      return { name: t('model.model'), state: t('model.restarting'), hint: sentenceIn(engine.reason, language) };
    case 'failed':
      return { name: t('model.model'), state: t('model.failed'), hint: errorIn(engine.error, language).message };
  }
}

/** The name and state of the model that answers in this project, with a menu to choose another. */
export function ModelChip() {
  const { t } = useTranslation();
  const language = useLanguage();
  const engine = useStore((s) => s.engine);
  const chosen = useStore((s) => s.project.model);
  const server = useServerOf(chosen);
  const groups = useModelGroups();
  const shown = chosen === null ? words(engine, t, language) : serverWords(chosen.model, server, t);
  const state = chosen === null ? engine.state : server === undefined ? 'failed' : server?.loopback ? 'ready' : 'leaves';
  const choose = (model: ServerModelRef | null) => void chooseModel(model);
  const own = engine.state !== 'ready' || !engine.model.bundled;
  return (
    <Menu
      label={t('models.menu')}
      trigger={
        <TooltipTrigger delay={400} closeDelay={0}>
          <Button className={styles.chip ?? ''} data-testid="model-chip" data-state={state}>
            <span className={cx(styles.dot, styles[state])} aria-hidden />
            <span className={styles.name}>{shown.name}</span>
            <span className={styles.state} role="status">
              {shown.icon}
              {shown.state}
            </span>
            <ChevronDown className={styles.open} aria-hidden />
          </Button>
          <Tip label={shown.hint} />
        </TooltipTrigger>
      }
    >
      <ModelItems groups={groups} chosen={chosen} onChoose={choose} />
      <MenuLine />
      {own && (
        <MenuItem icon={<RotateCcw />} onAction={() => void chooseModel(null).then(returnToBundledModel)}>
          {t('models.bundled')}
        </MenuItem>
      )}
      <MenuItem icon={<FolderOpen />} onAction={() => void chooseModel(null).then(pickModel)}>
        {t('models.pick')}
      </MenuItem>
      <MenuItem icon={<Plus />} onAction={() => openDialog({ kind: 'settings', section: 'servers' })}>
        {t('models.addServer')}
      </MenuItem>
      <MenuItem icon={<SlidersHorizontal />} onAction={() => openDialog({ kind: 'settings', section: 'model' })}>
        {t('models.settings')}
      </MenuItem>
    </Menu>
  );
}

function serverWords(name: string, server: ShownServer | null | undefined, t: TFunction): Words {
  if (!server) return { name, state: t('models.gone'), icon: <TriangleAlert aria-hidden />, hint: t('models.goneHint') };
  if (server.loopback)
    return { name, state: server.name, icon: <Server aria-hidden />, hint: t('models.hereHint', { name: server.name }) };
  const { host } = server;
  return { name, state: t('models.leaves'), icon: <Globe aria-hidden />, hint: t('models.leavesHint', { host }) };
}
