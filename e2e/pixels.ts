import { execFileSync } from 'node:child_process';

/** A picture file's pixels, as ffmpeg reads them. */
export function pixels(file: string, format: 'gray16le' | 'rgb24'): Buffer {
  return execFileSync(
    process.env['FFMPEG_BIN'] ?? 'ffmpeg',
    ['-v', 'error', '-i', file, '-f', 'rawvideo', '-pix_fmt', format, '-'],
    { maxBuffer: 1 << 26 },
  );
}
