// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { ConversationFormat } from '../conversation-file';
import { Id, Item, NumberedItem, PictureRef } from '../items';
import { Bytes, ExportFormat } from '../media';
import { PassKind, Passes } from '../passes';
import { ProgressInfo } from '../wire';
import { MOST, nothing, type Calls } from './call';

const path = z.string().min(1);
const numbered = z.array(NumberedItem).min(1).max(MOST);
const depthUnit = z.number().positive();

/** What the user keeps outside the app. Null: the user closed the dialog. */
export const exporting = {
  /** Asks which folder, and writes pictures there; never over a file without asking. */
  'export.pictures': {
    owner: 'main',
    request: z.object({ items: numbered, format: ExportFormat }),
    event: ProgressInfo,
    answer: z.object({ written: z.number().int(), folder: z.string() }).nullable(),
  },
  'pictures.export': {
    owner: 'engine',
    from: 'main',
    request: z.object({
      items: numbered,
      folder: path,
      format: ExportFormat,
      existing: z.enum(['ask', 'replace', 'keep']),
    }),
    event: ProgressInfo,
    answer: z.object({ written: z.number().int(), taken: z.number().int() }),
  },
  /** Asks where to, and writes a contact sheet drawn by the window. */
  'export.sheet': {
    owner: 'main',
    request: z.object({ png: Bytes }),
    answer: z.object({ name: z.string() }).nullable(),
  },
  /** Asks where to, and writes the whole conversation there. */
  'export.conversation': {
    owner: 'main',
    request: z.object({ format: ConversationFormat }),
    event: ProgressInfo,
    answer: z.object({ name: z.string() }).nullable(),
  },
  /** Copies the ffmpeg commands that make these frames, one a video. */
  'export.command': { owner: 'main', request: z.object({ items: z.array(Item).max(MOST) }), answer: nothing },

  /**
   * Asks where, and makes a new folder there with the views, their cameras for nerfstudio and COLMAP, and their receipts.
   * It is ended with `export.viewsEnd`; `passes` are the views whose passes will follow.
   */
  'export.views': {
    owner: 'main',
    request: z.object({ items: numbered, passes: z.array(Id) }),
    event: ProgressInfo,
    answer: z.object({ ticket: Id, folder: z.string() }).nullable(),
  },
  /** Into a new folder: pictures, cameras, receipts. */
  'views.export': {
    owner: 'engine',
    from: 'main',
    request: z.object({ items: numbered, folder: path, depths: z.array(z.boolean()) }),
    event: ProgressInfo,
    answer: z.object({ names: z.array(z.string()) }),
  },
  /** Puts the passes of one view into the folder that `export.views` made. */
  'export.passes': {
    owner: 'main',
    request: z.object({ ticket: Id, item: Id, passes: Passes, depthUnit }),
    answer: nothing,
  },
  'views.passes': {
    owner: 'engine',
    from: 'main',
    request: z.object({ file: path, picture: PictureRef, passes: Passes, kinds: z.array(PassKind), depthUnit }),
    answer: z.partialRecord(PassKind, z.string()),
  },
  /** The folder is whole, with what its passes mean; null takes back what was written. */
  'export.viewsEnd': {
    owner: 'main',
    request: z.object({ ticket: Id, about: z.record(z.string(), z.unknown()).nullable() }),
    answer: nothing,
  },
} as const satisfies Calls;
