// SPDX-License-Identifier: Apache-2.0
import { Slider, SliderThumb, SliderTrack } from 'react-aria-components';
import styles from './Range.module.css';

interface RangeProps {
  label: string;
  value: number;
  min: number;
  max: number;
  step: number;
  /** The value from which the track is filled. */
  from: number;
  className?: string | undefined;
  testId?: string;
  onChange: (value: number) => void;
  /** Called when the user releases the handle. */
  onSettle?: (value: number) => void;
}

/** A slider. */
export function Range({ label, value, min, max, step, from, className, testId, onChange, onSettle }: RangeProps) {
  const percent = (length: number): string => `${(100 * length) / (max - min)}%`;
  return (
    <Slider
      aria-label={label}
      value={value}
      minValue={min}
      maxValue={max}
      step={step}
      onChange={onChange}
      {...(onSettle ? { onChangeEnd: onSettle } : {})}
      className={className ?? ''}
      data-testid={testId}
    >
      <SliderTrack className={styles.track ?? ''}>
        <span
          className={styles.fill}
          style={{ left: percent(Math.min(from, value) - min), width: percent(Math.abs(value - from)) }}
        />
        <SliderThumb className={styles.thumb ?? ''} />
      </SliderTrack>
    </Slider>
  );
}
