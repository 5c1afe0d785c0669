// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { ViewCapture } from '../capture';
import { Id, Item } from '../items';
import { Transparency } from '../photo';
import { Project, SourceKind } from '../project';
import { SceneListing } from '../scene-files';
import { ShownError } from '../wire';
import { MOST, none, nothing, SourceId, type Calls } from './call';

const Added = z.object({ project: Project, refused: z.array(z.object({ name: z.string(), error: ShownError })) });

const source = z.object({ source: SourceId });

/** The files of a project, and the pictures that photographs and scenes become. Videos have a table of their own. */
export const sources = {
  /** Shows the open dialog; an empty result means the user closed it. */
  'source.pick': { owner: 'main', request: none, answer: Added },
  /** The same for a folder: a scene with its files, or posed photographs. */
  'source.pickFolder': { owner: 'main', request: none, answer: Added },
  /** Files dropped on the window: the bridge turns them into paths. A page that could name a path could read any file. */
  'source.add': {
    owner: 'main',
    from: 'preload',
    request: z.object({ paths: z.array(z.string().min(1)).max(MOST) }),
    answer: Added,
  },
  'source.addSample': { owner: 'main', request: z.object({ sample: Id }), answer: Added },
  /** Takes a source out of the project; `project.reverse` of this edit brings it back with all that was made of it. */
  'source.remove': { owner: 'main', request: source.extend({ edit: Id }), answer: Project },
  'source.activate': { owner: 'main', request: z.object({ source: SourceId.nullable() }), answer: nothing },
  /** Asks the user where a missing file went. */
  'source.locate': { owner: 'main', request: source, answer: Project },
  /** What a file is, before it is a source. */
  'file.inspect': {
    owner: 'engine',
    from: 'main',
    request: z.object({ path: z.string().min(1) }),
    answer: z.object({ kind: SourceKind, bytes: z.number() }),
  },

  /** Which files make up a scene. */
  'scene.files': { owner: 'main', from: 'scene', request: source, answer: SceneListing },
  /** Bytes of memory that the page's process holds, its workers' among them. */
  'scene.memory': { owner: 'main', from: 'scene', request: none, answer: z.number() },
  /** Asks the user for files a scene lacks, and lets it use them; false when there were none. */
  'scene.addFiles': { owner: 'main', request: source, answer: z.boolean() },

  'view.add': { owner: 'engine', request: ViewCapture.extend({ source: SourceId }), answer: Item },
  'photo.item': { owner: 'engine', request: source.extend({ transparency: Transparency }), answer: Item },
  /** The tiles of a large picture, as many as show the model more. */
  'picture.tiles': {
    owner: 'engine',
    request: z.object({ item: Item }),
    answer: z.object({ items: z.array(Item) }),
  },
} as const satisfies Calls;
