// SPDX-License-Identifier: Apache-2.0
import { Cpu, Globe, Server } from 'lucide-react';
import type { ReactNode } from 'react';
import { Focusable, TooltipTrigger } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import type { LocalReceipt, Receipt, ServerReceipt } from '../../contract';
import { cx, Tip } from '../ui';
import { providerName } from './provider';
import styles from './ModelBadge.module.css';

/** Names the model that gave an answer, and says whether the answer left this machine. */
export function ModelBadge({ receipt }: { receipt: Receipt }) {
  return 'server' in receipt ? <OfServer receipt={receipt} /> : <OfLocal receipt={receipt} />;
}

function OfLocal({ receipt: { model } }: { receipt: LocalReceipt }) {
  const { t } = useTranslation();
  const words = { model: model.name, provider: providerName(model.provider) };
  return <Badge icon={<Cpu aria-hidden />} name={model.name} hint={t('models.answeredHere', words)} testId="local-badge" />;
}

function OfServer({ receipt: { model, server } }: { receipt: ServerReceipt }) {
  const { t } = useTranslation();
  const where = { host: server.host, model: model.name };
  return server.loopback ? (
    <Badge icon={<Server aria-hidden />} name={model.name} hint={t('models.servedHere', where)} testId="served-here" />
  ) : (
    <Badge
      icon={<Globe aria-hidden />}
      name={model.name}
      place={t('models.leftBadge')}
      hint={t('models.leftHint', where)}
      testId="left-badge"
    />
  );
}

interface BadgeProps {
  icon: ReactNode;
  name: string;
  /** Where the answer went, if it left this machine. */
  place?: string;
  hint: string;
  testId: string;
}

function Badge({ icon, name, place, hint, testId }: BadgeProps) {
  return (
    <TooltipTrigger delay={400} closeDelay={0}>
      <Focusable>
        <span role="note" tabIndex={0} className={cx(styles.badge, place && styles.left)} data-testid={testId}>
          {icon}
          <span className={styles.name}>{name}</span>
          {place && <span className={styles.place}>{place}</span>}
        </span>
      </Focusable>
      <Tip label={hint} />
    </TooltipTrigger>
  );
}
