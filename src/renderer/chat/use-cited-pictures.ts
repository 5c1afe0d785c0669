import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Receipt } from '../../contract';
import { pointAtCited, showCited } from '../state';
import { picturesNamed, type FindCitations } from './citations';

/** Makes "view 3" in an answer lead to the third picture it was asked from. */
export function useCitedPictures(receipt: Receipt | null): FindCitations | undefined {
  const { t } = useTranslation();
  return useMemo(() => {
    const pictures = receipt?.pictures ?? [];
    if (pictures.length === 0) return undefined;
    return (text) =>
      picturesNamed(text, pictures.length).flatMap(({ start, end, number }) => {
        const sent = pictures[number - 1];
        if (!sent) return [];
        const label = t('chat.showPicture', { words: text.slice(start, end) });
        return [{ start, end, label, follow: () => void showCited(sent), point: (on: boolean) => pointAtCited(sent, on) }];
      });
  }, [receipt, t]);
}
