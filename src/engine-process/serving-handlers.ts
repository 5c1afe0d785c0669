// SPDX-License-Identifier: Apache-2.0
import { captureViews, type Engine, type PictureStore } from '../engine';
import type { EngineHandlers } from '../contract';
import type { MediaOptions } from '../media';
import { AllowedFolders, Answerer, startServer, type RunningServer } from '../serve';

/** How many questions of other programs may wait. */
const WAITING = 8;

/** The store of the pictures of other programs' questions, and its folder. */
export interface ServedPictures {
  store: PictureStore;
  pictures: string;
}

interface Served extends ServedPictures {
  engine: Engine;
  reading: Pick<MediaOptions, 'indexes' | 'copies'>;
}

/** The handlers of Zoetrope as a server for other programs. They take turns with the questions of the window. */
export function servingHandlers({ engine, ...served }: Served): Pick<EngineHandlers, 'serving.start' | 'serving.stop'> {
  let running: RunningServer | undefined;
  const stop = async (): Promise<void> => {
    const ended = running;
    running = undefined;
    await ended?.close();
  };
  return {
    'serving.start': async ({ port, token, folders, version }) => {
      await stop();
      const answerer = new Answerer({
        engine,
        ...served,
        version,
        model: async () => engine.info,
        captureViews: (path, job, options) => captureViews(path, job, { pictures: served.store }, options),
        allowed: await AllowedFolders.of(folders),
        waiting: WAITING,
        advise: ({ advice }) => advice,
        log: (line) => void process.stdout.write(`served: ${line}\n`),
      });
      running = await startServer(answerer, engine.info, { port, host: '127.0.0.1', token, allowOrigins: [] });
      return { url: running.url };
    },
    'serving.stop': stop,
  };
}
