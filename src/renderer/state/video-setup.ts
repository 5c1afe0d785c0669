import { NO_VIDEO_SETUP, type Project, type VideoSetup } from '../../contract';
import { bridge, take } from './bridge';
import { make, recordMade } from './made';
import { receiveProject } from './project';
import { get } from './store';

/** What was chosen for a video, or how every video begins. */
export const videoSetup = (project: Project, source: string): VideoSetup =>
  project.videoSetups[source] ?? NO_VIDEO_SETUP;

/** All setups with one video's changed. */
export const withVideoSetup = (
  project: Project,
  source: string,
  change: Partial<VideoSetup>,
): Project['videoSetups'] => ({
  ...project.videoSetups,
  [source]: { ...videoSetup(project, source), ...change },
});

export const chooseVideo = (source: string, change: Partial<VideoSetup>, run?: string): void =>
  make({ videoSetups: withVideoSetup(get().project, source, change) }, run);

/** Takes over a project in which main may have chosen subtitles that were just opened: that can be undone. */
export function receiveOpened(incoming: Project): void {
  const { project } = get();
  receiveProject(incoming);
  const words = (of: Project, source: string) => JSON.stringify(videoSetup(of, source).subtitles);
  const chosen = incoming.sources.some(({ id }) => words(project, id) !== words(get().project, id));
  if (chosen && incoming.id === project.id) recordMade({ videoSetups: project.videoSetups });
}

export async function pickSubtitles(source: string): Promise<void> {
  const project = await take(() => bridge()['subtitles.pick']({ source }));
  if (project) receiveOpened(project);
}
