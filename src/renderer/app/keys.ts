const mac = typeof navigator !== 'undefined' && navigator.platform.startsWith('Mac');

/** How a command key is written here: ⌘K on a Mac, Ctrl+K elsewhere. */
export const modKey = (key: string): string => (mac ? `⌘${key}` : `Ctrl+${key}`);
export const shiftModKey = (key: string): string => (mac ? `⇧⌘${key}` : `Ctrl+Shift+${key}`);
export const isMod = (event: KeyboardEvent): boolean => (mac ? event.metaKey : event.ctrlKey);
