// SPDX-License-Identifier: Apache-2.0
import { useEffect, useState } from 'react';
import { Bookmark, Brackets, File, Folder, MessageCircle, MessageSquare, MessagesSquare, Search } from 'lucide-react';
import { Autocomplete, Dialog, Input, Menu, MenuItem, Modal, ModalOverlay, SearchField } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import type { SearchHit } from '../../contract';
import { useLanguage } from '../i18n';
import { seekTo } from '../panes/video';
import { openHit, startSearch } from '../state';
import { formatCount, formatDate } from '../ui';
import palette from './CommandPalette.module.css';
import styles from './SearchDialog.module.css';

/** A search starts after no typing for this long, milliseconds. */
const REST_MS = 120;

const ICONS = {
  question: MessageCircle,
  answer: MessageSquare,
  project: Folder,
  conversation: MessagesSquare,
  file: File,
  range: Brackets,
  view: Bookmark,
};

type Result = SearchHit & { id: string };

/** Finds words in the questions, answers and names of all projects. */
export function SearchDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const [text, setText] = useState('');
  const { hits, isWaiting, indexing } = useSearch(text);
  return (
    <ModalOverlay isOpen isDismissable onOpenChange={(open) => !open && onClose()} className={palette.scrim ?? ''}>
      <Modal className={styles.dialog ?? ''}>
        <Dialog aria-label={t('search.title')} className={palette.dialog ?? ''} data-testid="search-dialog">
          <Autocomplete inputValue={text} onInputChange={setText} disableAutoFocusFirst={false}>
            <SearchField aria-label={t('search.title')} autoFocus className={palette.search ?? ''}>
              <Search aria-hidden />
              <Input placeholder={t('search.words')} className={palette.input ?? ''} maxLength={500} />
            </SearchField>
            {/* As in the command palette. */}
            <div className={styles.list} tabIndex={0}>
              <Menu
                aria-label={t('search.results')}
                className={palette.menu ?? ''}
                items={hits}
                onAction={(key) => {
                  const hit = hits.find(({ id }) => id === key);
                  onClose();
                  if (hit) setTimeout(() => void open(hit)); // after the focus is back where it was
                }}
                renderEmptyState={() => (
                  <p className={palette.none} role="status">
                    {indexing ??
                      (text.trim() === '' ? t('search.hint') : isWaiting ? t('search.searching') : t('search.none'))}
                  </p>
                )}
              >
                {(hit) => <Hit hit={hit} />}
              </Menu>
            </div>
          </Autocomplete>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}

async function open(hit: SearchHit): Promise<void> {
  await openHit(hit);
  if (hit.source !== undefined && hit.time !== undefined) seekTo(hit.source, hit.time);
}

function Hit({ hit }: { hit: Result }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const Icon = ICONS[hit.kind];
  const words = hit.text.map(({ text }) => text).join('');
  const where = [
    t(`search.kind.${hit.kind}`),
    hit.kind === 'project' ? '' : hit.projectName,
    formatDate(hit.at, language),
  ];
  return (
    <MenuItem id={hit.id} textValue={words} className={styles.hit ?? ''}>
      <Icon aria-hidden />
      <span className={styles.text}>
        {hit.text.map(({ text, match }, k) => (match ? <mark key={k}>{text}</mark> : <span key={k}>{text}</span>))}
      </span>
      <span className={styles.where}>{where.filter((part) => part !== '').join(' · ')}</span>
    </MenuItem>
  );
}

/** The hits for a text. The earlier ones stay until the new ones are there. */
function useSearch(text: string): { hits: Result[]; isWaiting: boolean; indexing: string | null } {
  const { t } = useTranslation();
  const [found, setFound] = useState<{ text: string; hits: Result[] }>({ text: '', hits: [] });
  const [indexing, setIndexing] = useState<string | null>(null);
  useEffect(() => {
    if (text.trim() === '') return;
    let cancel = (): void => undefined;
    const resting = setTimeout(() => {
      const search = startSearch(text, (done, total) =>
        setIndexing(total > 1000 ? t('search.indexing', { done: formatCount(done), total: formatCount(total) }) : null),
      );
      cancel = () => search.cancel();
      void search.result.then((reply) => {
        setIndexing(null);
        if (reply.ok) setFound({ text, hits: reply.value.map((hit, k) => ({ ...hit, id: String(k) })) });
      });
    }, REST_MS);
    return () => {
      clearTimeout(resting);
      cancel();
    };
  }, [text, t]);
  return { hits: text.trim() === '' ? [] : found.hits, isWaiting: found.text !== text, indexing };
}
