// SPDX-License-Identifier: Apache-2.0
import { useEffect, useRef, type KeyboardEvent } from 'react';
import { ArrowUp, ImagePlus, Pencil, Square, X } from 'lucide-react';
import { flushSync } from 'react-dom';
import { useTranslation } from 'react-i18next';
import { PLACEHOLDER } from '../../../sequence';
import { LeavesNote } from '../../models';
import { ask, changeSettings, leaveEditing, setDraft, stopAnswer, useStore } from '../../state';
import { IconButton, Segmented } from '../../ui';
import { PlacingRow } from './PlacingRow';
import { insertAt } from './placing';
import { PresetMenu } from './PresetMenu';
import { ReadyMenu } from './ReadyMenu';
import styles from './Composer.module.css';

/** The field in which a question is typed. */
export function Composer() {
  const { t } = useTranslation();
  const field = useRef<HTMLTextAreaElement>(null);
  const draft = useStore((s) => s.draft);
  const placement = useStore((s) => s.settings.placement);
  const live = useStore((s) => s.live);
  const pictures = useStore((s) => s.project.tray.length);
  const ready = useStore((s) => s.project.model !== null || s.engine.state === 'ready');

  const editing = useStore((s) => s.editing?.id);
  useEffect(() => {
    if (editing !== undefined) field.current?.focus();
  }, [editing]);

  const onKey = (event: KeyboardEvent) => {
    if (event.key === 'Escape' && editing !== undefined && !live && !event.nativeEvent.isComposing) {
      event.preventDefault();
      leaveEditing();
    }
    // While an input method composes, Enter confirms a word.
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    if (!live) void ask();
  };

  const insert = () => {
    const element = field.current;
    const { text, caret } = insertAt(
      draft,
      element?.selectionStart ?? draft.length,
      element?.selectionEnd ?? draft.length,
      PLACEHOLDER,
    );
    flushSync(() => setDraft(text)); // synchronously, so that text typed next goes after it
    element?.focus();
    element?.setSelectionRange(caret, caret);
  };

  /** Adds a ready question to the text. */
  const offer = (text: string) => {
    const next = draft.trim() === '' ? text : `${draft.trimEnd()}\n${text}`;
    setDraft(next);
    requestAnimationFrame(() => {
      field.current?.focus(); // after the menu has given the focus back
      field.current?.setSelectionRange(next.length, next.length);
    });
  };

  return (
    <form
      className={styles.composer}
      aria-label={t('chat.compose')}
      onSubmit={(event) => {
        event.preventDefault();
        void ask();
      }}
    >
      {editing !== undefined && (
        <div className={styles.editing} data-testid="editing">
          <Pencil aria-hidden />
          <p id="editing">{t('chat.editing')}</p>
          <IconButton label={t('chat.leaveEditing')} keys="Esc" isDisabled={live !== null} onPress={leaveEditing}>
            <X />
          </IconButton>
        </div>
      )}
      <PlacingRow />
      <LeavesNote />
      <div className={styles.field} data-text={`${draft}\n`}>
        <textarea
          ref={field}
          className={styles.text}
          data-testid="composer"
          data-focus-first
          aria-label={t('chat.question')}
          aria-describedby={editing === undefined ? undefined : 'editing'}
          placeholder={pictures > 0 ? t('chat.askAbout', { count: pictures }) : t('chat.askAnything')}
          rows={2}
          maxLength={100_000}
          value={draft}
          onChange={(event) => setDraft(event.target.value)}
          onKeyDown={onKey}
        />
      </div>
      <div className={styles.row}>
        <IconButton label={t('chat.insert')} onPress={insert} isDisabled={pictures === 0} data-testid="insert-picture">
          <ImagePlus />
        </IconButton>
        <ReadyMenu onChoose={offer} />
        <PresetMenu />
        <Segmented
          label={t('placement.label')}
          value={placement}
          onChange={(value) => void changeSettings({ placement: value })}
          options={[
            { value: 'interleaved', label: t('placement.interleaved'), hint: t('placement.interleavedHint') },
            { value: 'front', label: t('placement.front'), hint: t('placement.frontHint') },
          ]}
        />
        <span className={styles.space} />
        {live ? (
          <IconButton
            label={t('chat.stop')}
            keys="Esc"
            className={styles.stop}
            onPress={stopAnswer}
            isDisabled={live.stopping}
            data-testid="stop-button"
          >
            <Square />
          </IconButton>
        ) : (
          <IconButton
            label={ready ? t('chat.ask') : t('chat.waiting')}
            keys="Enter"
            className={styles.ask}
            onPress={() => void ask()}
            isDisabled={draft.trim() === ''}
            data-testid="ask-button"
          >
            <ArrowUp />
          </IconButton>
        )}
      </div>
    </form>
  );
}
