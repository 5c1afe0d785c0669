// SPDX-License-Identifier: Apache-2.0
import { say, type ColourMatrix, type Transparency, type VideoNote } from '../contract';
import { listNames } from './ffmpeg';
import type { StreamInfo } from './streaminfo';
import type { VideoIndex } from './video-index';

/**
 * From this many lines on, before rotation, a video that names no matrix is assumed to be high definition, as players
 * do.
 */
const HD_LINES = 720;

/** The matrix to assume for a video that names none, from the height of its decoded pictures. */
export function assumedMatrix({
  pixels,
  matrix,
  primaries,
  hdr,
  width,
  height,
  rotation,
}: NonNullable<StreamInfo['video']>): ColourMatrix | undefined {
  // RGB, palette and grey pictures need none.
  if (matrix !== '' || !/^(yuv|nv\d|p[0-4]1\d|[uyv]{4}|y[24]1\d|ayuv|vuy|xv\d)/.test(pixels)) return undefined;
  if (hdr || primaries === 'bt2020') return 'bt2020';
  return (rotation % 180 === 0 ? height : width) >= HD_LINES ? 'bt709' : 'bt601';
}

const MEANT: Readonly<Record<string, ColourMatrix>> = {
  bt709: 'bt709',
  smpte170m: 'bt601',
  bt470bg: 'bt601',
  bt2020nc: 'bt2020',
};

/**
 * Draws transparent pixels on white, as every viewer does. With inverted colours white is black, so multiplying by
 * alpha is enough. Opaque pixels keep every byte.
 */
const ON_WHITE = 'format=gbrap,negate,premultiply=inplace=1,negate';

/** The decoders that read the alpha of VP8 and VP9; ffmpeg's own ignore it. */
const WITH_ALPHA: Readonly<Record<string, string>> = { vp8: 'libvpx', vp9: 'libvpx-vp9' };

/** Whether the pixel format has alpha. In uncompressed pictures the fourth byte is usually unused and not alpha. */
const hasAlpha = ({ pixels, codec }: VideoIndex): boolean =>
  codec !== 'rawvideo' &&
  (/^(yuva|gbrap|rgba|bgra|argb|abgr|ya(8|16))/.test(pixels) || (pixels === 'pal8' && /^(gif|a?png)$/.test(codec)));

/**
 * The matrix that a player built into Chromium must be told, because it would use another one. It chooses by the height
 * unless a file names matrix, primaries and transfer; VP9 and AV1 that name none, and full range, it treats as BT.601.
 */
export function unheededMatrix(video: NonNullable<StreamInfo['video']>): ColourMatrix | undefined {
  const { codec, pixels, matrix, primaries, transfer, width, height, rotation } = video;
  if (matrix !== '' && primaries !== '' && transfer !== '') return undefined;
  const meant = assumedMatrix(video) ?? MEANT[matrix];
  const byLines = !pixels.startsWith('yuvj') && (rotation % 180 === 0 ? height : width) >= HD_LINES ? 'bt709' : 'bt601';
  const assumed = codec === 'vp9' || codec === 'av1' ? (MEANT[matrix] ?? 'bt601') : byLines;
  return meant === assumed ? undefined : meant;
}

/** ffmpeg's names for the matrices; it assumes BT.601 by default. */
const NAMED: Record<ColourMatrix, string | undefined> = {
  bt601: undefined,
  bt709: 'setparams=colorspace=bt709',
  bt2020: 'setparams=colorspace=bt2020nc',
};

/** How a video's pictures are read. */
export interface FrameRendering {
  /** Filters, with commas between them. */
  filter?: string;
  /** The decoder that is needed in place of ffmpeg's own choice. */
  decoder?: string;
  /** How its transparency is drawn, if it can have any. */
  transparency?: Transparency;
  note?: VideoNote;
}

/**
 * How stored colours are converted for display. Everything but HDR and alpha keeps ffmpeg's default conversion, with
 * the matrix that is named or assumed. PQ and HLG would come out grey and flat, so they are tone-mapped (if this ffmpeg
 * can), and a note says so: white at 100 cd/m2, highlights rolled off by Hable's curve, colours converted from BT.2020
 * to BT.709, and directly to RGB, so that no step halves the colour resolution.
 */
export async function renderingFor(index: VideoIndex, signal?: AbortSignal): Promise<FrameRendering> {
  const { hdr, pixels } = index;
  const assumed = index.assumedMatrix && NAMED[index.assumedMatrix];
  const decoder = index.alphaBeside && WITH_ALPHA[index.codec];
  const reads = decoder !== undefined && (await listNames('decoders', signal)).has(decoder);
  const onWhite = reads || hasAlpha(index);
  const filters = [assumed, onWhite ? ON_WHITE : undefined].filter((one) => one !== undefined);
  const text = say`This ffmpeg cannot read the transparency of this video: every pixel has its stored colour.`;
  const plain: FrameRendering = {
    ...(filters.length > 0 && { filter: filters.join(',') }),
    ...(reads && { decoder }),
    ...(onWhite && { transparency: 'white' }),
    ...(decoder && !reads && { transparency: 'dropped', note: { kind: 'alpha-dropped', text } }),
  };
  if (!hdr) return plain;
  const known = await listNames('filters', signal);
  if (!known.has('zscale') || !known.has('tonemap')) {
    const flat = say`The video is ${hdr} (high dynamic range) and this ffmpeg cannot tone-map it: colours look flat.`;
    return { ...plain, note: { kind: 'hdr-unmapped', text: flat } };
  }
  // The input's properties are named explicitly, because files often leave half of them out.
  const matrix = /^(gbr|rgb|bgr|x2rgb)/.test(pixels) ? '' : ':matrixin=bt2020nc';
  const filter = [
    `zscale=transferin=${hdr === 'PQ' ? 'smpte2084' : 'arib-std-b67'}:primariesin=bt2020${matrix}:transfer=linear:npl=100:primaries=bt709`,
    'format=gbrpf32le',
    'tonemap=hable:desat=0',
    'zscale=transfer=bt709:range=full',
    'format=gbrp',
  ].join(',');
  const toned = say`The video is ${hdr} (high dynamic range): its frames are tone-mapped to ordinary colours, in the window and for the model.`;
  return { ...plain, filter, note: { kind: 'tone-mapped', text: toned } };
}
