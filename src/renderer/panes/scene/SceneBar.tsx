// SPDX-License-Identifier: Apache-2.0
import { Camera, Images, Maximize, Square } from 'lucide-react';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import { TooltipTrigger } from 'react-aria-components';
import { AskedStrategy, inEnglish, sentenceIn, type Sentence } from '../../../contract';
import { useLanguage } from '../../i18n';
import { useKey } from '../../keys';
import { Button, Choice, formatCount, IconButton, Meter, NumberInput, Tip } from '../../ui';
import styles from './SceneBar.module.css';
import type { CaptureProgress, PaneStrategy } from './use-capture';
import type { SceneFacts } from '../../../scene';

interface SceneBarProps {
  /** Null until the scene is loaded; then the controls are disabled. */
  facts: SceneFacts | null;
  /** Whether two scenes are captured in pairs. */
  pairs: boolean;
  progress: CaptureProgress | null;
  /** The share of the scene that the last coverage capture showed, 0..1. */
  coverage: number | null;
  /** Notes about the last capture. */
  notes: readonly Sentence[];
  count: number;
  onCount: (count: number) => void;
  onView: () => void;
  strategy: PaneStrategy;
  /** Number of bookmarks; without any, they are not offered as a strategy. */
  bookmarks: number;
  /** Number of cameras in the scene's file. */
  cameras: number;
  onStrategy: (strategy: PaneStrategy) => void;
  onCapture: () => void;
  onFit: () => void;
  onCancel: () => void;
}

export const MAX_VIEWS = 64;

const CUBE_FACES = 6;

/** The bar below the scene: capture one view or several, the progress, and what the scene contains. */
export function SceneBar({
  facts,
  pairs,
  progress,
  coverage,
  notes,
  count,
  onCount,
  onView,
  strategy,
  bookmarks,
  cameras,
  onStrategy,
  onCapture,
  onFit,
  onCancel,
}: SceneBarProps) {
  const { t } = useTranslation();
  const fixed = { cube: CUBE_FACES, bookmarks, file: cameras }[strategy as string];
  const views = fixed ?? count;
  const ways: PaneStrategy[] = AskedStrategy.options.filter((way) => way !== 'file' || cameras > 0);
  if (bookmarks > 0) ways.push('bookmarks');
  const idle = facts !== null && progress === null;
  const said = [...(facts?.notes ?? []), ...notes];
  return (
    <>
      {said.length > 0 && <Notes notes={said} />}
      <div className={styles.bar}>
        <TooltipTrigger delay={500} closeDelay={0}>
          <Button data-testid="capture-view" isDisabled={!idle} onPress={onView}>
            <Camera aria-hidden />
            {t('scene.captureView')}
          </Button>
          <Tip label={t('scene.captureViewTip')} keys={useKey('take')} />
        </TooltipTrigger>
        <div className={styles.plan}>
          <Choice
            label={t('scene.strategy')}
            value={strategy}
            options={ways.map((value) => ({ value, label: t(`scene.${value}`) }))}
            onChange={onStrategy}
          />
          {fixed === undefined && (
            <NumberInput
              label={t('scene.viewCount')}
              value={count}
              min={1}
              max={MAX_VIEWS}
              onChange={onCount}
              compact
            />
          )}
          <TooltipTrigger delay={500} closeDelay={0}>
            <Button data-testid="capture-ring" isDisabled={!idle} onPress={onCapture}>
              <Images aria-hidden />
              <span className={styles.words}>
                {t(
                  pairs ? 'scene.capturePairs' : strategy === 'coverage' ? 'scene.captureUpTo' : 'scene.captureViews',
                  { count: views },
                )}
              </span>
            </Button>
            <Tip label={t('scene.captureViewsTip', { count: views })} keys={useKey('sample')} />
          </TooltipTrigger>
        </div>
        <IconButton label={t('scene.fit')} keys={useKey('fullScreen')} isDisabled={facts === null} onPress={onFit}>
          <Maximize />
        </IconButton>
        {progress ? (
          <div className={styles.progress} role="status">
            <span>
              {t(`scene.${progress.step}`, {
                done: Math.min(progress.done + 1, progress.total),
                total: progress.total,
              })}
            </span>
            <div className={styles.meter}>
              <Meter
                label={t('scene.captureViews', { count: progress.total })}
                done={progress.done}
                total={progress.total}
              />
            </div>
            <Button size="small" tone="ghost" data-testid="capture-cancel" onPress={onCancel}>
              <Square aria-hidden />
              {t('scene.cancel')}
            </Button>
          </div>
        ) : (
          facts && <Facts facts={facts} coverage={coverage} />
        )}
      </div>
    </>
  );
}

/** Notes about what was left out or assumed in the scene and its views. */
function Notes({ notes }: { notes: readonly Sentence[] }) {
  const language = useLanguage();
  return (
    <ul className={styles.notes} role="status" data-testid="scene-notes">
      {notes.map((note) => (
        <li key={inEnglish(note)}>{sentenceIn(note, language)}</li>
      ))}
    </ul>
  );
}

function Facts({ facts, coverage }: { facts: SceneFacts; coverage: number | null }) {
  const { t } = useTranslation();
  return (
    <p className={styles.facts}>
      {coverage === null ? (
        <span className={styles.hint}>{t('scene.hint')}</span>
      ) : (
        <span className={styles.coverage} data-testid="coverage">
          {t('scene.covered', { share: Math.round(coverage * 100) })}
        </span>
      )}
      <span className={styles.stats}>{madeOf(facts, t)}</span>
    </p>
  );
}

/** The number of triangles, points or splats, whichever the scene mainly consists of. */
function madeOf({ triangles, points, pointsInFile, splats, objects }: SceneFacts, t: TFunction): string {
  if (splats > 0) return t('scene.splats', { splats: formatCount(splats) });
  if (triangles > 0 || points === 0) return t('scene.stats', { triangles: formatCount(triangles), count: objects });
  if (points < pointsInFile)
    return t('scene.somePoints', { points: formatCount(points), all: formatCount(pointsInFile) });
  return t('scene.points', { points: formatCount(points) });
}
