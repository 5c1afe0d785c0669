// SPDX-License-Identifier: Apache-2.0
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { GAPS, pictureUrl } from '../../../contract';
import { messagesBefore } from '../../../sequence';
import { useLanguage } from '../../i18n';
import { evenPlan, sample, useNumbers, useStore } from '../../state';
import { describeItem } from '../../tray';
import { Button } from '../../ui';
import { placingOf } from './placing';
import styles from './PlacingRow.module.css';

/** Shows the pictures of the question: the one for each placeholder, or how many are sent. */
export function PlacingRow() {
  const { t } = useTranslation();
  const language = useLanguage();
  const messages = useStore((s) => s.project.messages);
  const editing = useStore((s) => s.editing?.id);
  const tray = useStore((s) => s.project.tray);
  const draft = useStore((s) => s.draft);
  const placement = useStore((s) => s.settings.placement);
  const numbers = useNumbers();
  const asking = useStore((s) => s.live !== null);
  const { placed, fresh, kept } = useMemo(
    () => placingOf(messagesBefore(messages, editing), tray, draft, placement),
    [messages, editing, tray, draft, placement],
  );
  if (asking && draft === '') return null;
  if (tray.length === 0 && placed.length === 0) return <NoPictures />;
  if (placed.length === 0 && fresh.length > 0 && draft.includes('<image>'))
    return <p className={styles.words}>{t('placing.typed')}</p>;
  if (placed.length === 0) {
    return (
      <p className={styles.words}>
        {fresh.length > 0 ? t('placing.fresh', { count: fresh.length }) : t('placing.kept', { count: kept })}
        {fresh.length > 0 && kept > 0 && GAPS[language] + t('placing.andKept', { count: kept })}
      </p>
    );
  }
  const missing = placed.filter((item) => item === null).length;
  return (
    <div className={styles.row}>
      {placed.map((item, k) =>
        item ? (
          <span key={k} className={styles.chip}>
            <img src={pictureUrl(item.picture)} alt="" />
            <b>{numbers.get(item.id)}</b>
            <span>{describeItem(item)}</span>
          </span>
        ) : null,
      )}
      {missing > 0 && (
        <span className={styles.missing} role="alert">
          {t('placing.missing', { count: missing })}
        </span>
      )}
      {missing === 0 && placed.length < fresh.length && (
        <span className={styles.rest}>{t('placing.rest', { count: fresh.length - placed.length })}</span>
      )}
    </div>
  );
}

function NoPictures() {
  const { t } = useTranslation();
  const video = useStore((s) =>
    s.project.sources.find((x) => x.id === s.project.activeSource && x.kind === 'video' && x.present),
  );
  const known = useStore((s) => (video ? s.videos[video.id]?.info != null : false));
  const busy = useStore((s) => s.sampleJob !== null);
  const count = useStore((s) => s.settings.frameCount);
  if (!video || !known || busy) return null;
  return (
    <div className={styles.none}>
      <span>{t('placing.none')}</span>
      <Button size="small" onPress={() => void sample(video.id, evenPlan(video.id))}>
        {t('video.sample', { count })}
      </Button>
    </div>
  );
}
