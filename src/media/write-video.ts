// SPDX-License-Identifier: Apache-2.0
import { say, throwIfCancelled, ZoetropeError, type OnProgress, type Sentence } from '../contract';
import { startFfmpeg, type FfmpegOptions } from './ffmpeg';

interface WriteOptions extends FfmpegOptions {
  /** Seconds of the written video, for the progress. */
  duration: number;
  onProgress?: OnProgress | undefined;
  /** What happened and what to do, if ffmpeg fails. */
  failed: { message: Sentence; advice: Sentence };
}

/**
 * Runs an ffmpeg that writes a video into a file, with its progress in seconds. @param args without `-progress`.
 * @throws ZoetropeError `disk-full`, `ffmpeg-failed`, `cancelled`.
 */
export async function writeVideo(args: string[], options: WriteOptions): Promise<void> {
  const { duration, onProgress, failed, signal } = options;
  const run = await startFfmpeg(['-y', '-loglevel', 'error', '-progress', 'pipe:1', ...args], options);
  try {
    let partial = '';
    for (let chunk = await run.read(); chunk; chunk = await run.read()) {
      const lines = (partial + chunk.toString('latin1')).split('\n');
      partial = lines.pop() ?? '';
      for (const line of lines) {
        const at = /^out_time_us=(-?\d+)/.exec(line);
        const done = Math.min(duration, Math.max(0, Number(at?.[1]) / 1e6));
        if (at) onProgress?.({ step: 'preview', done, total: duration });
      }
    }
    const code = await run.wait(run.closed);
    throwIfCancelled(signal);
    if (code === 0) return;
    if (/No space left/i.test(run.errors())) {
      throw new ZoetropeError(
        'disk-full',
        say`There is no room on the disk for this video.`,
        say`Free some space, then try again. Its frames can still be sampled.`,
        run.errors(),
      );
    }
    throw new ZoetropeError('ffmpeg-failed', failed.message, failed.advice, run.errors());
  } finally {
    run.stop();
    await run.closed;
  }
}
