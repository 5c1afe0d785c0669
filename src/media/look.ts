import { say, type VideoNote } from '../contract';
import { listNames } from './ffmpeg';
import type { VideoIndex } from './video';

/**
 * What is transparent lies on white, as in every viewer: with the colours turned round, white is black, and
 * multiplying by alpha is all there is to do. What is opaque keeps every byte.
 */
const ON_WHITE = 'format=gbrap,negate,premultiply=inplace=1,negate';

/** Formats with alpha. Of uncompressed pictures the fourth byte is mostly no alpha but left over. */
const hasAlpha = ({ pixels, codec }: VideoIndex): boolean =>
  codec !== 'rawvideo' && (/^(yuva|gbrap|rgba|bgra|argb|abgr|ya(8|16))/.test(pixels) || (pixels === 'pal8' && /^(gif|a?png)$/.test(codec)));

/**
 * How stored colours become shown ones. Everything but HDR and alpha keeps ffmpeg's default conversion; PQ and HLG, which would
 * come out grey and flat, are tone-mapped (if this ffmpeg can), and the note says so: to a white of 100 cd/m2, what is
 * brighter rolled off by Hable's curve, colours brought from BT.2020 to BT.709, and straight to RGB, so that no colour is
 * kept at half resolution on the way.
 */
export async function lookFor(index: VideoIndex, signal?: AbortSignal): Promise<{ filter?: string; note?: VideoNote }> {
  const { hdr, pixels } = index;
  if (!hdr) return hasAlpha(index) ? { filter: ON_WHITE } : {};
  const known = await listNames('filters', signal);
  if (!known.has('zscale') || !known.has('tonemap')) {
    const text = say`The video is ${hdr} (high dynamic range) and this ffmpeg cannot tone-map it: colours look flat.`;
    return { note: { kind: 'hdr-unmapped', text } };
  }
  // What goes in is named, because files often leave half of it out.
  const matrix = /^(gbr|rgb|bgr|x2rgb)/.test(pixels) ? '' : ':matrixin=bt2020nc';
  const filter = [
    `zscale=transferin=${hdr === 'PQ' ? 'smpte2084' : 'arib-std-b67'}:primariesin=bt2020${matrix}:transfer=linear:npl=100:primaries=bt709`,
    'format=gbrpf32le',
    'tonemap=hable:desat=0',
    'zscale=transfer=bt709:range=full',
    'format=gbrp',
  ].join(',');
  const text = say`The video is ${hdr} (high dynamic range): its frames are tone-mapped to ordinary colours, for you and for the model.`;
  return { filter, note: { kind: 'tone-mapped', text } };
}
