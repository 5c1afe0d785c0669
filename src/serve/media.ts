// SPDX-License-Identifier: Apache-2.0
import { writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import {
  inEnglish,
  photoNotes,
  say,
  splitCrop,
  type Item,
  type SamplingPlan,
  type Sentence,
  type SourceRef,
  type WantedCrop,
} from '../contract';
import { frameItems, photoItem, type Engine, type JobOptions } from '../engine';
import { makeTemporary, removeTemporary } from '../lifetime';
import type { MediaOptions } from '../media';
import type { AllowedFolders } from './allowed-folders';
import type { ViewJob } from './media-options';
import { badField, Refusal } from './refusal';

/** A medium as a request names it. `field`: where, for errors. */
export type AskedMedium =
  | { kind: 'image'; address: string; field: string }
  | { kind: 'video'; address: string; field: string; plan: SamplingPlan }
  | { kind: 'scene'; address: string; field: string; job: ViewJob };

/** A medium whose file is known and may be read. */
export type ReadyMedium =
  | { kind: 'image'; path: string; name: string; crop?: WantedCrop | undefined }
  | { kind: 'video'; path: string; name: string; plan: SamplingPlan }
  | { kind: 'scene'; path: string; name: string; job: ViewJob };

/** Captures views of a scene. `path`: a file or folder. */
export type CaptureViews = (
  path: string,
  job: ViewJob,
  options: JobOptions & { onNote: (note: Sentence) => void },
) => Promise<Item[]>;

/** The pictures of a medium, and plain sentences about what was left out or assumed. */
export interface Gathered {
  items: Item[];
  notes: string[];
}

const DATA = /^data:image\/(png|jpeg|webp);base64,/i;

/** The media of one question. Pictures that were sent are kept as files until the question is answered. */
export class Media {
  #folder: Promise<string> | undefined;
  #sent = 0;

  constructor(
    private readonly engine: Pick<Engine, 'pictures'>,
    private readonly allowed: AllowedFolders,
    private readonly captureViews: CaptureViews | undefined,
    private readonly reading: MediaOptions,
  ) {}

  /** Finds the file of a medium, or writes it if it was sent. @throws Refusal */
  async ready(asked: AskedMedium): Promise<ReadyMedium> {
    const { kind, address, field } = asked;
    if (kind === 'image' && /^data:/i.test(address)) {
      const path = await this.#write(address, field);
      return { kind, path, name: basename(path) };
    }
    if (/^(https?|ftp|data):/i.test(address)) {
      throw badField(
        field,
        say`Nothing is fetched from the network.`,
        kind === 'image'
          ? say`Send the picture itself as a data: address, or name a file in an allowed folder.`
          : say`Name a file in an allowed folder.`,
      );
    }
    if (kind === 'scene' && !this.captureViews) {
      throw new Refusal(
        400,
        say`This server cannot render 3D scenes.`,
        say`Start it as "npm run -s zoetrope -- serve", which finds the window that draws them.`,
        { field, name: 'scenes_unavailable' },
      );
    }
    if (kind === 'image') {
      const { file, crop } = splitCrop(address);
      const path = await this.allowed.file(file);
      return { kind, path, name: basename(path), crop };
    }
    const path = await this.allowed.file(address, kind === 'scene' ? 'scene' : 'file');
    const name = basename(path);
    if (kind === 'video') return { kind, path, name, plan: asked.plan };
    return { kind, path, name, job: asked.job };
  }

  /** The pictures of a medium. @throws errors of reading files and of capturing; cancelled. */
  async gather(medium: ReadyMedium, options: JobOptions): Promise<Gathered> {
    const { path, name } = medium;
    const source: SourceRef = { id: path, name };
    const noted = (notes: readonly Sentence[]): string[] => notes.map((note) => `${name}: ${inEnglish(note)}`);
    if (medium.kind === 'image') {
      const item = await photoItem(path, source, this.engine.pictures, { crop: medium.crop });
      return { items: [item], notes: item.origin.kind === 'photo' ? noted(photoNotes(item.origin)) : [] };
    }
    if (medium.kind === 'video') {
      const { items, notes } = await frameItems(path, source, medium.plan, this.engine.pictures, {
        ...this.reading,
        ...options,
      });
      return { items, notes: noted(notes.map(({ text }) => text)) };
    }
    const notes: Sentence[] = [];
    const items = await this.captureViews!(path, medium.job, { ...options, onNote: (note) => void notes.push(note) });
    return { items, notes: [...new Set(noted(notes))] };
  }

  /** Removes the pictures that were sent. */
  async forget(): Promise<void> {
    if (this.#folder) await removeTemporary(await this.#folder);
  }

  async #write(address: string, field: string): Promise<string> {
    const [head, type] = DATA.exec(address) ?? [];
    const bytes = head === undefined ? Buffer.alloc(0) : Buffer.from(address.slice(head.length), 'base64');
    if (bytes.length === 0) {
      throw badField(
        field,
        say`A picture is not sent as it should be.`,
        say`Send it as data:image/png;base64,... (or jpeg, webp).`,
      );
    }
    this.#folder ??= makeTemporary('sent');
    const path = join(await this.#folder, `picture-${++this.#sent}.${type!.toLowerCase()}`);
    await writeFile(path, bytes);
    return path;
  }
}
