// SPDX-License-Identifier: Apache-2.0
import { useState } from 'react';
import { Check, Save, Trash2 } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { changeSettings, deletePreset, isInUse, renamePreset, savePreset, applyPreset, useStore } from '../../state';
import { Button, Dialog, IconButton, NameField } from '../../ui';
import fields from './fields.module.css';
import styles from './PresetsDialog.module.css';

/** Edits the system prompt and the presets. */
export function PresetsDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const settings = useStore((s) => s.settings);
  const { presets, system, sampling, placement, frameCount } = settings;
  const [name, setName] = useState('');
  const save = () => {
    if (name.trim() === '') return;
    void savePreset(name.trim());
    setName('');
  };
  return (
    <Dialog title={t('presets.title')} open onClose={onClose} testId="presets-dialog">
      <p className={fields.lead}>{t('presets.lead')}</p>
      <label className={styles.label}>
        {t('presets.system')}
        <textarea
          className={fields.field}
          placeholder={t('presets.systemPlace')}
          value={system ?? ''}
          rows={3}
          maxLength={8000}
          onChange={(event) => void changeSettings({ system: event.target.value === '' ? null : event.target.value })}
        />
      </label>
      <p className={styles.facts}>
        {t('presets.now', {
          frames: frameCount,
          temperature: sampling.temperature,
          tokens: sampling.maxNewTokens,
          placement: t(`placement.${placement}`),
        })}
      </p>
      <form
        className={styles.save}
        onSubmit={(event) => {
          event.preventDefault();
          save();
        }}
      >
        <input
          className={fields.field}
          aria-label={t('presets.name')}
          placeholder={t('presets.name')}
          value={name}
          maxLength={80}
          onChange={(event) => setName(event.target.value)}
        />
        <Button type="submit" isDisabled={name.trim() === ''}>
          <Save aria-hidden />
          {t('presets.save')}
        </Button>
      </form>
      <ul className={styles.list}>
        {presets.map((preset) => (
          <li key={preset.name} className={styles.row} data-testid="preset">
            <NameField
              label={t('presets.nameOf', { name: preset.name })}
              name={preset.name}
              unnamed={preset.name}
              onName={(next) => next !== '' && void renamePreset(preset.name, next)}
            />
            <span className={styles.summary}>
              {t('presets.now', {
                frames: preset.frameCount,
                temperature: preset.sampling.temperature,
                tokens: preset.sampling.maxNewTokens,
                placement: t(`placement.${preset.placement}`),
              })}
              {preset.system && ` · ${preset.system}`}
            </span>
            {isInUse(preset, settings) ? (
              <span className={styles.used}>
                <Check aria-hidden />
                {t('presets.inUse')}
              </span>
            ) : (
              <Button size="small" onPress={() => void applyPreset(preset.name)}>
                {t('presets.use')}
              </Button>
            )}
            <IconButton
              label={t('presets.remove', { name: preset.name })}
              onPress={() => void deletePreset(preset.name)}
            >
              <Trash2 />
            </IconButton>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}
