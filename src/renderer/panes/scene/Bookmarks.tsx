// SPDX-License-Identifier: Apache-2.0
import { useState } from 'react';
import { BookmarkPlus, Pencil, X } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Button as Plain } from 'react-aria-components';
import type { PosedPicture } from '../../../camera';
import type { Bookmark, ErrorInfo } from '../../../contract';
import { Button, IconButton } from '../../ui';
import styles from './Bookmarks.module.css';
import { PosesButton } from './PosesButton';

interface BookmarksProps {
  bookmarks: readonly Bookmark[];
  onChange: (bookmarks: Bookmark[]) => void;
  /** Returns the camera on screen as a bookmark of this name. */
  onTake: (name: string) => Bookmark;
  onVisit: (bookmark: Bookmark) => void;
  /** Returns a camera from a file as a bookmark. */
  onGiven: (camera: PosedPicture) => Bookmark;
  onError: (error: ErrorInfo) => void;
}

/** The largest number of bookmarks of one scene in a project. */
const MOST = 512;

/** The named viewpoints of a scene. */
export function Bookmarks({ bookmarks, onChange, onTake, onVisit, onGiven, onError }: BookmarksProps) {
  const { t } = useTranslation();
  const [editing, setEditing] = useState<string | null>(null);
  const add = (): void => {
    const taken = new Set(bookmarks.map(({ name }) => name));
    let number = bookmarks.length + 1;
    while (taken.has(t('scene.bookmarkName', { number }))) number += 1;
    const bookmark = onTake(t('scene.bookmarkName', { number }));
    onChange([...bookmarks, bookmark]);
    setEditing(bookmark.id);
  };
  const rename = (id: string, name: string): void => {
    setEditing(null);
    const trimmed = name.trim();
    if (trimmed === '' || bookmarks.some((one) => one.id === id && one.name === trimmed)) return;
    onChange(bookmarks.map((one) => (one.id === id ? { ...one, name: trimmed } : one)));
  };
  return (
    <>
      {bookmarks.length > 0 && (
        <ul className={styles.list} aria-label={t('scene.bookmarks')} data-testid="bookmarks">
          {bookmarks.map((bookmark) => (
            <li key={bookmark.id} className={styles.row}>
              {editing === bookmark.id ? (
                <NameField
                  bookmark={bookmark}
                  onDone={(name) => rename(bookmark.id, name)}
                  onCancel={() => setEditing(null)}
                />
              ) : (
                <>
                  <Plain className={styles.name ?? ''} onPress={() => onVisit(bookmark)}>
                    {bookmark.name}
                  </Plain>
                  <IconButton
                    className={styles.act}
                    label={t('scene.renameBookmark', { name: bookmark.name })}
                    onPress={() => setEditing(bookmark.id)}
                  >
                    <Pencil />
                  </IconButton>
                  <IconButton
                    className={styles.act}
                    label={t('scene.removeBookmark', { name: bookmark.name })}
                    onPress={() => onChange(bookmarks.filter(({ id }) => id !== bookmark.id))}
                  >
                    <X />
                  </IconButton>
                </>
              )}
            </li>
          ))}
        </ul>
      )}
      <Button size="small" className={styles.add} data-testid="bookmark-add" onPress={add}>
        <BookmarkPlus aria-hidden />
        {t('scene.addBookmark')}
      </Button>
      <PosesButton
        className={styles.add}
        onRead={(cameras) => onChange([...bookmarks, ...cameras.map(onGiven)].slice(0, MOST))}
        onError={onError}
      />
    </>
  );
}

interface NameFieldProps {
  bookmark: Bookmark;
  onDone: (name: string) => void;
  onCancel: () => void;
}

function NameField({ bookmark, onDone, onCancel }: NameFieldProps) {
  const { t } = useTranslation();
  const [name, setName] = useState(bookmark.name);
  return (
    <input
      autoFocus
      className={styles.field}
      aria-label={t('scene.renameBookmark', { name: bookmark.name })}
      value={name}
      maxLength={80}
      spellCheck={false}
      onFocus={(event) => event.currentTarget.select()}
      onChange={(event) => setName(event.target.value)}
      onBlur={() => onDone(name)}
      onKeyDown={(event) => {
        if (event.nativeEvent.isComposing) return; // the key belongs to the input method
        if (event.key === 'Enter') onDone(name);
        else if (event.key === 'Escape') onCancel();
        else return;
        event.stopPropagation();
      }}
    />
  );
}
