// SPDX-License-Identifier: Apache-2.0
import { app } from 'electron';
import { readFileSync, statSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { CaptureJob, say, ZoetropeError, type CaptureResult, type Sentence, type ViewCapture } from '../contract';
import { serve } from './router';
import { openScenes } from './opened';
import { grantBeside, listSceneFiles, sceneFilePath, type SceneGrant } from './scene-files';
import { serveSchemes } from './schemes';
import { closeNetwork } from './security';
import { createCaptureWindow, pageMemory } from './windows';

/** The command line starts the app with this switch and a JSON file. The app renders the views and ends. */
export const CAPTURE_SWITCH = 'capture-job';

const JobFile = z.object({ scene: z.string(), out: z.string(), job: CaptureJob });

/** The grant for a scene that was named by its path. It includes the files beside it. */
async function sceneGrant(path: string): Promise<SceneGrant> {
  if (!statSync(path).isDirectory()) return grantBeside(path);
  const [best] = await openScenes(path);
  if (!best) throw new Error('no scene');
  return best;
}

/** Time limit in milliseconds for each message of the page. A scene that hangs a decoder must not hang a script. */
const TIME_LIMIT_MS = 120_000;

/**
 * Renders one capture job in a hidden window. Each view is written to `out` as `NNN.rgba` (raw, top row first), its
 * passes as `NNN.depth`, `NNN.normal` and `NNN.id`, and its facts as `NNN.json`. `result.json` holds the result or the
 * error. The command line makes pictures of these files.
 */
export function runCaptureJob(jobFile: string, pagesFolder: string): void {
  // The command line makes a folder for each job and puts its file there, so that a result can be written even if the
  // job file cannot be read.
  const finish = async (result: CaptureResult): Promise<void> => {
    clearTimeout(limit);
    await writeFile(join(dirname(jobFile), 'result.json'), JSON.stringify(result)).catch((error: unknown) =>
      process.stderr.write(`${String(error)}\n`),
    );
    app.exit(0);
  };
  const fail = (message: Sentence, detail?: string): void => {
    const advice = say`Try again; if it happens again, try a simpler scene.`;
    void finish({ error: new ZoetropeError('capture-failed', message, advice, detail).toInfo() });
  };
  const limit = setTimeout(() => fail(say`Rendering the scene took too long and was stopped.`), TIME_LIMIT_MS);
  try {
    render(JobFile.parse(JSON.parse(readFileSync(jobFile, 'utf8'))), pagesFolder, {
      finish,
      fail,
      alive: () => void limit.refresh(),
    });
  } catch (error) {
    fail(say`The window to render in could not be started.`, String(error));
  }
}

interface Ending {
  finish: (result: CaptureResult) => Promise<void>;
  fail: (message: Sentence) => void;
  /** Restarts the time limit, because the page has made progress. */
  alive: () => void;
}

function render(
  { scene, out, job }: z.output<typeof JobFile>,
  pagesFolder: string,
  { finish, fail, alive }: Ending,
): void {
  const grant = sceneGrant(scene);
  grant.catch(() => undefined); // the error is reported when the page asks for its job
  serveSchemes(pagesFolder, {
    pictureFile: () => undefined,
    previewFile: () => undefined,
    thumbnail: () => Promise.resolve(undefined),
    sourceFile: () => undefined,
    sceneFile: async (id, name) => (id === job.source ? sceneFilePath(await grant, name) : undefined),
  });
  closeNetwork();

  const save = async ({ rgba, passes, ...facts }: ViewCapture): Promise<void> => {
    alive();
    const name = String(facts.index).padStart(3, '0');
    await mkdir(out, { recursive: true });
    await writeFile(join(out, `${name}.rgba`), rgba);
    for (const [kind, numbers] of Object.entries(passes ?? {})) await writeFile(join(out, `${name}.${kind}`), numbers);
    await writeFile(join(out, `${name}.json`), JSON.stringify(facts));
  };
  const window = createCaptureWindow();
  window.webContents.on('render-process-gone', () => fail(say`The renderer ran out of resources on this scene.`));
  serve(['capture', 'scene'], {
    handlers: {
      'capture.job': () => job,
      'capture.alive': alive,
      'scene.files': async () => listSceneFiles(await grant),
      'scene.memory': () => pageMemory(window.webContents),
      'capture.view': save,
      'capture.survey': (survey) => writeFile(join(out, 'survey.json'), JSON.stringify(survey)),
      'capture.finish': finish,
    },
    page: () => window.webContents,
  });
}
