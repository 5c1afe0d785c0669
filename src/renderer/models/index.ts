// SPDX-License-Identifier: Apache-2.0
export { LeavesNote } from './LeavesNote';
export { PausedModel } from './PausedModel';
export { HubProgress } from './HubProgress';
export { ModelBadge } from './ModelBadge';
export { ModelChip } from './ModelChip';
export { ModelItems } from './ModelItems';
export { RealModel } from './RealModel';
export { sameModel, useModelGroups, useServerOf, type ModelGroup } from './model-groups';
export { providerName } from './provider';
