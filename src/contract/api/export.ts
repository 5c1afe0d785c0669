// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { ConversationFormat } from '../conversation-file';
import { Id, Item, NumberedItem, PictureRef, SourceFile } from '../items';
import { Bytes, CutWay, ExportFormat, TimeRange } from '../media';
import { PassKind, Passes } from '../passes';
import { ProgressInfo } from '../wire';
import { MOST, none, nothing, SourceId, type Calls } from './call';

const path = z.string().min(1);
const numbered = z.array(NumberedItem).min(1).max(MOST);
const depthUnit = z.number().positive();

/** Calls that save something outside the app. The answer is null if the user closed the dialog. */
export const exporting = {
  /** Shows what was exported last in the system's file manager. Nothing happens if nothing was. */
  'export.reveal': { owner: 'main', request: none, answer: nothing },
  /** Asks for a folder and writes pictures into it. Existing files are replaced only if the user agrees. */
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
  /** Asks for a file and writes a contact sheet into it that the window has drawn. */
  'export.sheet': {
    owner: 'main',
    request: z.object({ png: Bytes }),
    answer: z.object({ name: z.string() }).nullable(),
  },
  /** Asks for a file and writes the whole conversation into it. */
  'export.conversation': {
    owner: 'main',
    request: z.object({ format: ConversationFormat }),
    event: ProgressInfo,
    answer: z.object({ name: z.string() }).nullable(),
  },
  /**
   * Asks for a file and writes a part of a video into it. Progress is in seconds. `start` and `end`: what was written, in
   * seconds; a copy begins at a keyframe.
   */
  'export.clip': {
    owner: 'main',
    request: z.object({ source: SourceId, range: TimeRange, way: CutWay }),
    event: ProgressInfo,
    answer: z.object({ name: z.string(), start: z.number(), end: z.number() }).nullable(),
  },
  'clip.write': {
    owner: 'engine',
    from: 'main',
    request: z.object({ source: SourceFile, range: TimeRange, way: CutWay, file: path }),
    event: ProgressInfo,
    answer: z.object({ start: z.number(), end: z.number() }),
  },
  /** Copies to the clipboard the ffmpeg commands that extract these frames, one command per video. */
  'export.command': { owner: 'main', request: z.object({ items: z.array(Item).max(MOST) }), answer: nothing },

  /**
   * Asks for a place and makes a new folder there with the views, their cameras for nerfstudio and COLMAP, and their
   * receipts. `export.viewsEnd` must follow. `passes` names the views whose passes will be sent by `export.passes`.
   */
  'export.views': {
    owner: 'main',
    request: z.object({ items: numbered, passes: z.array(Id) }),
    event: ProgressInfo,
    answer: z.object({ ticket: Id, folder: z.string() }).nullable(),
  },
  /** Writes views into a new folder: pictures, cameras, receipts. */
  'views.export': {
    owner: 'engine',
    from: 'main',
    request: z.object({ items: numbered, folder: path, depths: z.array(z.boolean()) }),
    event: ProgressInfo,
    answer: z.object({ names: z.array(z.string()) }),
  },
  /** Writes the passes of one view into the folder made by `export.views`. */
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
  /** Ends an export of views. The request describes what the passes mean; null deletes what was written. */
  'export.viewsEnd': {
    owner: 'main',
    request: z.object({ ticket: Id, about: z.record(z.string(), z.unknown()).nullable() }),
    answer: nothing,
  },
} as const satisfies Calls;
