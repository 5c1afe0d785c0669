// SPDX-License-Identifier: Apache-2.0
import { captureViews, type Engine, type PictureStore } from '../engine';
import type { EngineHandlers } from '../contract';
import type { MediaOptions } from '../media';
import { AllowedFolders, Answerer, startServer, type RunningServer } from '../serve';

/** How many questions of other programs may wait. */
const WAITING = 8;

/** What to do in the app, where the advice names options of the command line. In English, as all answers to programs. */
const ADVICE: Readonly<Record<string, string>> = {
  'Start the server with --allow and the folder that holds it.':
    'Add the folder that holds it in Settings of Zoetrope, Other programs.',
  'Start the server with --allow-origin to let them.':
    'Run the server with "zoetrope serve --allow-origin" to let them.',
};

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
        advise: ({ advice }) => ADVICE[advice] ?? advice,
        log: (line) => void process.stdout.write(`served: ${line}\n`),
      });
      running = await startServer(answerer, engine.info, { port, host: '127.0.0.1', token, allowOrigins: [] });
      return { url: running.url };
    },
    'serving.stop': stop,
  };
}
