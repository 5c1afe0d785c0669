export { ModelChip } from './ModelChip';
export { SettingsDialog } from './SettingsDialog';
