import type { PassFacts } from '../../camera';
import {
  type ConversationFormat,
  type ExportFormat,
  formatTime,
  type Item,
  type NumberedItem,
  pictureUrl,
  type Project,
  say,
  toErrorInfo,
  ZoetropeError,
} from '../../contract';
import { attempt, bridge, take } from './bridge';
import { notify } from './notices';
import { type Exported, get, set } from './store';
import { numbered } from './tray';

/** Largest edge of a picture on the sheet, in pixels, and the room between and under them. */
const CELL = 320;
const GAP = 12;
const CAPTION = 26;
/** Canvases end somewhere beyond this many pixels. */
const MOST_PIXELS = 120e6;

export interface SheetPlan {
  columns: number;
  rows: number;
  cellWidth: number;
  cellHeight: number;
  width: number;
  height: number;
}

/** A grid about as wide as high, its cells shaped like the pictures, small enough for one canvas. */
export function planSheet(pictures: readonly { width: number; height: number }[]): SheetPlan {
  const wide = Math.max(...pictures.map(({ width, height }) => Math.min(1, CELL / Math.max(width, height)) * width));
  const high = Math.max(...pictures.map(({ width, height }) => Math.min(1, CELL / Math.max(width, height)) * height));
  const [cellWidth, cellHeight] = [Math.max(96, Math.ceil(wide)), Math.ceil(high)];
  const ideal = Math.sqrt((pictures.length * (cellHeight + CAPTION + GAP)) / (cellWidth + GAP));
  const columns = Math.max(1, Math.min(pictures.length, Math.round(ideal * 1.2)));
  const rows = Math.ceil(pictures.length / columns);
  const size = (scale: number): SheetPlan => {
    const [w, h] = [Math.floor(cellWidth * scale), Math.floor(cellHeight * scale)];
    return {
      columns,
      rows,
      cellWidth: w,
      cellHeight: h,
      width: columns * (w + GAP) + GAP,
      height: rows * (h + CAPTION) + GAP,
    };
  };
  const full = size(1);
  return full.width * full.height <= MOST_PIXELS
    ? full
    : size(Math.sqrt(MOST_PIXELS / (full.width * full.height)) * 0.95);
}

/** What stands under a picture: its number and, for a frame, its time. */
const caption = ({ origin, number }: NumberedItem): string =>
  `${number}   ${origin.kind === 'frame' ? formatTime(origin.time) : origin.source.name}`;

/** Draws pictures as a grid with their times, one picture in memory at a time. @returns PNG bytes; null when cancelled. */
export async function drawSheet(
  items: readonly NumberedItem[],
  onProgress: (done: number, total: number) => void,
  signal: AbortSignal,
): Promise<Uint8Array | null> {
  const plan = planSheet(items.map(({ picture }) => picture));
  const canvas = new OffscreenCanvas(plan.width, plan.height);
  const context = canvas.getContext('2d');
  if (!context) throw new Error('no canvas');
  context.fillStyle = '#161513';
  context.fillRect(0, 0, plan.width, plan.height);
  context.font = `13px ${getComputedStyle(document.body).fontFamily}`;
  context.textBaseline = 'middle';
  context.imageSmoothingQuality = 'high';
  for (const [k, item] of items.entries()) {
    if (signal.aborted) return null;
    const { width, height } = item.picture;
    const scale = Math.min(1, plan.cellWidth / width, plan.cellHeight / height);
    const [w, h] = [Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale))];
    const x = GAP + (k % plan.columns) * (plan.cellWidth + GAP);
    const y = GAP + Math.floor(k / plan.columns) * (plan.cellHeight + CAPTION);
    const blob = await (await fetch(pictureUrl(item.picture), { signal })).blob();
    const bitmap = await createImageBitmap(blob, { resizeWidth: w, resizeHeight: h, resizeQuality: 'high' });
    context.drawImage(bitmap, x + Math.round((plan.cellWidth - w) / 2), y + plan.cellHeight - h);
    bitmap.close();
    context.fillStyle = '#ece7e0';
    context.fillText(caption(item), x, y + plan.cellHeight + CAPTION / 2, plan.cellWidth);
    onProgress(k + 1, items.length);
  }
  return new Uint8Array(await (await canvas.convertToBlob({ type: 'image/png' })).arrayBuffer());
}

/** Views of the tray, or those among several selected pictures. */
function exportedViews(): Item[] {
  const { project, selected } = get();
  return project.tray.filter(({ id, origin }) => origin.kind === 'view' && (selected.size <= 1 || selected.has(id)));
}

/** Saves the views with their cameras in a new folder, with `passes` also depths, normals and object numbers of the drawn ones. */
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
  set({ exportJob: { of: 'tray', done: 0, total, cancel: () => abort.abort() }, exported: null });
  let ticket: string | null = null;
  try {
    const begun = await take(() => {
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

/** What the passes mean, by the name of their scene. */
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
