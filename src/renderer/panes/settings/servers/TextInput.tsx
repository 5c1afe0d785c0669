// SPDX-License-Identifier: Apache-2.0
import { useState, type ReactNode } from 'react';
import { Eye, EyeOff } from 'lucide-react';
import { Input, Label, Text, TextField, type TextFieldProps } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { cx, IconButton } from '../../../ui';
import styles from './TextInput.module.css';

interface TextInputProps extends Pick<TextFieldProps, 'type' | 'autoFocus' | 'maxLength' | 'isRequired'> {
  label: string;
  value: string;
  onChange: (value: string) => void;
  placeholder?: string;
  /** An explanation below the field. */
  hint?: ReactNode;
  className?: string | undefined;
  testId?: string;
  /** A button at the end of the field. */
  children?: ReactNode;
}

/** A named line of text. */
export function TextInput({ label, placeholder, hint, className, testId, children, ...field }: TextInputProps) {
  return (
    <TextField {...field} autoComplete="off" spellCheck="false" className={cx(styles.field, className)}>
      <Label className={styles.label ?? ''}>{label}</Label>
      <div className={styles.line}>
        <Input className={styles.input ?? ''} placeholder={placeholder} data-testid={testId} />
        {children}
      </div>
      {hint && (
        <Text slot="description" className={styles.hint ?? ''}>
          {hint}
        </Text>
      )}
    </TextField>
  );
}

/** A line for a key, which is hidden unless the user shows it. */
export function KeyInput(props: Omit<TextInputProps, 'type' | 'children'>) {
  const { t } = useTranslation();
  const [isShown, setShown] = useState(false);
  return (
    <TextInput {...props} type={isShown ? 'text' : 'password'} maxLength={10_000}>
      <IconButton
        label={t(isShown ? 'server.hideKey' : 'server.showKey')}
        pressed={isShown}
        className={styles.eye}
        onPress={() => setShown(!isShown)}
      >
        {isShown ? <EyeOff /> : <Eye />}
      </IconButton>
    </TextInput>
  );
}
