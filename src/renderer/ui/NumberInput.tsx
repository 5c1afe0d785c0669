// SPDX-License-Identifier: Apache-2.0
import { useRef } from 'react';
import { Button, Group, Input, NumberField } from 'react-aria-components';
import { Minus, Plus } from 'lucide-react';
import { cx } from './cx';
import { jumped } from './jump';
import styles from './NumberInput.module.css';

interface NumberInputProps {
  label: string;
  value: number;
  min: number;
  max: number;
  /** Typed values are rounded to a multiple of it. */
  step?: number;
  /** Buttons and arrow keys go to the next multiple of it. */
  jump?: number;
  onChange: (value: number) => void;
  compact?: boolean;
}

const KEYS: Readonly<Record<string, 1 | -1>> = { ArrowUp: 1, PageUp: 1, ArrowDown: -1, PageDown: -1 };

export function NumberInput({ label, value, min, max, step = 1, jump, onChange, compact }: NumberInputProps) {
  /** The direction of the button or key being pressed; null while a number is typed. */
  const toward = useRef<1 | -1 | null>(null);
  const going = (direction: 1 | -1 | null) => void (toward.current = direction);
  return (
    <NumberField
      aria-label={label}
      value={value}
      minValue={min}
      maxValue={max}
      step={step}
      formatOptions={{ useGrouping: false, maximumFractionDigits: 2 }}
      onChange={(next) =>
        Number.isFinite(next) &&
        onChange(jump !== undefined && toward.current ? jumped(next, toward.current, { jump, min, max }) : next)
      }
    >
      <Group
        className={cx(styles.group, compact && styles.compact)}
        onKeyDownCapture={(event) => going(KEYS[event.key] ?? null)}
        onInputCapture={() => going(null)}
        onWheelCapture={() => going(null)}
      >
        <Button
          slot="decrement"
          className={styles.step ?? ''}
          onPointerDownCapture={() => going(-1)}
          onClickCapture={() => going(-1)}
        >
          <Minus />
        </Button>
        <Input className={styles.input ?? ''} />
        <Button
          slot="increment"
          className={styles.step ?? ''}
          onPointerDownCapture={() => going(1)}
          onClickCapture={() => going(1)}
        >
          <Plus />
        </Button>
      </Group>
    </NumberField>
  );
}
