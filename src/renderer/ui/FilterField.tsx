// SPDX-License-Identifier: Apache-2.0
import { Search } from 'lucide-react';
import { Input, SearchField } from 'react-aria-components';
import { cx } from './cx';
import styles from './FilterField.module.css';

interface FilterFieldProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
  autoFocus?: boolean;
  className?: string | undefined;
}

/** A field whose text narrows the list below it. Esc empties it. */
export function FilterField({ label, value, onChange, autoFocus = false, className }: FilterFieldProps) {
  return (
    <SearchField
      aria-label={label}
      value={value}
      onChange={onChange}
      autoFocus={autoFocus}
      className={cx(styles.field, className)}
    >
      <Search aria-hidden />
      <Input placeholder={label} className={styles.input ?? ''} />
    </SearchField>
  );
}
