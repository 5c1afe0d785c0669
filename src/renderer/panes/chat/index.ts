// SPDX-License-Identifier: Apache-2.0
export { Conversation } from './Conversation';
export { ReceiptDialog } from './ReceiptDialog';
