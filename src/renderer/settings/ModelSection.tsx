import { useState } from 'react';
import { FolderOpen, RotateCcw } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { ModelInfo, Progress } from '../../contract';
import { pickModel, returnToBundledModel, useStore } from '../state';
import { Button, ErrorCard, formatBytes, formatCount, formatParameters, Meter } from '../ui';
import { providerName } from './provider';
import { Fact } from './Row';
import styles from './ModelSection.module.css';

export function ModelSection() {
  const { t } = useTranslation();
  const engine = useStore((s) => s.engine);
  const [busy, setBusy] = useState(false);
  const during = (job: () => Promise<unknown>) => () => {
    setBusy(true);
    void job().finally(() => setBusy(false));
  };
  const own = engine.state !== 'ready' || !engine.model.bundled;
  return (
    <div className={styles.section}>
      <p className={styles.lead}>{t('settings.modelLead')}</p>
      {engine.state === 'ready' && <Facts model={engine.model} />}
      {engine.state === 'failed' && <ErrorCard error={engine.error} />}
      {engine.state === 'loading' && <Loading progress={engine.progress} />}
      {(engine.state === 'starting' || engine.state === 'trying' || engine.state === 'restarting') && <Loading progress={null} />}
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
    </div>
  );
}

function Loading({ progress }: { progress: Progress | null }) {
  const { t } = useTranslation();
  const words = t(progress?.step === 'compile' ? 'model.preparing' : 'model.loading');
  return (
    <div className={styles.loading} role="status">
      <p>{words}</p>
      <Meter label={words} done={progress?.done ?? 0} total={progress?.total ?? 0} />
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
      {model.parameters !== null && <Fact name={t('settings.parameters')}>{formatParameters(model.parameters)}</Fact>}
      <Fact name={t('settings.precision')}>{model.precision}</Fact>
      <Fact name={t('settings.provider')}>{providerName(model.provider)}</Fact>
      <Fact name={t('settings.context')}>{t('settings.contextTokens', { tokens: formatCount(model.contextLength) })}</Fact>
      <Fact name={t('settings.picture')}>
        {t('settings.pictureTokens', { tokens: formatCount(model.tokensPerPicture), size: model.inputSize })}
      </Fact>
      <Fact name={t('settings.size')}>{formatBytes(model.bytes)}</Fact>
      <Fact name={t('settings.folder')}>{model.folder}</Fact>
      <Fact name={t('picture.fingerprint')}>
        <span className={styles.hash}>{model.fingerprint}</span>
      </Fact>
    </dl>
  );
}
