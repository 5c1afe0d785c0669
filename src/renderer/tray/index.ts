// SPDX-License-Identifier: Apache-2.0
export { PictureDialog } from './PictureDialog';
export { ExportStatus } from './ExportStatus';
export { Tray } from './Tray';
export { describeItem } from './describe';
export { describeRenderSettings, describeShownObjects } from './describe-display';
export { overBudget, useBudget, type BudgetView } from './budget';
export { undoWords } from './undo-words';
