// SPDX-License-Identifier: Apache-2.0
import { useTranslation } from 'react-i18next';
import type { ErrorInfo } from '../../../contract';
import { forgetRefusal, thinTray, useStore } from '../../state';
import { useBudget } from '../../tray';
import { Button, ErrorCard } from '../../ui';

/** Why a question was not asked, and what the user can do. */
export function Refusal({ error }: { error: ErrorInfo }) {
  const { t } = useTranslation();
  const most = error.pictures;
  const anyway = useStore((s) => s.askAnyway);
  const pictures = useStore((s) => s.project.tray.length);
  const fit = useBudget()?.fit ?? null;
  return (
    <ErrorCard error={error} kept={t('chat.questionKept')}>
      {most !== undefined && most > 0 && most < pictures && (
        <Button
          size="small"
          tone="accent"
          onPress={() => {
            thinTray(most);
            forgetRefusal();
          }}
          data-testid="use-fewer-now"
        >
          {t('budget.useFewer', { fit: most, pictures })}
        </Button>
      )}
      {anyway && (
        <>
          {fit !== null && (
            <Button
              size="small"
              tone="accent"
              onPress={() => {
                thinTray(fit);
                forgetRefusal();
              }}
              data-testid="ask-fewer"
            >
              {t('budget.useFewer', { fit, pictures })}
            </Button>
          )}
          <Button size="small" onPress={anyway} data-testid="ask-anyway">
            {t('chat.askAnyway')}
          </Button>
        </>
      )}
    </ErrorCard>
  );
}
