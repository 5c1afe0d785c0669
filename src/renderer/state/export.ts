import {
  say,
  ZoetropeError,
  type ConversationFormat,
  type ExportFormat,
  type Item,
  type Project,
} from '../../contract';
import { bridge, take } from './bridge';
import { drawSheet } from './contact-sheet';
import { numbered } from './numbers';
import { get, set, type Exported } from './store';
import { notify } from './toasts';

/** What is exported: several selected pictures, or else all of them. */
export function exportedItems(): Item[] {
  const { project, selected } = get();
  return selected.size > 1 ? project.tray.filter((item) => selected.has(item.id)) : project.tray;
}

async function job<T>(
  of: Exported['of'],
  run: (progress: (done: number, total: number) => void, signal: AbortSignal) => Promise<T>,
): Promise<T | undefined> {
  if (get().exportJob) return undefined;
  const abort = new AbortController();
  const tell = (done: number, total: number) =>
    set((s) => (s.exportJob ? { exportJob: { ...s.exportJob, done, total } } : {}));
  set({ exportJob: { of, done: 0, total: 0, cancel: () => abort.abort() }, exported: null });
  try {
    return await run(tell, abort.signal);
  } finally {
    set({ exportJob: null });
  }
}

export async function exportPictures(format: ExportFormat, items = exportedItems()): Promise<void> {
  if (items.length === 0) return;
  const saved = await job('tray', (progress, signal) => {
    const handle = bridge()['export.pictures']({ items: numbered(items), format }, ({ done, total }) =>
      progress(done, total),
    );
    signal.addEventListener('abort', () => handle.cancel());
    return take(() => handle.result);
  });
  if (saved) set({ exported: { of: 'tray', what: 'pictures', count: saved.written, place: saved.folder } });
}

export async function exportSheet(items = exportedItems()): Promise<void> {
  if (items.length === 0) return;
  const saved = await job('tray', async (progress, signal) => {
    try {
      const png = await drawSheet(numbered(items), progress, signal);
      return png && (await take(() => bridge()['export.sheet']({ png })));
    } catch (thrown) {
      if (signal.aborted) return null;
      notify(
        new ZoetropeError(
          'internal',
          say`The contact sheet could not be drawn.`,
          say`Try it with fewer pictures.`,
          String(thrown),
        ).toInfo(),
      );
      return null;
    }
  });
  if (saved) set({ exported: { of: 'tray', what: 'sheet', count: items.length, place: saved.name } });
}

export async function copyFfmpegCommand(items = exportedItems()): Promise<void> {
  const done = await take(async () => {
    const reply = await bridge()['export.command']({ items });
    return reply.ok ? { ok: true as const, value: true } : reply;
  });
  if (done) set({ exported: { of: 'tray', what: 'command', count: 0, place: '' } });
}

export async function exportConversation(format: ConversationFormat): Promise<void> {
  if (get().project.messages.length === 0) return;
  const saved = await job('chat', (progress, signal) => {
    const handle = bridge()['export.conversation']({ format }, ({ done, total }) => progress(done, total));
    signal.addEventListener('abort', () => handle.cancel());
    return take(() => handle.result);
  });
  if (saved) set({ exported: { of: 'chat', what: 'conversation', place: saved.name } });
}

/** The words of the last answer, as the model wrote them. */
export async function copyLastAnswer(): Promise<void> {
  const answer = lastAnswer(get().project);
  if (!answer) return;
  await navigator.clipboard.writeText(answer.text);
  set({ exported: { of: 'chat', what: 'answer', place: '' } });
}

export const lastAnswer = ({ messages }: Project) =>
  messages.findLast((message) => message.role === 'assistant' && message.text !== '');

export const forgetExported = (): void => set({ exported: null });
