// SPDX-License-Identifier: Apache-2.0
import { useState } from 'react';
import { FolderOpen, RotateCcw } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { PrecisionChoice, type EngineStatus, type ErrorInfo, type ModelInfo } from '../../../contract';
import { providerName } from '../../models';
import { useLanguage } from '../../i18n';
import { changeSettings, loadModelAnyway, measureModel, pickModel, returnToBundledModel, useStore } from '../../state';
import { Button, Choice, ErrorCard, formatBytes, formatCount, formatDuration, Meter } from '../../ui';
import { HubModels } from './HubModels';
import { Fact, Row } from './Row';
import styles from './ModelSection.module.css';

export function ModelSection() {
  const { t } = useTranslation();
  const engine = useStore((s) => s.engine);
  const chosen = useStore((s) => s.settings.precision);
  const refused = useStore((s) => s.modelRefused);
  const [busy, setBusy] = useState(false);
  const during = (job: () => Promise<unknown>) => () => {
    setBusy(true);
    void job().finally(() => setBusy(false));
  };
  const problem = refused ?? (engine.state === 'failed' ? engine.error : null);
  const own = engine.state !== 'ready' || !engine.model.bundled;
  return (
    <div className={styles.section}>
      <p className={styles.lead}>{t('settings.modelLead')}</p>
      {engine.state === 'ready' && <Facts model={engine.model} />}
      {problem && <NotLoaded error={problem} busy={busy} onAnyway={during(loadModelAnyway)} />}
      {engine.state !== 'ready' && engine.state !== 'failed' && <Loading engine={engine} />}
      <Row name={t('weights.choice')} hint={t('weights.hint')}>
        <Choice
          label={t('weights.choice')}
          value={chosen}
          onChange={(precision) => void changeSettings({ precision })}
          options={PrecisionChoice.options.map((value) => ({ value, label: t(`weights.${value}`) }))}
        />
      </Row>
      <div className={styles.actions}>
        <Button isDisabled={busy} onPress={during(pickModel)} data-testid="model-pick">
          <FolderOpen aria-hidden />
          {t('settings.modelPick')}
        </Button>
        {own && (
          <Button isDisabled={busy} onPress={during(returnToBundledModel)} data-testid="model-bundled">
            <RotateCcw aria-hidden />
            {t('settings.modelBundled')}
          </Button>
        )}
      </div>
      <HubModels />
    </div>
  );
}

/** Why a model was not loaded. If memory is the reason, the user may load it anyway. */
function NotLoaded({ error, busy, onAnyway }: { error: ErrorInfo; busy: boolean; onAnyway: () => void }) {
  const { t } = useTranslation();
  return (
    <ErrorCard error={error}>
      {error.code === 'wont-fit' && (
        <Button size="small" isDisabled={busy} onPress={onAnyway} data-testid="load-anyway">
          {t('settings.loadAnyway')}
        </Button>
      )}
    </ErrorCard>
  );
}

function Loading({ engine }: { engine: EngineStatus }) {
  const { t } = useTranslation();
  const { progress, needs } = engine.state === 'loading' ? engine : { progress: null, needs: null };
  const words = t(progress?.step === 'compile' ? 'model.preparing' : 'model.loading');
  return (
    <div className={styles.loading} role="status">
      <p>{words}</p>
      <Meter label={words} done={progress?.done ?? 0} total={progress?.total ?? 0} />
      {needs && (
        <p>
          {t('memory.needs', {
            model: formatBytes(needs.model),
            context: formatBytes(needs.context),
            free: formatBytes(needs.free),
          })}
        </p>
      )}
    </div>
  );
}

function Facts({ model }: { model: ModelInfo }) {
  const { t } = useTranslation();
  return (
    <dl className={styles.facts}>
      <Fact name={t('settings.modelName')}>
        {model.name}
        {model.bundled && <span className={styles.badge}>{t('settings.bundled')}</span>}
      </Fact>
      <Fact name={t('settings.family')}>{model.family}</Fact>
      <Fact name={t('settings.precision')}>
        {model.precision} <span className={styles.why}>{t(`weights.because.${model.weights.reason}`)}</span>
      </Fact>
      <Fact name={t('settings.provider')}>{providerName(model.provider)}</Fact>
      <Fact name={t('settings.context')}>
        {t('settings.contextTokens', { tokens: formatCount(model.contextLength) })}
      </Fact>
      <Fact name={t('settings.picture')}>
        {t(model.inputSize === null ? 'settings.pictureTokensOwn' : 'settings.pictureTokens', {
          tokens: formatCount(model.tokensPerPicture),
          frame: formatCount(model.tokensPerFrame),
          size: model.inputSize,
        })}
      </Fact>
      <Fact name={t('settings.speed')}>
        <Speed fingerprint={model.fingerprint} />
      </Fact>
      <Fact name={t('settings.size')}>{formatBytes(model.bytes)}</Fact>
      <Fact name={t('memory.takes')}>
        {t('memory.takesWords', { model: formatBytes(model.memory.model), context: formatBytes(model.memory.context) })}
      </Fact>
      <Fact name={t('settings.folder')}>{model.folder}</Fact>
      <Fact name={t('picture.fingerprint')}>
        <span className={styles.hash}>{model.fingerprint}</span>
      </Fact>
    </dl>
  );
}

/** How soon the model answers, or a button to measure it. */
function Speed({ fingerprint }: { fingerprint: string }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const measured = useStore((s) => s.modelSpeed);
  if (measured?.fingerprint !== fingerprint)
    return (
      <Button size="small" onPress={() => void measureModel(fingerprint)} data-testid="model-measure">
        {t('settings.speedMeasure')}
      </Button>
    );
  const { speed } = measured;
  return (
    <span role="status" data-testid="model-speed">
      {speed
        ? t('settings.speedOf', { time: formatDuration(speed.firstWordMs, language), frames: speed.frames })
        : t('settings.speedBusy')}
    </span>
  );
}
