export { Conversation } from './Conversation';
export { ReceiptDialog } from './ReceiptDialog';
