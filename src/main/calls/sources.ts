// SPDX-License-Identifier: Apache-2.0
import { basename } from 'node:path';
import { say, toErrorInfo, ZoetropeError, type AnswerOf, type MainHandlers, type Project } from '../../contract';
import type { Library } from '../../library';
import { modelFolderAt } from '../../model';
import type { CurrentProject, Reversal } from '../current-project';
import type { OpenDialogs } from '../dialogs';
import type { EngineSupervisor } from '../engine-supervisor';
import type { Samples } from '../samples';
import { findBelow, missingAmong, movedAlong, type Found } from '../moved';
import { sortOpened, type Opened } from '../opened';
import { isProjectFile } from '../project-file';
import { listSceneFiles } from '../scene-files';
import { unusableModel } from '../unusable-model';
import type { OpenedProjectFiles } from './project-files';
import { addSubtitles } from './subtitles';

const KINDS = { video: say`a video`, photo: say`a photograph`, scene: say`a 3D scene` };

interface Sources {
  library: Library;
  project: CurrentProject;
  engine: EngineSupervisor;
  dialogs: OpenDialogs;
  samples: Samples;
  projectFiles: OpenedProjectFiles;
  /** Shows a file in the system's file manager. */
  reveal: (file: string) => void;
  /** Saves a pasted picture. @returns its file. */
  pasted: (bytes: Uint8Array) => Promise<string>;
  /** Loads a model that was opened like a file, in the background; reports errors itself. */
  openModel: (folder: string) => void;
  /** Called before a source is shown. */
  onActivate: () => void;
}

/** Calls about the files of a project: open, remove, locate. */
export const sourceCalls = (of: Sources) => {
  const { library, project, dialogs, samples } = of;
  const remove = (sources: readonly string[]): Reversal => {
    const putBack = library.removeSources(project.id, sources);
    return () => {
      putBack();
      return () => remove(sources);
    };
  };
  return {
    'source.pick': async () => addFiles(of, await dialogs.media()),
    'source.pickFolder': async () => {
      const folder = await dialogs.folder();
      return addFiles(of, folder === undefined ? [] : [folder]);
    },
    'source.add': ({ paths }) => addFiles(of, paths),
    'source.paste': async ({ bytes }) => addFiles(of, [await of.pasted(bytes)]),
    'source.addSample': ({ sample }) => addFiles(of, samples.files(sample)),
    'source.remove': ({ sources, edit }) => {
      project.rememberEdit(edit, remove(sources));
      return project.read();
    },
    'source.reveal': ({ source }) => of.reveal(project.source(source).path),
    'source.activate': ({ source }) => {
      of.onActivate();
      library.setActiveSource(project.id, source);
    },
    'source.locate': async ({ source }) => {
      const path = library.source(source)?.folder != null ? await dialogs.folder() : await dialogs.file();
      return path === undefined ? project.read() : relocate(of, source, path);
    },
    'source.locateAll': async () => {
      const folder = await dialogs.folder();
      if (folder === undefined) return null;
      const id = project.id;
      move(of, await findBelow(folder, await missingAmong(library.sources(id))));
      return project.read();
    },
    'subtitles.pick': async ({ source }) => {
      const path = await dialogs.file([{ name: 'SubRip, WebVTT', extensions: ['srt', 'vtt'] }]);
      if (path !== undefined) await addSubtitles(of, project.id, source, path);
      return project.read();
    },
    'scene.files': ({ source }) => listSceneFiles(project.source(source)),
    'scene.addFiles': async ({ source }) => {
      const paths = await dialogs.files();
      library.addCompanions(project.source(source).id, paths);
      return paths.length > 0;
    },
  } satisfies Partial<MainHandlers>;
};

/**
 * Adds files and folders one by one; the folder of a model is loaded instead. Those that cannot be opened are reported with the reason; the others are added.
 */
async function addFiles(of: Sources, named: readonly string[]): Promise<AnswerOf<'source.add'>> {
  const { library, engine } = of;
  const paths: string[] = [];
  const refused: AnswerOf<'source.add'>['refused'] = [];
  const models = new Set<string>();
  const projects: string[] = [];
  for (const path of named) {
    if (await isProjectFile(path)) {
      projects.push(of.projectFiles.add(path));
      continue;
    }
    const model = await modelFolderAt(path);
    if (model !== undefined) models.add(model);
    else paths.push(path);
  }
  for (const model of models) of.openModel(model);
  const project = of.project.id; // the user may open another project meanwhile
  let first: string | undefined;
  const sorted = await sortOpened(paths);
  const opened = await allowed(sorted.opened, of.dialogs);
  const refuse = async (path: string, error: unknown): Promise<void> => {
    refused.push({ name: basename(path), error: toErrorInfo((await unusableModel(path)) ?? error) });
  };
  for (const { path, error } of sorted.refused) await refuse(path, error);
  for (const { path, ...parts } of opened) {
    try {
      if (/\.(srt|vtt)$/i.test(path)) {
        await addSubtitles(of, project, library.readProject(project).activeSource, path);
        continue;
      }
      const { kind, bytes } = await engine.call('file.inspect', { path });
      const id = library.addSource(project, path, kind, bytes, parts);
      first ??= id;
    } catch (error) {
      await refuse(path, error);
    }
  }
  if (first !== undefined) library.setActiveSource(project, first);
  return { project: of.project.read(), refused, projects };
}

/** More than this are added only after the user has agreed. */
const MANY = 50;

/** What of very many files the user wants to add. */
async function allowed(opened: readonly Opened[], dialogs: OpenDialogs): Promise<readonly Opened[]> {
  if (opened.length <= MANY) return opened;
  return opened.slice(0, await dialogs.howMany(opened.length, MANY));
}

/** Sets the new path of a source. A file of another kind is refused. */
async function relocate(of: Sources, id: string, chosen: string): Promise<Project> {
  const { library, project, engine } = of;
  const source = project.source(id);
  const { opened, refused } = await sortOpened([chosen]);
  const found = opened.find(({ path }) => basename(path) === basename(source.path)) ?? opened[0];
  if (!found)
    throw (
      refused[0]?.error ?? new ZoetropeError('file-missing', say`There is nothing to open.`, say`Choose another one.`)
    );
  const { path, folder } = found;
  const { kind, bytes } = await engine.call('file.inspect', { path });
  if (kind !== source.kind) {
    throw new ZoetropeError(
      'bad-request',
      say`"${basename(path)}" is ${KINDS[kind]}, but ${KINDS[source.kind]} was expected.`,
      say`Choose the file that was moved, or open this one on its own.`,
    );
  }
  const missing = await missingAmong(library.sources(project.id));
  library.moveSource(id, path, bytes, folder);
  const others = missing.filter((other) => other.id !== id);
  move(of, await movedAlong({ from: source.path, to: path }, others));
  return project.read();
}

const move = ({ library }: Sources, found: readonly Found[]): void => {
  for (const { source, path, folder } of found) library.moveSource(source.id, path, source.bytes, folder);
};
