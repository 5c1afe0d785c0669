// SPDX-License-Identifier: Apache-2.0
import { basename } from 'node:path';
import { NO_VIDEO_SETUP, say, ZoetropeError } from '../../contract';
import type { Library } from '../../library';
import { sourceFile } from '../current-project';
import type { EngineSupervisor } from '../engine-supervisor';

/** Adds a subtitle file to a video and chooses it. @throws if it holds no subtitles, or the source is not a video. */
export async function addSubtitles(
  { library, engine }: { library: Library; engine: EngineSupervisor },
  project: string,
  video: string | null,
  path: string,
): Promise<void> {
  const found = library.sources(project).find(({ id, kind }) => id === video && kind === 'video');
  if (!found)
    throw new ZoetropeError(
      'bad-request',
      say`"${basename(path)}" holds subtitles, and there is no video on the stage.`,
      say`Choose its video first, then open the subtitles.`,
    );
  const file = sourceFile(library, found);
  const others = file.subtitles.filter((other) => other !== path);
  const before = await engine.call('video.subtitles', { source: { ...file, subtitles: others } });
  const source = { ...file, subtitles: [...new Set([...file.subtitles, path])] };
  const after = await engine.call('video.subtitles', { source });
  const track = after.find(({ id }) => !before.some((other) => other.id === id))?.id;
  if (track !== undefined) {
    await engine.call('video.cues', { source, track, encoding: null }); // refuses a file that cannot be read
    library.addSubtitleFile(found.id, path);
  }
  const setup = library.videoSetups(project)[found.id] ?? NO_VIDEO_SETUP;
  library.setVideoSetup(project, found.id, {
    ...setup,
    subtitles: { ...setup.subtitles, shown: true, ...(track !== undefined && { track, encoding: null }) },
  });
}
