// SPDX-License-Identifier: Apache-2.0
import type { ReactNode, Ref } from 'react';
import { Button as AriaButton, Tooltip, TooltipTrigger, type ButtonProps as AriaProps } from 'react-aria-components';
import { cx } from './cx';
import styles from './Button.module.css';

export interface ButtonProps extends Omit<AriaProps, 'className' | 'children'> {
  tone?: 'plain' | 'accent' | 'ghost';
  size?: 'small' | 'medium';
  ref?: Ref<HTMLButtonElement>;
  children: ReactNode;
  className?: string | undefined;
}

export function Button({ tone = 'plain', size = 'medium', className, ...rest }: ButtonProps) {
  return <AriaButton {...rest} className={cx(styles.button, styles[tone], styles[size], className)} />;
}

export interface IconButtonProps extends Omit<AriaProps, 'className' | 'children'> {
  /** The button's name, also shown as a tooltip. */
  label: string;
  /** A tooltip that says more than the name. */
  tip?: string | undefined;
  /** The keyboard shortcut, shown beside the name. */
  keys?: string | undefined;
  ref?: Ref<HTMLButtonElement>;
  children: ReactNode;
  pressed?: boolean;
  className?: string | undefined;
}

export function IconButton({ label, tip, keys, pressed, className, children, ...rest }: IconButtonProps) {
  return (
    <TooltipTrigger delay={500} closeDelay={0}>
      <AriaButton
        {...rest}
        aria-label={label}
        {...(pressed === undefined ? {} : { 'aria-pressed': pressed })}
        className={cx(styles.icon, pressed && styles.on, className)}
      >
        {children}
      </AriaButton>
      <Tip label={tip ?? label} keys={keys} />
    </TooltipTrigger>
  );
}

export function Tip({ label, keys }: { label: string; keys?: string | undefined }) {
  return (
    <Tooltip offset={6} className={styles.tip ?? ''}>
      {label}
      {keys && <kbd className={styles.keys}>{keys}</kbd>}
    </Tooltip>
  );
}
