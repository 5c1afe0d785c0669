// SPDX-License-Identifier: Apache-2.0
import { app, clipboard, shell } from 'electron';
import { arch, cpus, freemem, release, totalmem } from 'node:os';
import { formatBytes, say, type EngineStatus, type Happened, type Sentence, type Trouble } from '../contract';
import type { Library } from '../library';
import { diagnostics } from './diagnostics';
import { lastLines, logFile } from './log';

/** Number of log lines that are shown. */
const LINES = 300;

/** The failures since the start, and facts about the app and the machine. */
export class HappenedRecord {
  readonly #troubles: Trouble[] = [];

  constructor(
    private readonly library: Library,
    private readonly engine: () => EngineStatus,
  ) {}

  add(what: Sentence): void {
    this.#troubles.push({ at: Date.now(), what });
  }

  read(): Happened {
    return {
      troubles: this.#troubles,
      library: libraryHealth(this.library),
      facts: this.#facts(),
      log: lastLines(LINES),
    };
  }

  /** Copies a report to the clipboard that helps to find a fault, without the user's names, paths or words. */
  copy(): void {
    void clipboard.writeText(diagnostics(this.read()));
  }

  show(): void {
    shell.showItemInFolder(logFile());
  }

  #facts(): Happened['facts'] {
    const engine = this.engine();
    const held = app
      .getAppMetrics()
      .map(({ type, memory }) => `${type.toLowerCase()} ${formatBytes(memory.workingSetSize * 1024)}`);
    const facts: Happened['facts'] = [
      { name: 'zoetrope', value: app.getVersion() },
      {
        name: 'electron',
        value: `${process.versions.electron}, Chromium ${process.versions.chrome}, Node ${process.versions.node}`,
      },
      { name: 'system', value: `${process.platform} ${release()}, ${arch()}` },
      { name: 'processor', value: `${cpus()[0]?.model.trim() ?? '?'}, ${cpus().length} threads` },
      { name: 'memory', value: `${formatBytes(freemem())} free of ${formatBytes(totalmem())}` },
      { name: 'processes', value: held.join(', ') },
      { name: 'engine', value: engine.state },
    ];
    if (engine.state === 'failed') facts.push({ name: 'error', value: engine.error.code });
    if (engine.state === 'ready') {
      const { bundled, precision, provider, bytes } = engine.model;
      facts.push({
        name: 'model',
        value: `${bundled ? 'bundled' : 'own'}, ${precision} on ${provider}, ${formatBytes(bytes)}`,
      });
    }
    return facts;
  }
}

/** Checks the whole library, as `zoetrope library check` does. */
function libraryHealth(library: Library): Happened['library'] {
  try {
    const { state, projects, questions, keptAside, backups } = library.report();
    if (state !== 'well') return { ok: false, what: say`Part of it cannot be read.` };
    return {
      ok: true,
      what: say`It was checked and is whole: projects: ${projects}, questions: ${questions}, entries kept aside: ${keptAside}, backups: ${backups}.`,
    };
  } catch {
    return { ok: false, what: say`Part of it cannot be read.` };
  }
}
