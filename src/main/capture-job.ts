import { app } from 'electron';
import { readFileSync, statSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { CaptureJob, say, ZoetropeError, type CaptureResult, type Sentence, type ViewCapture } from '../contract';
import { serveCalls } from './ipc';
import { grantBeside, listSceneFiles, sceneFilePath, sortOpened, type SceneGrant } from './scene-files';
import { serveSchemes } from './schemes';
import { closeNetwork } from './security';
import { createCaptureWindow } from './windows';

/** The command line starts the app with this switch and a JSON file; the app renders the views and ends. */
export const CAPTURE_SWITCH = 'capture-job';

const JobFile = z.object({ scene: z.string(), out: z.string(), job: CaptureJob });

/** Who names a scene by its path means what lies beside it too. */
async function sceneGrant(path: string): Promise<SceneGrant> {
  if (!statSync(path).isDirectory()) return grantBeside(path);
  const { opened, refused } = await sortOpened([path]);
  if (!opened[0]) throw refused[0]?.error ?? new Error('no scene');
  return opened[0];
}

/** The whole run may not take longer; a scene that hangs a decoder must not hang a script. */
const TIME_LIMIT_MS = 120_000;

/**
 * Renders one capture job in a hidden window. Each view is left in `out` as `NNN.rgba` (raw, top row first), its passes
 * as `NNN.depth`, `NNN.normal` and `NNN.id`, with its facts in `NNN.json`, and `result.json` says how it ended: the command line makes pictures of them.
 */
export function runCaptureJob(jobFile: string, pagesFolder: string): void {
  const { scene, out, job } = JobFile.parse(JSON.parse(readFileSync(jobFile, 'utf8')));
  const grant = sceneGrant(scene);
  grant.catch(() => undefined); // told to the page when it asks
  serveSchemes(pagesFolder, {
    pictureFile: () => undefined,
    previewFile: () => undefined,
    sourceFile: () => undefined,
    sceneFile: async (id, name) => (id === job.source ? sceneFilePath(await grant, name) : undefined),
  });
  closeNetwork();

  const finish = async (result: CaptureResult): Promise<void> => {
    clearTimeout(limit);
    await writeFile(join(out, 'result.json'), JSON.stringify(result));
    app.exit(0);
  };
  const fail = (message: Sentence): void => {
    void finish({ error: new ZoetropeError('capture-failed', message, say`Try again; if it happens again, try a simpler scene.`).toInfo() });
  };
  const limit = setTimeout(() => fail(say`Rendering the scene took too long and was ended.`), TIME_LIMIT_MS);

  const save = async ({ rgba, passes, ...facts }: ViewCapture): Promise<void> => {
    const name = String(facts.index).padStart(3, '0');
    await mkdir(out, { recursive: true });
    await writeFile(join(out, `${name}.rgba`), rgba);
    for (const [kind, numbers] of Object.entries(passes ?? {})) await writeFile(join(out, `${name}.${kind}`), numbers);
    await writeFile(join(out, `${name}.json`), JSON.stringify(facts));
  };
  const window = createCaptureWindow();
  window.webContents.on('render-process-gone', () => fail(say`The renderer ran out of resources on this scene.`));
  serveCalls(
    {
      'capture.job': () => job,
      'scene.files': async () => listSceneFiles(await grant),
      'capture.view': save,
      'capture.survey': (survey) => writeFile(join(out, 'survey.json'), JSON.stringify(survey)),
      'capture.finish': finish,
    },
    () => window.webContents,
  );
}
