// SPDX-License-Identifier: Apache-2.0
import type { Item, Part, Turn } from '../contract';

/**
 * How a picture goes into a prompt: alone (in as much detail as the model takes), as one of several, or as a part of a
 * video.
 */
export type PictureWay = 'single' | 'several' | 'video';

/** A picture of a prompt. */
export interface PlacedPicture {
  type: 'image';
  item: Item;
  way: PictureWay;
  /** Of a part of a video: which of the turn's videos it belongs to, counted from 0. */
  video?: number;
  /** Of a part of a video: whether it is the last one. */
  last?: boolean;
}

/** A turn whose pictures know how they go into the prompt. */
export type PlacedTurn =
  { role: 'user'; parts: (Extract<Part, { type: 'text' }> | PlacedPicture)[] } | { role: 'assistant'; text: string };

type ImagePart = Extract<Part, { type: 'image' }>;

/**
 * Decides how each picture goes into the prompt. A picture that is the only one of its prompt goes alone, whatever it
 * is. Pictures of one video that only captions separate stay together.
 */
export function placePictures(turns: readonly Turn[]): PlacedTurn[] {
  const images = turns.flatMap((turn) =>
    turn.role === 'user' ? turn.parts.filter((part) => part.type === 'image') : [],
  );
  const still = images.filter(({ video }) => video === undefined).length;
  const wayOf = ({ video }: ImagePart): PictureWay => {
    if (images.length === 1) return 'single';
    if (video !== undefined) return 'video';
    return still === 1 ? 'single' : 'several';
  };
  return turns.map((turn): PlacedTurn => {
    if (turn.role === 'assistant') return turn;
    let videos = 0;
    let before: { part: ImagePart; placed: PlacedPicture } | undefined; // unless typed text followed
    const parts = turn.parts.map((part): Extract<PlacedTurn, { role: 'user' }>['parts'][number] => {
      if (part.type === 'text') {
        if (!part.caption) before = undefined;
        return part;
      }
      const placed: PlacedPicture = { type: 'image', item: part.item, way: wayOf(part) };
      if (placed.way === 'video') {
        const continued = before && sameVideo(before.part, part) ? before.placed : undefined;
        if (continued) continued.last = false;
        placed.video = continued?.video ?? videos++;
        placed.last = true;
      }
      before = { part, placed };
      return placed;
    });
    return { role: 'user', parts };
  });
}

/** Whether two pictures are of one video. */
export const sameVideo = (a: { video?: string | undefined }, b: { video?: string | undefined }): boolean =>
  a.video !== undefined && a.video === b.video;
