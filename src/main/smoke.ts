// SPDX-License-Identifier: Apache-2.0
import { app, type BrowserWindow } from 'electron';
import { toErrorInfo } from '../contract';
import type { EngineSupervisor } from './engine-supervisor';
import type { CurrentProject } from './current-project';
import type { conversationCalls, projectCalls, sourceCalls } from './calls';

/**
 * `--smoke`: a self-test of an installed copy. Asks the bundled model about the sample clip, prints the answer and
 * ends.
 */
export const SMOKE_SWITCH = 'smoke';

type Calls = ReturnType<typeof sourceCalls> & ReturnType<typeof projectCalls> & ReturnType<typeof conversationCalls>;

export async function runSmoke(
  window: BrowserWindow,
  { calls, project, engine }: { calls: Calls; project: CurrentProject; engine: EngineSupervisor },
): Promise<void> {
  const quiet = new AbortController().signal;
  const ignore = (): void => undefined;
  try {
    await until(() => engine.status.state === 'ready' || engine.status.state === 'failed');
    if (engine.status.state !== 'ready') throw new Error(JSON.stringify(engine.status));
    const { project: opened, refused } = await calls['source.addSample']({ sample: 'clip' });
    const source = opened.sources[0];
    if (!source) throw new Error(JSON.stringify(refused));
    const { items } = await engine.call('video.sample', {
      source: project.fileOf(source.id),
      plan: { strategy: 'uniform', count: 16 },
    });
    calls['tray.set']({ items });
    const answer = await calls['conversation.ask'](
      { text: 'Which direction does the red circle move?', placement: 'interleaved', anyway: false },
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
