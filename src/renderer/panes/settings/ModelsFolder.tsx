// SPDX-License-Identifier: Apache-2.0
import { useEffect, useState } from 'react';
import { FolderInput, FolderOpen, RotateCcw } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { ModelsPlace } from '../../../contract';
import { cancelModelsMove, moveModels, readModelsPlace, showModelsPlace, useStore } from '../../state';
import { Button, ErrorCard, formatBytes, Meter, Segmented } from '../../ui';
import { Row } from './Row';
import styles from './HubModels.module.css';

/** Where models are kept, how much room there is, and how to keep them elsewhere. */
export function ModelsFolder() {
  const { t } = useTranslation();
  const place = useStore((s) => s.modelsPlace);
  const move = useStore((s) => s.modelsMove);
  const error = useStore((s) => s.modelsMoveError);
  const models = useStore((s) => s.hubModels);
  useEffect(() => void readModelsPlace(), [models]);
  if (!place) return null;
  const { isThere, bytes, free } = place;
  return (
    <section className={styles.folder} aria-label={t('folder.title')} data-testid="models-folder">
      <h3 className={styles.title}>{t('folder.title')}</h3>
      <div className={styles.place}>
        <p className={styles.path}>{place.folder}</p>
        {isThere ? (
          <p className={styles.facts}>{t('folder.facts', { bytes: formatBytes(bytes), free: formatBytes(free) })}</p>
        ) : (
          <Missing />
        )}
      </div>
      {error && <ErrorCard error={error} />}
      {move ? <Moving /> : <Ways place={place} />}
    </section>
  );
}

/** What to do while the drive of the folder is not there. */
export function Missing() {
  const { t } = useTranslation();
  return (
    <p className={styles.warning} role="status">
      {t('folder.missing')}
    </p>
  );
}

function Moving() {
  const { t } = useTranslation();
  const progress = useStore((s) => s.modelsMove?.progress);
  return (
    <div className={styles.moving} role="status">
      <Meter label={t('folder.moving')} done={progress?.done ?? 0} total={progress?.total ?? 0} />
      <Button size="small" onPress={cancelModelsMove} data-testid="folder-cancel">
        {t('common.cancel')}
      </Button>
    </div>
  );
}

function Ways({ place: { isShared, isThere, shared } }: { place: ModelsPlace }) {
  const { t } = useTranslation();
  const [withShared, setWithShared] = useState(false);
  const anyJob = useStore((s) => s.hubJob !== null);
  return (
    <>
      {isShared && shared > 0 && (
        <Row name={t('folder.withShared', { bytes: formatBytes(shared) })} hint={t('folder.withSharedHint')}>
          <Segmented
            label={t('folder.withShared', { bytes: formatBytes(shared) })}
            value={withShared ? 'move' : 'stay'}
            onChange={(value) => setWithShared(value === 'move')}
            options={[
              { value: 'stay', label: t('folder.stay') },
              { value: 'move', label: t('folder.move') },
            ]}
          />
        </Row>
      )}
      <div className={styles.ways}>
        {isThere && (
          <Button onPress={() => void showModelsPlace()} data-testid="folder-show">
            <FolderOpen aria-hidden />
            {t('folder.show')}
          </Button>
        )}
        {!isThere && (
          <Button onPress={() => void readModelsPlace()} data-testid="folder-again">
            {t('folder.again')}
          </Button>
        )}
        <Button isDisabled={anyJob} onPress={() => void moveModels('chosen', withShared)} data-testid="folder-move">
          <FolderInput aria-hidden />
          {t(isThere ? 'folder.choose' : 'folder.another')}
        </Button>
        {!isShared && (
          <Button isDisabled={anyJob} onPress={() => void moveModels('shared', false)} data-testid="folder-usual">
            <RotateCcw aria-hidden />
            {t(isThere ? 'folder.back' : 'folder.forget')}
          </Button>
        )}
        {!isShared && isThere && shared > 0 && (
          <Button isDisabled={anyJob} onPress={() => void moveModels('here', true)} data-testid="folder-here">
            {t('folder.here', { bytes: formatBytes(shared) })}
          </Button>
        )}
      </div>
    </>
  );
}
