// SPDX-License-Identifier: Apache-2.0
import { useEffect, useRef, useState } from 'react';
import { Images } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { toErrorInfo, type ErrorInfo, type Item, type Sentence } from '../../../contract';
import { Button, cx, Meter, NumberInput } from '../../ui';
import styles from './MissingFiles.module.css';
import { chooseEvenly, capturePhotographs, type SceneViewer, valueOf } from '../../../scene';

interface PhotographsProps {
  source: string;
  viewer: SceneViewer;
  /** Number of photographs that have a pose but whose file is missing. */
  missing: number;
  hash: string;
  viewCount: number;
  /** Whether it is placed above the bar for the selection. */
  raised: boolean;
  onViews: (items: Item[], mode: 'replace' | 'append') => void;
  /** Called with notes about what was left out. */
  onNotes: (notes: readonly Sentence[]) => void;
  onError: (error: ErrorInfo) => void;
}

/** A bar over a scene of posed photographs, to take some of them as views. */
export function Photographs({
  source,
  viewer,
  missing,
  hash,
  viewCount,
  raised,
  onViews,
  onNotes,
  onError,
}: PhotographsProps) {
  const { t } = useTranslation();
  const { photographs, bounds } = viewer;
  const most = photographs.length;
  const [count, setCount] = useState(Math.min(viewCount, most));
  const [progress, setProgress] = useState<{ done: number; total: number } | null>(null);
  const job = useRef<AbortController>(null);
  useEffect(() => () => job.current?.abort(), []);
  const take = async (): Promise<void> => {
    if (!bounds) return;
    const stop = new AbortController();
    job.current = stop;
    try {
      const order = {
        source,
        sceneHash: hash,
        bounds,
        fileToScene: viewer.facts?.fileToScene,
        photographs: chooseEvenly(photographs, count),
        signal: stop.signal,
        onProgress: setProgress,
      };
      const { taken, notes } = await capturePhotographs(order, async (view) =>
        valueOf(await window.zoetrope['view.add'](view)),
      );
      onViews(taken, 'replace');
      onNotes(notes);
    } catch (thrown) {
      const error = toErrorInfo(thrown);
      if (error.code !== 'cancelled') onError(error);
    } finally {
      setProgress(null);
    }
  };
  return (
    <div className={cx(styles.card, raised && styles.raised)} data-testid="photographs">
      <Images aria-hidden className={styles.sign} />
      <div className={styles.words}>
        <p>{t('scene.photographs', { count: most })}</p>
        {missing > 0 && <p>{t('scene.missing', { count: missing })}</p>}
        {progress && (
          <Meter label={t('scene.takePhotographs', { count })} done={progress.done} total={progress.total} />
        )}
      </div>
      {progress ? (
        <Button size="small" tone="ghost" onPress={() => job.current?.abort()}>
          {t('scene.cancel')}
        </Button>
      ) : (
        <>
          <NumberInput
            label={t('scene.viewCount')}
            value={count}
            min={1}
            max={Math.min(most, 512)}
            onChange={setCount}
            compact
          />
          <Button size="small" tone="accent" data-testid="take-photographs" onPress={() => void take()}>
            {t('scene.takePhotographs', { count })}
          </Button>
        </>
      )}
    </div>
  );
}
