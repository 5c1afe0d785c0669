// SPDX-License-Identifier: Apache-2.0
import { Globe, Server } from 'lucide-react';
import { TooltipTrigger, Focusable } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import type { ServerReceipt } from '../../contract';
import { cx, Tip } from '../ui';
import styles from './LeftBadge.module.css';

/** Names the model and the server of an answer, and says whether the answer left this machine. */
export function LeftBadge({ receipt: { model, server } }: { receipt: ServerReceipt }) {
  const { t } = useTranslation();
  const where = { host: server.host, model: model.name };
  return (
    <TooltipTrigger delay={400} closeDelay={0}>
      <Focusable>
        <span
          role="note"
          tabIndex={0}
          className={cx(styles.badge, !server.loopback && styles.left)}
          data-testid={server.loopback ? 'served-here' : 'left-badge'}
        >
          {server.loopback ? <Server aria-hidden /> : <Globe aria-hidden />}
          <span className={styles.name}>{model.name}</span>
          {!server.loopback && <span className={styles.place}>{t('models.leftBadge')}</span>}
        </span>
      </Focusable>
      <Tip label={t(server.loopback ? 'models.servedHere' : 'models.leftHint', where)} />
    </TooltipTrigger>
  );
}
