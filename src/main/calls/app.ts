// SPDX-License-Identifier: Apache-2.0
import type { AppState, MainHandlers, Settings } from '../../contract';
import type { Library } from '../../library';
import type { CurrentProject } from '../current-project';
import type { EngineSupervisor } from '../engine-supervisor';
import type { HappenedRecord } from '../happened';
import { openLink } from '../links';
import type { ModelChoice } from '../model-choice';
import type { Samples } from '../samples';
import type { Servers } from '../servers';
import { pageMemory } from '../windows';

interface App {
  facts: Pick<AppState, 'version' | 'platform' | 'locale'>;
  library: Library;
  project: CurrentProject;
  engine: EngineSupervisor;
  models: ModelChoice;
  samples: Samples;
  servers: Servers;
  happened: HappenedRecord;
  page: () => Electron.WebContents | undefined;
  /** Folder of the files that are shipped with the app. */
  bundled: string;
  applySettings: (settings: Settings) => void;
  /** Sends the page the notices that arose before it was loaded. */
  tellNews: () => void;
}

/** Calls about the app itself: its state, settings, documents, and the record of failures. */
export const appCalls = (of: App) => {
  const { library, engine, happened } = of;
  return {
    'app.state': () => {
      of.tellNews();
      return {
        ...of.facts,
        project: of.project.read(),
        settings: library.settings(),
        keeps: library.keeps,
        samples: of.samples.list,
        engine: engine.status,
        servers: of.servers.list(),
      };
    },
    'app.openLink': ({ link }) => openLink(link, of.bundled),
    'settings.set': (settings) => {
      const before = library.settings();
      library.setSettings(settings);
      of.applySettings(settings);
      // Failures of these reloads are shown by the engine's status.
      if ((['device', 'precision', 'threads'] as const).some((key) => settings[key] !== before[key]))
        of.models.load().catch(() => undefined);
      else engine.call('memory.limit', settings.memory).catch(() => undefined);
      return settings;
    },
    'happened.read': () => happened.read(),
    'happened.copy': () => happened.copy(),
    'happened.show': () => happened.show(),
    'scene.memory': () => pageMemory(of.page()),
  } satisfies Partial<MainHandlers>;
};
