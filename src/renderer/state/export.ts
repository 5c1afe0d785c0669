// SPDX-License-Identifier: Apache-2.0
import type { PassFacts } from '../../camera';
import {
  type ConversationFormat,
  type CutWay,
  type ExportFormat,
  formatTime,
  type Item,
  type Project,
  say,
  type TimeRange,
  toErrorInfo,
  ZoetropeError,
} from '../../contract';
import { attempt, bridge, unwrap } from './bridge';
import { drawSheet } from './contact-sheet';
import { notify } from './notices';
import { type AppStore, type Exported, get, set } from './store';
import { numbered } from './tray';

/** The views in the tray; if several items are selected, only those among them. */
function exportedViews(): Item[] {
  const { project, selected } = get();
  return project.tray.filter(({ id, origin }) => origin.kind === 'view' && (selected.size <= 1 || selected.has(id)));
}

/**
 * Saves views with their cameras in a new folder. `passes`: also depths, normals and object numbers of the rendered
 * views.
 */
export async function exportViews(passes: boolean, items = exportedViews()): Promise<void> {
  if (items.length === 0 || get().exportJob) return;
  const abort = new AbortController();
  const here = new Set(
    get()
      .project.sources.filter(({ present }) => present)
      .map(({ id }) => id),
  );
  const drawn = passes
    ? items.filter(
        ({ origin }) => origin.kind === 'view' && origin.strategy !== 'photograph' && here.has(origin.source.id),
      )
    : [];
  const total = items.length + drawn.length;
  const tell = (done: number) => set((s) => (s.exportJob ? { exportJob: { ...s.exportJob, done, total } } : {}));
  set({ exportJob: { of: 'tray', unit: 'pictures', done: 0, total, cancel: () => abort.abort() }, exported: null });
  let ticket: string | null = null;
  try {
    const begun = await unwrap(() => {
      const handle = bridge()['export.views'](
        { items: numbered(items), passes: drawn.map(({ id }) => id) },
        ({ done }) => tell(done),
      );
      abort.signal.addEventListener('abort', () => handle.cancel());
      return handle.result;
    });
    if (!begun) return;
    ({ ticket } = begun);
    const about = await addPasses(ticket, drawn, abort.signal, (done) => tell(items.length + done));
    const whole = await attempt(() => bridge()['export.viewsEnd']({ ticket: begun.ticket, about }));
    if (!whole.ok) return notify(whole.error);
    set({ exported: { of: 'tray', what: 'pictures', count: items.length, place: begun.folder } });
  } catch (thrown) {
    const kept = ticket;
    if (kept !== null) await attempt(() => bridge()['export.viewsEnd']({ ticket: kept, about: null }));
    const error = toErrorInfo(thrown);
    if (error.code !== 'cancelled') notify(error);
  } finally {
    set({ exportJob: null });
  }
}

/** Renders the passes and returns what their values mean, by the name of the scene. */
async function addPasses(
  ticket: string,
  drawn: readonly Item[],
  signal: AbortSignal,
  tell: (done: number) => void,
): Promise<Record<string, PassFacts>> {
  const about: Record<string, PassFacts> = {};
  if (drawn.length === 0) return about;
  const { passesOfViews } = await import('../../scene');
  let done = 0;
  for (const source of get().project.sources) {
    const views = drawn.filter(({ origin }) => origin.source.id === source.id);
    if (views.length === 0) continue;
    about[source.name] = await passesOfViews({
      source,
      up: get().project.setups[source.id]?.up,
      views,
      signal,
      handOver: async ({ id }, passes, { depthUnit }) => {
        const reply = await bridge()['export.passes']({ ticket, item: id, passes, depthUnit });
        if (!reply.ok) throw ZoetropeError.from(reply.error);
        tell(++done);
      },
    });
  }
  return about;
}

/** The items to export: the selected ones if there are several, else all. */
export function exportedItems(): Item[] {
  const { project, selected } = get();
  return selected.size > 1 ? project.tray.filter((item) => selected.has(item.id)) : project.tray;
}

