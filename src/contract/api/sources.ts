// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { ViewCapture } from '../capture';
import { Crop } from '../crop';
import { Id, Item, PictureRef } from '../items';
import { Bytes } from '../media';
import { Transparency } from '../photo';
import { Project, SourceKind } from '../project';
import { SceneListing } from '../scene-files';
import { ShownError } from '../wire';
import { MOST, none, nothing, SourceId, type Calls } from './call';

const Added = z.object({
  project: Project,
  refused: z.array(z.object({ name: z.string(), error: ShownError })),
  /** Tickets for `project.import`: project files that were among the opened files. */
  projects: z.array(Id),
});

const source = z.object({ source: SourceId });

/** The files of a project, and the pictures made from photographs and scenes. Videos have a table of their own. */
/** The most bytes of a pasted picture. */
const MOST_PASTED = 256 * 1024 * 1024;

export const sources = {
  /** Shows the open dialog. The result is empty if the user closed it. */
  'source.pick': { owner: 'main', request: none, answer: Added },
  /** Shows the open dialog for a folder: a scene with its files, or posed photographs. */
  'source.pickFolder': { owner: 'main', request: none, answer: Added },
  /**
   * Adds files dropped on the window. The bridge turns them into paths, because a page that could name a path could
   * read any file.
   */
  'source.add': {
    owner: 'main',
    from: 'preload',
    request: z.object({ paths: z.array(z.string().min(1)).max(MOST) }),
    answer: Added,
  },
  /** Adds a pasted picture as a photograph. @throws bad-request if the bytes are no picture. */
  'source.paste': {
    owner: 'main',
    request: z.object({ bytes: z.instanceof(Uint8Array).refine(({ length }) => length <= MOST_PASTED) }),
    answer: Added,
  },
  'source.addSample': { owner: 'main', request: z.object({ sample: Id }), answer: Added },
  /**
   * Removes sources from the project. `project.reverse` of this edit restores them with everything that was made from
   * them.
   */
  'source.remove': {
    owner: 'main',
    request: z.object({ sources: z.array(SourceId).min(1), edit: Id }),
    answer: Project,
  },
  /** Shows a source's file in the system's file manager. */
  'source.reveal': { owner: 'main', request: source, answer: nothing },
  'source.activate': { owner: 'main', request: z.object({ source: SourceId.nullable() }), answer: nothing },
  /** Asks the user for the new place of a missing file. Files that were moved along with it are found as well. */
  'source.locate': { owner: 'main', request: source, answer: Project },
  /** Asks the user for a folder and looks in it for all missing files. Null if the user closed the dialog. */
  'source.locateAll': { owner: 'main', request: none, answer: Project.nullable() },
  /** A small picture of a file, as a JPEG; null for a scene and for a file that shows nothing. */
  'source.thumbnail': {
    owner: 'engine',
    from: 'main',
    request: source,
    event: z.never(),
    answer: Bytes.nullable(),
  },
  /** The kind of a file, before it becomes a source. */
  'file.inspect': {
    owner: 'engine',
    from: 'main',
    request: z.object({ path: z.string().min(1) }),
    answer: z.object({ kind: SourceKind, bytes: z.number() }),
  },

  /** The list of files that make up a scene. */
  'scene.files': { owner: 'main', from: 'scene', request: source, answer: SceneListing },
  /** Bytes of memory held by the page's process, including its workers. */
  'scene.memory': { owner: 'main', from: 'scene', request: none, answer: z.number() },
  /** Asks the user for files that a scene lacks, and grants the scene access to them. False if no file was chosen. */
  'scene.addFiles': { owner: 'main', request: source, answer: z.boolean() },

  /** Takes those pictures of a folder into the store that are what their names say. @returns how many */
  'pictures.admit': {
    owner: 'engine',
    from: 'main',
    request: z.object({ folder: z.string().min(1), pictures: z.array(PictureRef) }),
    event: z.never(),
    answer: z.number().int(),
  },
  'view.add': { owner: 'engine', request: ViewCapture.extend({ source: SourceId }), answer: Item },
  /** Reads a photograph, or a rectangle of it at full size. @throws as `cropWithin` */
  'photo.item': {
    owner: 'engine',
    request: source.extend({ transparency: Transparency, crop: Crop.optional() }),
    answer: Item,
  },
  /** Splits a large picture into tiles, as many as show the model more detail. */
  'picture.tiles': {
    owner: 'engine',
    request: z.object({ item: Item }),
    answer: z.object({ items: z.array(Item) }),
  },
} as const satisfies Calls;
