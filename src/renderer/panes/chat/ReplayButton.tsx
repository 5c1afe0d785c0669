// SPDX-License-Identifier: Apache-2.0
import { RefreshCw, X } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { errorIn, type ErrorInfo, type LocalReceipt, type Replayed } from '../../../contract';
import { useLanguage } from '../../i18n';
import { replayReceipt, useStore } from '../../state';
import { Button } from '../../ui';
import styles from './ReceiptDialog.module.css';

type State = { is: 'idle' | 'running' } | { is: 'done'; result: Replayed } | { is: 'failed'; error: ErrorInfo };

interface ReplayButtonProps {
  message: string;
  beside: boolean;
  receipt: LocalReceipt;
}

/** Asks the question again exactly as the receipt says, and tells whether the same answer comes. */
export function ReplayButton({ message, beside, receipt }: ReplayButtonProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const isBusy = useStore((s) => s.live !== null);
  const [state, setState] = useState<State>({ is: 'idle' });
  const cancel = useRef(() => undefined as void);
  useEffect(() => () => cancel.current(), []);
  const replay = async () => {
    const handle = replayReceipt(message, beside);
    cancel.current = () => handle.cancel();
    setState({ is: 'running' });
    const reply = await handle.result;
    if (reply.ok) setState({ is: 'done', result: reply.value });
    else setState(reply.error.code === 'cancelled' ? { is: 'idle' } : { is: 'failed', error: reply.error });
  };
  const words = (result: Replayed): string =>
    t(`receipt.replayed.${result.differs}`, {
      model: receipt.model.name,
      ...('at' in result && { at: result.at + 1 }),
    });
  return (
    <>
      <span className={styles.replayed} role="status" data-testid="replayed">
        {state.is === 'running' && t('receipt.replaying')}
        {state.is === 'done' && words(state.result)}
        {state.is === 'failed' && errorIn(state.error, language).message}
      </span>
      {state.is === 'running' ? (
        <Button onPress={() => cancel.current()}>
          <X aria-hidden />
          {t('common.cancel')}
        </Button>
      ) : (
        <Button isDisabled={isBusy} onPress={() => void replay()} data-testid="receipt-replay">
          <RefreshCw aria-hidden />
          {t('receipt.replay')}
        </Button>
      )}
    </>
  );
}