/** Runs an export, with progress and a way to stop it. Only one runs at a time. */
export async function exportJob<T>(
  of: Exported['of'],
  run: (progress: (done: number, total: number) => void, signal: AbortSignal) => Promise<T>,
  unit: NonNullable<AppStore['exportJob']>['unit'] = 'pictures',
): Promise<T | undefined> {
  if (get().exportJob) return undefined;
  const abort = new AbortController();
  const tell = (done: number, total: number) =>
    set((s) => (s.exportJob ? { exportJob: { ...s.exportJob, done, total } } : {}));
  set({ exportJob: { of, unit, done: 0, total: 0, cancel: () => abort.abort() }, exported: null });
  try {
    return await run(tell, abort.signal);
  } finally {
    set({ exportJob: null });
  }
}

export async function exportPictures(format: ExportFormat, items = exportedItems()): Promise<void> {
  if (items.length === 0) return;
  const saved = await exportJob('tray', (progress, signal) => {
    const handle = bridge()['export.pictures']({ items: numbered(items), format }, ({ done, total }) =>
      progress(done, total),
    );
    signal.addEventListener('abort', () => handle.cancel());
    return unwrap(() => handle.result);
  });
  if (saved) set({ exported: { of: 'tray', what: 'pictures', count: saved.written, place: saved.folder } });
}

export async function exportSheet(items = exportedItems()): Promise<void> {
  if (items.length === 0) return;
  const saved = await exportJob('tray', async (progress, signal) => {
    try {
      const png = await drawSheet(numbered(items), progress, signal);
      return png && (await unwrap(() => bridge()['export.sheet']({ png })));
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
  const done = await unwrap(async () => {
    const reply = await bridge()['export.command']({ items });
    return reply.ok ? { ok: true as const, value: true } : reply;
  });
  if (done) set({ exported: { of: 'tray', what: 'command', count: 0, place: '' } });
}

/** Writes a part of a video into a file of its own. */
export async function exportClip(source: string, range: TimeRange, way: CutWay): Promise<void> {
  const saved = await exportJob(
    'tray',
    (progress, signal) => {
      const handle = bridge()['export.clip']({ source, range, way }, ({ done, total }) => progress(done, total));
      signal.addEventListener('abort', () => handle.cancel());
      return unwrap(() => handle.result);
    },
    'seconds',
  );
  if (saved) set({ exported: { of: 'tray', what: 'clip', count: 1, place: saved.name } });
  if (!saved || range.start - saved.start < 0.05) return;
  const message = say`The clip begins ${formatTime(range.start - saved.start)} before the range, at a keyframe.`;
  notify(
    new ZoetropeError('cancelled', message, say`Save it with exact ends to begin at the very frame.`).toInfo(),
    'info',
  );
}

export async function exportConversation(format: ConversationFormat): Promise<void> {
  if (get().project.messages.length === 0) return;
  const saved = await exportJob('chat', (progress, signal) => {
    const handle = bridge()['export.conversation']({ format }, ({ done, total }) => progress(done, total));
    signal.addEventListener('abort', () => handle.cancel());
    return unwrap(() => handle.result);
  });
  if (saved) set({ exported: { of: 'chat', what: 'conversation', place: saved.name } });
}

/** Copies the text of the last answer as the model wrote it. */
export async function copyLastAnswer(): Promise<void> {
  const answer = lastAnswer(get().project);
  if (!answer) return;
  await navigator.clipboard.writeText(answer.text);
  set({ exported: { of: 'chat', what: 'answer', place: '' } });
}

export const lastAnswer = ({ messages }: Project) =>
  messages.findLast((message) => message.role === 'assistant' && message.text !== '');

/** Shows what was exported last in the system's file manager. */
export const showExported = () => unwrap(() => bridge()['export.reveal'](undefined));

export const forgetExported = (): void => set({ exported: null });
