import { app, type BrowserWindow } from 'electron';
import { toErrorInfo } from '../contract';
import type { EngineSupervisor } from './engine-supervisor';
import type { Workspace } from './workspace';

/** `--smoke`: an installed copy proves itself. It asks the bundled model about the sample clip, prints the answer and ends. */
export const SMOKE_SWITCH = 'smoke';

export async function runSmoke(window: BrowserWindow, workspace: Workspace, engine: EngineSupervisor): Promise<void> {
  const quiet = new AbortController().signal;
  const ignore = (): void => undefined;
  try {
    await until(() => engine.status.state === 'ready' || engine.status.state === 'failed');
    if (engine.status.state !== 'ready') throw new Error(JSON.stringify(engine.status));
    const { project, refused } = await workspace.addSample('clip');
    const source = project.sources[0];
    if (!source) throw new Error(JSON.stringify(refused));
    const { items } = await workspace.sampleVideo(source.id, { strategy: 'uniform', count: 16 }, ignore, quiet);
    workspace.setTray(items);
    const answer = await workspace.ask(
      { text: 'Which direction does the red circle move?', placement: 'interleaved' },
      ignore,
      quiet,
    );
    const page = (await window.webContents.executeJavaScript(
      `document.querySelector('[data-testid=library]') !== null`,
    )) as boolean;
    const ok = page && answer.role === 'assistant' && answer.status === 'done' && answer.text !== '';
    report({ ok, page, packaged: app.isPackaged, electron: process.versions.electron, pictures: items.length, answer });
    app.exit(ok ? 0 : 1);
  } catch (error) {
    report({ ok: false, error: toErrorInfo(error) });
    app.exit(1);
  }
}

function report(facts: object): void {
  process.stdout.write(`SMOKE ${JSON.stringify(facts)}\n`);
}

async function until(condition: () => boolean): Promise<void> {
  for (let i = 0; i < 600 && !condition(); i++) await new Promise((resolve) => setTimeout(resolve, 100));
}
