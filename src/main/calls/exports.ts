// SPDX-License-Identifier: Apache-2.0
import { clipboard } from 'electron';
import { say, ZoetropeError, type Item, type MainHandlers } from '../../contract';
import type { CurrentProject } from '../current-project';
import type { EngineSupervisor } from '../engine-supervisor';
import type { Exporter } from '../export';
import type { ViewExporter } from '../export-views';

/** Calls that save something outside the app. */
export const exportCalls = (
  project: CurrentProject,
  engine: EngineSupervisor,
  exporter: Exporter,
  views: ViewExporter,
  /** Shows what was written last in the system's file manager. */
  reveal: () => void,
) =>
  ({
    'export.reveal': () => reveal(),
    'export.pictures': ({ items, format }, emit, signal) => exporter.pictures(items, format, emit, signal),
    'export.sheet': ({ png }) => exporter.sheet(png, project.read().name),
    'export.conversation': ({ format }, emit, signal) => exporter.conversation(project.read(), format, emit, signal),
    'export.clip': ({ source, range, way }, emit, signal) =>
      exporter.clip(project.fileOf(source), range, way, emit, signal),
    'export.command': async ({ items }) => {
      void clipboard.writeText(await commands(project, engine, items));
    },
    'export.views': ({ items, passes }, emit, signal) => views.begin(items, passes, emit, signal),
    'export.passes': ({ ticket, item, passes, depthUnit }) => views.add(ticket, item, passes, depthUnit),
    'export.viewsEnd': ({ ticket, about }) => views.end(ticket, about),
  }) satisfies Partial<MainHandlers>;

/** The ffmpeg commands that extract these frames, one line per video. */
async function commands(project: CurrentProject, engine: EngineSupervisor, items: readonly Item[]): Promise<string> {
  const places = new Map<string, number[]>();
  for (const { origin } of items) {
    if (origin.kind === 'frame') places.set(origin.source.id, [...(places.get(origin.source.id) ?? []), origin.index]);
  }
  if (places.size === 0)
    throw new ZoetropeError('no-frames', say`There are no video frames in the tray.`, say`Sample a video first.`);
  const lines: string[] = [];
  for (const [id, indices] of places)
    lines.push((await engine.call('video.command', { source: project.fileOf(id), places: indices })).command);
  return lines.join('\n');
}
