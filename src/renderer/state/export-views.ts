import type { PassFacts } from '../../camera';
import { toErrorInfo, ZoetropeError, type Item } from '../../contract';
import { attempt, bridge, take } from './bridge';
import { numbered } from './numbers';
import { get, set } from './store';
import { notify } from './toasts';

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
