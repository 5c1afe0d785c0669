// SPDX-License-Identifier: Apache-2.0
export { Conversation } from './Conversation';
export { PresetsDialog } from './PresetsDialog';
export { QuestionsDialog } from './QuestionsDialog';
export { ReceiptDialog } from './ReceiptDialog';
