// SPDX-License-Identifier: Apache-2.0
import { Captions, CaptionsOff, Check, FolderOpen, List, MessageSquareText } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useKey } from '../../../keys';
import { pickSubtitles } from '../../../state';
import { IconButton, Menu, MenuItem, MenuLine } from '../../../ui';
import { SubtitleList } from './SubtitleList';
import type { Subtitles } from './use-subtitles';

interface SubtitleMenuProps {
  source: string;
  subtitles: Subtitles;
  onSeek: (time: number) => void;
}

/** Chooses the subtitles, whether they are shown, and whether the model gets them; opens the list of cues. */
export function SubtitleMenu({ source, subtitles, onSeek }: SubtitleMenuProps) {
  const { t, i18n } = useTranslation();
  const [listed, setListed] = useState(false);
  const key = useKey('subtitles');
  const { tracks, track, choice, cues, encoding, choose, toggle } = subtitles;
  const shown = choice.shown && track !== null;
  const languages = new Intl.DisplayNames([i18n.language], { type: 'language', fallback: 'code' });
  const languageOf = (code: string): string => {
    try {
      return code === '' ? '' : (languages.of(code) ?? '');
    } catch {
      return code; // the code in the file may not be a language
    }
  };
  return (
    <>
      <Menu
        label={t('subtitles.title')}
        trigger={
          <IconButton label={t('subtitles.title')} keys={key}>
            {shown ? <Captions /> : <CaptionsOff />}
          </IconButton>
        }
      >
        <MenuItem icon={!shown && <Check />} isDisabled={track === null} onAction={() => choose({ shown: false })}>
          {t('subtitles.off')}
        </MenuItem>
        {tracks.map(({ id, label, language, kind, place }) => (
          <MenuItem
            key={id}
            icon={shown && track.id === id && <Check />}
            note={kind === 'bitmap' ? t('subtitles.bitmap') : languageOf(language) || t(`subtitles.${place}`)}
            onAction={() => choose({ track: id, shown: true, ...(id !== track?.id && { encoding: null }) })}
          >
            {place === 'inside' ? (label === language ? languageOf(language) : label) : label}
          </MenuItem>
        ))}
        <MenuItem icon={<FolderOpen />} onAction={() => void pickSubtitles(source)}>
          {t('subtitles.open')}
        </MenuItem>
        <MenuLine />
        <MenuItem
          icon={<List />}
          note={
            encoding?.guessed
              ? t('subtitles.guessed', { encoding: t(`subtitles.encodings.${encoding.name}`) })
              : undefined
          }
          isDisabled={cues.length === 0 && (track === null || track.place === 'inside')}
          onAction={() => setListed(true)}
        >
          {t('subtitles.list')}
        </MenuItem>
        <MenuItem
          icon={choice.sent ? <Check /> : <MessageSquareText />}
          isDisabled={cues.length === 0 && !choice.sent}
          onAction={() => choose({ sent: !choice.sent })}
        >
          {t(choice.sent ? 'subtitles.sent' : 'subtitles.send')}
        </MenuItem>
        <MenuItem
          icon={shown ? <CaptionsOff /> : <Captions />}
          note={key}
          isDisabled={track === null}
          onAction={toggle}
        >
          {t(shown ? 'subtitles.hide' : 'subtitles.show')}
        </MenuItem>
      </Menu>
      {listed && <SubtitleList subtitles={subtitles} onSeek={onSeek} onClose={() => setListed(false)} />}
    </>
  );
}
