import { set, type OpenDialog } from './store';

export const openDialog = (dialog: OpenDialog) => set({ dialog });
export const closeDialog = () => set({ dialog: null });
