// SPDX-License-Identifier: Apache-2.0
import { formatTime, pictureUrl, type NumberedItem } from '../../contract';

/** Largest edge of a picture on the sheet, and the space between and below pictures, in pixels. */
const CELL = 320;
const GAP = 12;
const CAPTION = 26;
/** Browsers limit canvases to about this many pixels. */
const MOST_PIXELS = 120e6;

export interface SheetPlan {
  columns: number;
  rows: number;
  cellWidth: number;
  cellHeight: number;
  width: number;
  height: number;
}

/** Plans a grid about as wide as high, with cells shaped like the pictures, small enough for one canvas. */
export function planSheet(pictures: readonly { width: number; height: number }[]): SheetPlan {
  const wide = Math.max(...pictures.map(({ width, height }) => Math.min(1, CELL / Math.max(width, height)) * width));
  const high = Math.max(...pictures.map(({ width, height }) => Math.min(1, CELL / Math.max(width, height)) * height));
  const [cellWidth, cellHeight] = [Math.max(96, Math.ceil(wide)), Math.ceil(high)];
  const ideal = Math.sqrt((pictures.length * (cellHeight + CAPTION + GAP)) / (cellWidth + GAP));
  const columns = Math.max(1, Math.min(pictures.length, Math.round(ideal * 1.2)));
  const rows = Math.ceil(pictures.length / columns);
  const size = (scale: number): SheetPlan => {
    const [w, h] = [Math.floor(cellWidth * scale), Math.floor(cellHeight * scale)];
    return {
      columns,
      rows,
      cellWidth: w,
      cellHeight: h,
      width: columns * (w + GAP) + GAP,
      height: rows * (h + CAPTION) + GAP,
    };
  };
  const full = size(1);
  return full.width * full.height <= MOST_PIXELS
    ? full
    : size(Math.sqrt(MOST_PIXELS / (full.width * full.height)) * 0.95);
}

/** The text below a picture: its number and, for a frame, its time. */
const caption = ({ origin, number }: NumberedItem): string =>
  `${number}   ${origin.kind === 'frame' ? formatTime(origin.time) : origin.source.name}`;

/** Draws pictures as a grid with their times, one picture in memory at a time. @returns PNG bytes; null when cancelled. */
export async function drawSheet(
  items: readonly NumberedItem[],
  onProgress: (done: number, total: number) => void,
  signal: AbortSignal,
): Promise<Uint8Array | null> {
  const plan = planSheet(items.map(({ picture }) => picture));
  const canvas = new OffscreenCanvas(plan.width, plan.height);
  const context = canvas.getContext('2d');
  if (!context) throw new Error('no canvas');
  context.fillStyle = '#161513';
  context.fillRect(0, 0, plan.width, plan.height);
  context.font = `13px ${getComputedStyle(document.body).fontFamily}`;
  context.textBaseline = 'middle';
  context.imageSmoothingQuality = 'high';
  for (const [k, item] of items.entries()) {
    if (signal.aborted) return null;
    const { width, height } = item.picture;
    const scale = Math.min(1, plan.cellWidth / width, plan.cellHeight / height);
    const [w, h] = [Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale))];
    const x = GAP + (k % plan.columns) * (plan.cellWidth + GAP);
    const y = GAP + Math.floor(k / plan.columns) * (plan.cellHeight + CAPTION);
    const blob = await (await fetch(pictureUrl(item.picture), { signal })).blob();
    const bitmap = await createImageBitmap(blob, { resizeWidth: w, resizeHeight: h, resizeQuality: 'high' });
    context.drawImage(bitmap, x + Math.round((plan.cellWidth - w) / 2), y + plan.cellHeight - h);
    bitmap.close();
    context.fillStyle = '#ece7e0';
    context.fillText(caption(item), x, y + plan.cellHeight + CAPTION / 2, plan.cellWidth);
    onProgress(k + 1, items.length);
  }
  return new Uint8Array(await (await canvas.convertToBlob({ type: 'image/png' })).arrayBuffer());
}
