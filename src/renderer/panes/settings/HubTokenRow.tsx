// SPDX-License-Identifier: Apache-2.0
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { HubToken } from '../../../contract';
import { hubToken } from '../../state';
import { Button } from '../../ui';
import { KeyInput } from './servers';
import styles from './HubModels.module.css';

/** Whether there is a token for models whose terms have to be accepted, and a field to change it. It is never shown. */
export function HubTokenRow() {
  const { t } = useTranslation();
  const [token, setToken] = useState<HubToken>();
  const [text, setText] = useState('');
  useEffect(() => void hubToken().then(setToken), []);
  if (!token) return null;
  const change = (next: string) => {
    setText('');
    void hubToken(next).then((changed) => changed && setToken(changed));
  };
  const save = () => text.trim() !== '' && change(text);
  return (
    <>
      <div
        className={styles.form}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || event.nativeEvent.isComposing) return;
          event.preventDefault();
          save();
        }}
      >
        <KeyInput label={t('hub.token')} value={text} onChange={setText} className={styles.input} testId="hub-token" />
        <Button isDisabled={text.trim() === ''} onPress={save}>
          {t('server.keySave')}
        </Button>
        {token.state !== 'none' && <Button onPress={() => change('')}>{t('server.keyForget')}</Button>}
      </div>
      <p className={styles.facts} role="status" data-testid="hub-token-state">
        {t(token.fromEnvironment ? 'hub.tokenState.environment' : `hub.tokenState.${token.state}`)}
      </p>
    </>
  );
}
