import { listNames } from './ffmpeg';
import type { MediaNote, VideoIndex } from './video';

/**
 * How stored colours become shown ones. Everything but HDR keeps ffmpeg's default conversion; PQ and HLG, which would
 * come out grey and flat, are tone-mapped (if this ffmpeg can), and the note says so.
 */
export async function lookFor(index: VideoIndex, signal?: AbortSignal): Promise<{ filter?: string; note?: MediaNote }> {
  if (!index.hdr) return {};
  const known = await listNames('filters', signal);
  if (!known.has('zscale') || !known.has('tonemap')) {
    const text = `The video is ${index.hdr} (high dynamic range) and this ffmpeg cannot tone-map it: colours look flat.`;
    return { note: { kind: 'hdr-unmapped', text } };
  }
  const filter = [
    // What goes in is named, because files often leave half of it out.
    `zscale=transferin=${index.hdr === 'PQ' ? 'smpte2084' : 'arib-std-b67'}:primariesin=bt2020:matrixin=bt2020nc:transfer=linear:npl=100`,
    'format=gbrpf32le',
    'zscale=primaries=bt709',
    'tonemap=hable:desat=0',
    'zscale=transfer=bt709:matrix=bt709:range=tv',
    'format=yuv420p',
  ].join(',');
  return { filter, note: { kind: 'tone-mapped', text: `The video is ${index.hdr} (high dynamic range); frames are tone-mapped for the model.` } };
}
