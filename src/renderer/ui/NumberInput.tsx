import { Button, Group, Input, NumberField } from 'react-aria-components';
import { Minus, Plus } from 'lucide-react';
import { cx } from './cx';
import styles from './NumberInput.module.css';

interface NumberInputProps {
  label: string;
  value: number;
  min: number;
  max: number;
  step?: number;
  onChange: (value: number) => void;
  describedBy?: string;
  compact?: boolean;
}

export function NumberInput({ label, value, min, max, step = 1, onChange, describedBy, compact }: NumberInputProps) {
  return (
    <NumberField
      aria-label={label}
      {...(describedBy ? { 'aria-describedby': describedBy } : {})}
      value={value}
      minValue={min}
      maxValue={max}
      step={step}
      formatOptions={{ useGrouping: false, maximumFractionDigits: 2 }}
      onChange={(next) => Number.isFinite(next) && onChange(next)}
    >
      <Group className={cx(styles.group, compact && styles.compact)}>
        <Button slot="decrement" className={styles.step ?? ''}>
          <Minus />
        </Button>
        <Input className={styles.input ?? ''} />
        <Button slot="increment" className={styles.step ?? ''}>
          <Plus />
        </Button>
      </Group>
    </NumberField>
  );
}
