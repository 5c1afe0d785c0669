// SPDX-License-Identifier: Apache-2.0
import { Check, ChevronDown } from 'lucide-react';
import { Button, ListBox, ListBoxItem, Popover, Select, SelectValue } from 'react-aria-components';
import { cx } from './cx';
import menu from './Menu.module.css';
import styles from './Choice.module.css';

interface ChoiceProps<T extends string> {
  label: string;
  value: T;
  options: readonly { value: T; label: string }[];
  onChange: (value: T) => void;
}

/** A choice of one in a drop-down list. */
export function Choice<T extends string>({ label, value, options, onChange }: ChoiceProps<T>) {
  return (
    <Select
      aria-label={label}
      selectedKey={value}
      onSelectionChange={(key) => {
        const chosen = options.find((option) => option.value === key);
        if (chosen) onChange(chosen.value);
      }}
    >
      <Button className={styles.button ?? ''}>
        <SelectValue className={styles.value ?? ''} />
        <ChevronDown />
      </Button>
      <Popover offset={4} className={menu.popover ?? ''}>
        <ListBox className={menu.menu ?? ''}>
          {options.map((option) => (
            <ListBoxItem key={option.value} id={option.value} textValue={option.label} className={menu.item ?? ''}>
              {({ isSelected }) => (
                <>
                  <span className={cx(menu.icon, styles.tick)}>{isSelected ? <Check /> : <i />}</span>
                  <span className={menu.text}>{option.label}</span>
                </>
              )}
            </ListBoxItem>
          ))}
        </ListBox>
      </Popover>
    </Select>
  );
}
