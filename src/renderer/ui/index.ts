// SPDX-License-Identifier: Apache-2.0
export { SureButton } from './SureButton';
export { Button, IconButton, Tip } from './Button';
export { Choice } from './Choice';
export { CompareFrame } from './CompareFrame';
export { CompareMenu } from './CompareMenu';
export { cx } from './cx';
export { Dialog } from './Dialog';
export { ErrorCard } from './ErrorCard';
export * from './format';
export { Menu, MenuAt, MenuGroup, MenuItem, MenuLine } from './Menu';
export { Meter } from './Meter';
export { FilterField } from './FilterField';
export { useKept } from './use-kept';
export { NameField } from './NameField';
export { NumberInput } from './NumberInput';
export { Range } from './Range';
export { Segmented } from './Segmented';
export { TimeField } from './TimeField';
