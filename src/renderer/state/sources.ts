// SPDX-License-Identifier: Apache-2.0
import {
  type AnswerOf,
  type Crop,
  type Item,
  type ErrorInfo,
  languageOf,
  NO_VIDEO_SETUP,
  type Project,
  say,
  type SampleInfo,
  type VideoSetup,
  ZoetropeError,
} from '../../contract';
import { attempt, bridge, unwrap } from './bridge';
import { make, recordMade } from './history';
import { notify } from './notices';
import { importProject } from './project-files';
import { createProject, isEmpty, receiveProject } from './project';
import { get, set } from './store';
import { recordRemoval } from './undo';
import { appendItems } from './tray';
import { forgetVideos } from './video-facts';

const KEY = 'zoetrope.samples';

const read = (): Record<string, string> => {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? '{}') as Record<string, string>;
  } catch {
    return {};
  }
};

/** Remembers which sample a source came from, so that its questions can be suggested. */
export function rememberSample(sources: readonly string[], sample: string): void {
  const known = { ...read(), ...Object.fromEntries(sources.map((id) => [id, sample])) };
  localStorage.setItem(KEY, JSON.stringify(Object.fromEntries(Object.entries(known).slice(-200))));
}

export function sampleOf(source: string | null): SampleInfo | null {
  if (!source) return null;
  const id = read()[source];
  return get().samples.find((sample) => sample.id === id) ?? null;
}

/** The setup of a video, or the default one. */
export const videoSetup = (project: Project, source: string): VideoSetup =>
  project.videoSetups[source] ?? NO_VIDEO_SETUP;

/** The setups of all videos, with one of them changed. */
export const withVideoSetup = (
  project: Project,
  source: string,
  change: Partial<VideoSetup>,
): Project['videoSetups'] => ({
  ...project.videoSetups,
  [source]: { ...videoSetup(project, source), ...change },
});

export const chooseVideo = (source: string, change: Partial<VideoSetup>, run?: string): void =>
  make({ videoSetups: withVideoSetup(get().project, source, change) }, run);

/** Takes over a project after opening files. If main chose subtitles that were just opened, that can be undone. */
export function receiveOpened(incoming: Project): void {
  const { project } = get();
  receiveProject(incoming);
  const words = (of: Project, source: string) => JSON.stringify(videoSetup(of, source).subtitles);
  const chosen = incoming.sources.some(({ id }) => words(project, id) !== words(get().project, id));
  if (chosen && incoming.id === project.id) recordMade({ videoSetups: project.videoSetups });
}

export async function pickSubtitles(source: string): Promise<void> {
  const project = await unwrap(() => bridge()['subtitles.pick']({ source }));
  if (project) receiveOpened(project);
}

type Added = AnswerOf<'source.add'>;

const fresh = (before: ReadonlySet<string>, project: Project) => project.sources.filter((s) => !before.has(s.id));

const photoItem = (source: string, crop?: Crop) =>
  bridge()['photo.item']({ source, transparency: get().settings.transparency, ...(crop && { crop }) });

/** So many photographs opened together are a question; more are a collection to choose from. */
const MOST_AT_ONCE = 32;

/** Adds new photographs to the tray at once, because each is a single picture. */
async function showPhotos(project: Project, ids: ReadonlySet<string>): Promise<void> {
  const photos = fresh(ids, project).filter((s) => s.kind === 'photo');
  if (photos.length > MOST_AT_ONCE) {
    const message = say`${photos.length} photographs were added to the library.`;
    const advice = say`So many are not put into the tray at once: select there the ones you want to ask about.`;
    return notify(new ZoetropeError('cancelled', message, advice).toInfo(), 'info');
  }
  const items = await Promise.all(photos.map((photo) => unwrap(() => photoItem(photo.id))));
  if (get().project.id === project.id) appendItems(items.flatMap((item) => item ?? []));
}

/** Marks pictures as being added while `work` runs, so that a question waits for them. */
async function whileAdding(work: () => Promise<void>): Promise<void> {
  set((s) => ({ adding: s.adding + 1 }));
  await work();
  set((s) => ({ adding: s.adding - 1 }));
}

/** Takes over a project to which main added files by itself, from the command line or the system. */
export function receiveAdded(project: Project): void {
  const before = new Set(get().project.sources.map((s) => s.id));
  const same = project.id === get().project.id;
  receiveProject(project);
  if (same) void whileAdding(() => showPhotos(project, before));
}

const add = (call: () => Promise<Added | undefined>, sample?: string): Promise<void> =>
  whileAdding(() => addAll(call, sample));

