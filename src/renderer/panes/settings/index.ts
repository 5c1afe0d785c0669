// SPDX-License-Identifier: Apache-2.0
export { ModelChip } from './ModelChip';
export { SettingsDialog } from './SettingsDialog';
