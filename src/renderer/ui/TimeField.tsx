// SPDX-License-Identifier: Apache-2.0
import { useState, type Ref } from 'react';
import { readTime } from '../../contract';
import { cx } from './cx';
import { formatTime } from './format';
import styles from './TimeField.module.css';

interface TimeFieldProps {
  label: string;
  /** Seconds. */
  value: number;
  duration: number;
  /** Where the video stands, for times typed with + or -. */
  now: () => number;
  frameTime?: ((index: number) => number | undefined) | undefined;
  onTime: (time: number) => void;
  /** Called when the field is left, whether or not the time has changed. */
  onDone?: (() => void) | undefined;
  title?: string | undefined;
  className?: string | undefined;
  ref?: Ref<HTMLInputElement>;
}

/** A time that can be typed. Enter takes it, Escape leaves it as it was; what is no time is marked. */
export function TimeField(props: TimeFieldProps) {
  const { label, value, duration, now, frameTime, onTime, onDone, title, className, ref } = props;
  const [typed, setTyped] = useState<string | null>(null);
  const read = typed === null ? value : readTime(typed, { now: now(), duration, ...(frameTime && { frameTime }) });
  const commit = () => {
    if (typed !== null && read !== null && formatTime(value) !== typed) onTime(read);
    setTyped(null);
    onDone?.();
  };
  return (
    <input
      ref={ref}
      className={cx(styles.time, className)}
      aria-label={label}
      aria-invalid={read === null}
      title={title}
      value={typed ?? formatTime(value)}
      size={Math.max(6, (typed ?? formatTime(value)).length)}
      maxLength={24}
      spellCheck={false}
      inputMode="text"
      onFocus={(event) => event.currentTarget.select()}
      onChange={(event) => setTyped(event.currentTarget.value)}
      onBlur={commit}
      onKeyDown={(event) => {
        if (event.nativeEvent.isComposing) return;
        if (event.key === 'Enter') {
          event.preventDefault();
          if (read !== null) commit();
        } else if (event.key === 'Escape' && (typed !== null || onDone)) {
          event.preventDefault();
          event.stopPropagation();
          setTyped(null);
          onDone?.();
        }
      }}
    />
  );
}