async function addAll(call: () => Promise<Added | undefined>, sample?: string): Promise<void> {
  const { project } = get();
  const before = new Set(project.sources.map((s) => s.id));
  const added = await call();
  if (!added) return;
  receiveOpened(added.project);
  for (const { error } of added.refused) notify(error);
  for (const ticket of added.projects) await importProject(ticket);
  // The files were added to the project in which this began, which may no longer be the open one.
  if (added.project.id !== project.id) return;
  const arrived = fresh(before, added.project);
  if (sample)
    rememberSample(
      arrived.map((s) => s.id),
      sample,
    );
  const first = arrived[0];
  if (first && !arrived.some((s) => s.id === added.project.activeSource)) await activateSource(first.id);
  await showPhotos(added.project, before);
}

export const pickFiles = () => add(() => unwrap(() => bridge()['source.pick'](undefined)));
export const pickFolder = () => add(() => unwrap(() => bridge()['source.pickFolder'](undefined)));
/** Adds the files or the picture of the clipboard. */
export const pasteFiles = (files: File[]) =>
  add(async () => {
    const before = get().project.sources.length;
    const added = await unwrap(() => bridge().addFiles(files));
    // A picture that was copied out of a program is no file on the disk.
    const picture = files.find(({ type }) => type.startsWith('image/'));
    const isFile = added === undefined || added.refused.length > 0 || added.project.sources.length > before;
    if (isFile || !picture) return added;
    const bytes = new Uint8Array(await picture.arrayBuffer());
    return unwrap(() => bridge()['source.paste']({ bytes }));
  });

export const dropFiles = (files: File[]) => add(() => unwrap(() => bridge().addFiles(files)));

/** Opens a sample in a project of its own, so that its pictures are not mixed with the user's. */
export async function openSample(sample: string): Promise<void> {
  const { project } = get();
  if (!isEmpty(project)) {
    const info = get().samples.find((s) => s.id === sample);
    await createProject(info ? info.title[languageOf(get().settings.language, get().locale)] : '');
  }
  await add(() => unwrap(() => bridge()['source.addSample']({ sample })), sample);
}

export async function activateSource(source: string | null): Promise<void> {
  set((s) => ({ project: { ...s.project, activeSource: source }, goTo: null }));
  await unwrap(() => bridge()['source.activate']({ source }));
}

/** A `Set` is kept as it is, as in `selectItems`. */
export const selectSources = (ids: ReadonlySet<string>) => set({ selectedSources: ids });

export async function removeSources(sources: readonly string[]): Promise<void> {
  const name = get().project.sources.find(({ id }) => id === sources[0])?.name ?? '';
  const edit = crypto.randomUUID();
  const project = await unwrap(() => bridge()['source.remove']({ sources: [...sources], edit }));
  if (!project) return;
  receiveProject(project);
  selectSources(new Set());
  recordRemoval(sources.length === 1 ? { of: 'source', name } : { of: 'sources', count: sources.length }, edit);
}

const missingOf = (project: Project) => project.sources.filter((s) => !s.present);

/** Takes over a project in which files were looked for, and says how many were found. */
function receiveLocated(project: Project, quiet: number): void {
  const missing = missingOf(get().project);
  const still = new Set(missingOf(project).map(({ id }) => id));
  forgetVideos((id) => missing.some((source) => source.id === id) && !still.has(id));
  receiveProject(project);
  const found = missing.length - still.size;
  if (found > quiet || quiet === 0) notify(foundWords(found, still.size), 'info');
}

function foundWords(found: number, missing: number): ErrorInfo {
  const message =
    found === 0 ? say`None of the missing files was found.` : say`Missing files that were found: ${found}.`;
  const advice =
    missing === 0
      ? say`All files are there again.`
      : say`Still missing: ${missing}. They are found by name and size; locate renamed ones one by one.`;
  return new ZoetropeError('cancelled', message, advice).toInfo();
}

export async function locateSource(source: string): Promise<void> {
  const project = await unwrap(() => bridge()['source.locate']({ source }));
  if (project) receiveLocated(project, 1);
}

/** Looks for all missing files in a folder that the user chooses. */
export async function locateSources(): Promise<void> {
  const project = await unwrap(() => bridge()['source.locateAll'](undefined));
  if (project) receiveLocated(project, 0);
}

/** Adds photographs to the tray, in their order. */
export const addPhotos = (sources: readonly string[]): Promise<void> =>
  whileAdding(async () => {
    const items: Item[] = [];
    for (const source of sources) items.push(...[(await unwrap(() => photoItem(source))) ?? []].flat());
    appendItems(items);
  });

/** Adds a rectangle of a photograph to the tray. False if that failed, which was reported. */
export async function addCrop(source: string, crop: Crop): Promise<boolean> {
  const item = await unwrap(() => photoItem(source, crop));
  if (item) appendItems([item]);
  return item !== undefined;
}

/** The item for a photograph; null if it cannot be read, which was reported when it was opened. */
export async function readPhoto(source: string): Promise<Item | null> {
  const reply = await attempt(() => photoItem(source));
  return reply.ok ? reply.value : null;
}

/** Shows a source's file in the system's file manager. */
export const showSourceFile = (source: string) => unwrap(() => bridge()['source.reveal']({ source }));
