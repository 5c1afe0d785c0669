// SPDX-License-Identifier: Apache-2.0
import { useTranslation } from 'react-i18next';
import { MATRIX_NAMES, pictureUrl, type Item } from '../../contract';
import { poseAzimuth, poseElevation } from '../../camera';
import { useInputSize } from '../state';
import { Dialog, formatTime } from '../ui';
import { formatDirection } from './describe';
import { describeRenderSettings, describeShownObjects } from './describe-display';
import { ModelEye } from './ModelEye';
import styles from './PictureDialog.module.css';

/** One picture, large: as it was sent, as the model gets it, and where it came from. */
export function PictureDialog({ item, onClose }: { item: Item; onClose: () => void }) {
  const { t } = useTranslation();
  const size = useInputSize();
  const { origin, picture } = item;
  const facts: [string, string][] = [[t('picture.file'), origin.source.name]];
  if (origin.kind === 'frame') {
    facts.push([t('picture.time'), `${formatTime(origin.time)} (${origin.time.toFixed(3)} s)`]);
    facts.push([t('picture.frame'), `${origin.index}${origin.keyframe ? ` · ${t('picture.keyframe')}` : ''}`]);
    facts.push([t('picture.clock'), `${origin.pts.toFixed(3)} s`]);
    if (origin.assumedMatrix)
      facts.push([t('picture.colours'), t('picture.assumed', { name: MATRIX_NAMES[origin.assumedMatrix] })]);
  } else if (origin.kind === 'view') {
    facts.push([t('picture.direction'), formatDirection(poseAzimuth(origin.pose), poseElevation(origin.pose))]);
    facts.push([t('picture.lens'), `${origin.intrinsics.fovY.toFixed(1)}°`]);
    if (origin.look) facts.push([t('picture.light'), describeRenderSettings(origin.look, t)]);
    if (origin.parts) facts.push([t('picture.shown'), describeShownObjects(origin.parts, t)]);
  }
  if (origin.kind === 'photo' && origin.crop) {
    const { x, y, width, height, of } = origin.crop;
    facts.push([t('picture.crop'), t('picture.cropOf', { x, y, width, height, whole: `${of.width} × ${of.height}` })]);
  }
  if (origin.kind !== 'view' && origin.transparency)
    facts.push([t('picture.transparency'), t(`picture.alpha.${origin.transparency}`)]);
  facts.push([t('picture.fingerprint'), picture.sha256]);
  return (
    <Dialog open title={origin.source.name} onClose={onClose} width="wide" testId="picture-dialog">
      <div className={styles.pair}>
        <figure className={styles.side}>
          <div className={styles.well}>
            <img src={pictureUrl(picture)} alt={t('picture.sent')} className={styles.sent} />
          </div>
          <figcaption>
            {t('picture.sent')}{' '}
            <span>
              {picture.width} × {picture.height}
            </span>
          </figcaption>
        </figure>
        {size && (
          <figure className={styles.side}>
            <div className={styles.well}>
              <ModelEye picture={picture} size={size} alt={t('picture.seen')} className={styles.seen} />
            </div>
            <figcaption>
              {t('picture.seen')}{' '}
              <span>
                {size} × {size}
              </span>
            </figcaption>
          </figure>
        )}
      </div>
      <dl className={styles.facts}>
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
