// SPDX-License-Identifier: Apache-2.0
import {
  type AnswerOf,
  type Crop,
  type Item,
  languageOf,
  NO_VIDEO_SETUP,
  type Project,
  type SampleInfo,
  type VideoSetup,
} from '../../contract';
import { attempt, bridge, unwrap } from './bridge';
import { make, recordMade } from './history';
import { notify } from './notices';
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

/** Adds new photographs to the tray at once, because each is a single picture. */
async function showPhotos(project: Project, ids: ReadonlySet<string>): Promise<void> {
  const photos = fresh(ids, project).filter((s) => s.kind === 'photo');
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

export async function removeSource(source: string): Promise<void> {
  const name = get().project.sources.find(({ id }) => id === source)?.name ?? '';
  const edit = crypto.randomUUID();
  const project = await unwrap(() => bridge()['source.remove']({ source, edit }));
  if (!project) return;
  receiveProject(project);
  recordRemoval({ of: 'source', name }, edit);
}

export async function locateSource(source: string): Promise<void> {
  const project = await unwrap(() => bridge()['source.locate']({ source }));
  if (!project) return;
  forgetVideos((id) => id === source);
  receiveProject(project);
}

export async function addPhoto(source: string): Promise<void> {
  const item = await unwrap(() => photoItem(source));
  if (item) appendItems([item]);
}

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
