// SPDX-License-Identifier: Apache-2.0
import { useState, type ReactNode } from 'react';
import { Button } from './Button';

interface SureButtonProps {
  /** What it shows before it is pressed. */
  children: ReactNode;
  /** What a screen reader says then. */
  label: string;
  /** What it asks after the first press. */
  sure: string;
  icon?: ReactNode;
  onSure: () => void;
  isDisabled?: boolean;
}

/** A button for what cannot be undone: the first press asks, the second one does it. */
export function SureButton({ children, label, sure, icon, onSure, isDisabled = false }: SureButtonProps) {
  const [isSure, setSure] = useState(false);
  return (
    <Button
      size="small"
      tone={isSure ? 'accent' : 'ghost'}
      aria-label={isSure ? sure : label}
      isDisabled={isDisabled}
      onPress={() => (isSure ? onSure() : setSure(true))}
      onBlur={() => setSure(false)}
    >
      {icon}
      {isSure ? sure : children}
    </Button>
  );
}
