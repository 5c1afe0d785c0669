// SPDX-License-Identifier: Apache-2.0
import { ToggleButton, ToggleButtonGroup } from 'react-aria-components';
import styles from './Segmented.module.css';

interface SegmentedProps<T extends string> {
  label: string;
  value: T;
  /** `hint`: what the choice means. */
  options: readonly { value: T; label: string; hint?: string }[];
  onChange: (value: T) => void;
}

/** A choice of one of a few: a radio group in one line. */
export function Segmented<T extends string>({ label, value, options, onChange }: SegmentedProps<T>) {
  return (
    <ToggleButtonGroup
      aria-label={label}
      selectionMode="single"
      disallowEmptySelection
      selectedKeys={[value]}
      onSelectionChange={(keys) => {
        const chosen = options.find((option) => keys.has(option.value));
        if (chosen) onChange(chosen.value);
      }}
      className={styles.group ?? ''}
    >
      {options.map((option) => (
        <ToggleButton key={option.value} id={option.value} className={styles.option ?? ''}>
          <span title={option.hint}>{option.label}</span>
        </ToggleButton>
      ))}
    </ToggleButtonGroup>
  );
}
