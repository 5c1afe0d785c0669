// SPDX-License-Identifier: Apache-2.0
import { useTranslation } from 'react-i18next';
import { EXACT, type PictureFormat, type ShownServer } from '../../../../contract';
import { changeServer } from '../../../state';
import { Choice, NumberInput, Segmented } from '../../../ui';
import card from './ServerCard.module.css';
import styles from './ServerPictures.module.css';

const QUALITY = 90;
/** Offered limits of the longest side, in pixels. */
const SIDES = [512, 768, 1024, 1536, 2048, 4096];

/** How pictures are sent to a server, and what that costs. */
export function ServerPictures({ server: { id, format } }: { server: ShownServer }) {
  const { t } = useTranslation();
  const change = (next: PictureFormat) => void changeServer(id, { format: next });
  const { longestSide } = format;
  const sides = [...new Set([...SIDES, ...(longestSide === undefined ? [] : [longestSide])])].sort((a, b) => a - b);
  return (
    <div className={card.part} role="group" aria-label={t('server.sendTitle')} data-testid="server-pictures">
      <div className={card.line}>
        <div className={card.text}>
          <p>{t('server.sendTitle')}</p>
          <p className={card.hint}>{t(format.type === 'png' ? 'server.pngHint' : 'server.jpegHint')}</p>
        </div>
        <Segmented
          label={t('server.sendTitle')}
          value={format.type}
          onChange={(type) => change(type === 'png' ? EXACT : { type, quality: QUALITY })}
          options={[
            { value: 'png', label: t('server.png') },
            { value: 'jpeg', label: t('server.jpeg') },
          ]}
        />
      </div>
      {format.type === 'jpeg' && (
        <div className={styles.jpeg}>
          <span>{t('server.quality')}</span>
          <NumberInput
            label={t('server.quality')}
            value={format.quality ?? QUALITY}
            min={1}
            max={100}
            jump={5}
            onChange={(quality) => change({ ...format, quality })}
          />
          <span className={styles.side}>{t('server.longestSide')}</span>
          <Choice
            label={t('server.longestSide')}
            value={String(longestSide ?? 'own')}
            onChange={(value) => {
              const { longestSide: _old, ...rest } = format;
              change(value === 'own' ? rest : { ...rest, longestSide: Number(value) });
            }}
            options={[
              { value: 'own', label: t('server.ownSize') },
              ...sides.map((side) => ({ value: String(side), label: t('server.pixels', { side }) })),
            ]}
          />
        </div>
      )}
    </div>
  );
}
