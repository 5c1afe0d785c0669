// SPDX-License-Identifier: Apache-2.0
import { useState } from 'react';
import { cx } from './cx';
import styles from './NameField.module.css';

interface NameFieldProps {
  label: string;
  name: string;
  /** Shown in place of an empty name. */
  unnamed: string;
  /** Called with the new name, without spaces around it, if it has changed. */
  onName: (name: string) => void;
  className?: string | undefined;
}

/** A name that can be edited in place: Enter keeps the change, Escape leaves the name as it was. */
export function NameField({ label, name, unnamed, onName, className }: NameFieldProps) {
  const [text, setText] = useState<string | null>(null);
  const shown = text ?? name;
  const commit = () => {
    const next = text?.trim();
    setText(null);
    if (next !== undefined && next !== name) onName(next);
  };
  return (
    <span className={cx(styles.field, className)} data-text={shown || unnamed}>
      <input
        className={styles.name}
        aria-label={label}
        placeholder={unnamed}
        value={shown}
        maxLength={200}
        size={1}
        spellCheck={false}
        onChange={(event) => setText(event.target.value)}
        onBlur={commit}
        onKeyDown={(event) => {
          if (event.nativeEvent.isComposing) return; // the key belongs to the input method
          if (event.key === 'Enter') event.currentTarget.blur();
          if (event.key === 'Escape') {
            setText(null);
            event.currentTarget.value = name;
            event.stopPropagation();
            requestAnimationFrame(() => (document.activeElement as HTMLElement | null)?.blur());
          }
        }}
      />
    </span>
  );
}
