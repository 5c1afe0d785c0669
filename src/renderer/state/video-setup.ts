import { NO_VIDEO_SETUP, type Project, type VideoSetup } from '../../contract';
import { bridge, take } from './bridge';
import { save } from './made';
import { receiveProject } from './project';
import { get, set } from './store';

/** What was chosen for a video, or how every video begins. */
export const videoSetup = (project: Project, source: string): VideoSetup => project.videoSetups[source] ?? NO_VIDEO_SETUP;

/** Shown at once, saved behind. */
export function chooseVideo(source: string, change: Partial<VideoSetup>): void {
  const { project } = get();
  const setup = { ...videoSetup(project, source), ...change };
  set({ project: { ...project, videoSetups: { ...project.videoSetups, [source]: setup } } });
  save(() => bridge()['video.setup']({ source, setup }));
}

export async function pickSubtitles(source: string): Promise<void> {
  const project = await take(() => bridge()['subtitles.pick']({ source }));
  if (project) receiveProject(project);
}
