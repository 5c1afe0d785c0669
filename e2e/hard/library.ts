// SPDX-License-Identifier: Apache-2.0
import { copyFileSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'vite';
import { NO_SETUP, NO_VIDEO_SETUP, Settings, type Item, type Message } from '../../src/contract';
import { Library } from '../../src/library';
import { root } from '../fixtures/window';

/** Bundles the library room into one file that plain Node can run, where it finds its packages. @returns its path. */
export async function buildLibrary(): Promise<string> {
  const folder = join(root, 'test-results/hard/library');
  await build({
    root,
    configFile: false,
    logLevel: 'error',
    build: {
      ssr: join(root, 'src/library/index.ts'),
      outDir: folder,
      rolldownOptions: { output: { entryFileNames: 'library.mjs' } },
    },
  });
  return join(folder, 'library.mjs');
}

/** Deterministic pseudorandom numbers from 0 to 1. */
export function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) | 0;
    const mixed = Math.imul(state ^ (state >>> 13), 0x297a2d39);
    return ((mixed ^ (mixed >>> 16)) >>> 0) / 2 ** 32;
  };
}

const WORDS =
  'the red circle moves left, then a blue box 盒子 falls over it; what changed between both frames? é ü'.split(' ');

/** Writes a library as after a month of use into `folder`; its last entries are still in the log. @returns its file. */
export function writeLibrary(folder: string, { projects = 4, messages = 40 } = {}): string {
  const next = random(7);
  const words = (count: number): string =>
    Array.from({ length: count }, () => WORDS[Math.floor(next() * WORDS.length)]).join(' ');
  const made = join(folder, 'made');
  mkdirSync(made);
  const file = join(made, 'library.sqlite');
  let { library } = Library.open(file, { appVersion: '0.1.0' });
  const item = (source: string, k: number): Item => ({
    id: `i${k}`,
    origin: {
      kind: 'frame',
      source: { id: source, name: 'clip.mp4' },
      index: k,
      pts: k / 25,
      time: k / 25,
      keyframe: k % 12 === 0,
    },
    picture: { sha256: k.toString(16).padStart(64, '0'), width: 640, height: 360 },
  });
  for (let p = 0; p < projects; p++) {
    const project = library.projects.create(`Project ${p} ${words(3)}`);
    const sources = [0, 1, 2].map((k) =>
      library.addSource(project, `/home/someone/videos/${words(2)} ${k}.mp4`, 'video', 1_000_000 + k),
    );
    library.setActiveSource(project, sources[1]!);
    const items = Array.from({ length: 16 }, (_, k) => item(sources[0]!, k));
    library.setTray(project, items);
    library.setRanges(project, sources[0]!, [{ id: 'p1', start: 1, end: 2.5, label: words(2), chosen: true }]);
    library.setVideoSetup(project, sources[1]!, { ...NO_VIDEO_SETUP });
    library.setSetup(project, sources[2]!, NO_SETUP);
    library.addSubtitleFile(sources[0]!, `/home/someone/videos/${words(1)}.srt`);
    for (let k = 0; k < messages; k++) {
      const id = `${p}-${k}`;
      const message: Message =
        k % 2 === 0
          ? {
              id,
              role: 'user',
              createdAt: k,
              text: words(20),
              placement: 'interleaved',
              parts: items.slice(0, k % 17).map((one) => ({ type: 'image', item: one })),
            }
          : {
              id,
              role: 'assistant',
              createdAt: k,
              text: words(10 + 150 * next()),
              status: 'done',
              error: null,
              receipt: null,
            };
      library.saveMessage(project, message);
    }
    library.set('lastProject', project);
  }
  library.setSettings({ ...Settings.parse({}), theme: 'light', frameCount: 24 });
  library.close();
  // Then a session that is killed.
  ({ library } = Library.open(file, { appVersion: '0.1.0' }));
  for (const { id: project } of library.projects.list()) {
    for (let k = 0; k < 6; k++)
      library.saveMessage(project, {
        id: `${project.slice(0, 8)}-late-${k}`,
        role: 'user',
        createdAt: k,
        text: words(30),
        placement: 'front',
        parts: [],
      });
  }
  const killed = join(folder, 'library.sqlite');
  for (const part of ['', '-wal']) if (existsSync(file + part)) copyFileSync(file + part, killed + part);
  library.close();
  return killed;
}

/** Everything in a library, one entry per stored thing, by its place. */
export function contentsOf(library: Library): Map<string, string> {
  const all = new Map<string, string>();
  const put = (key: string, value: unknown): void => void all.set(key, JSON.stringify(value));
  for (const { id } of library.projects.list()) {
    const { sources, tray, messages, setups, segments, videoSetups, ...project } = library.readProject(id);
    put(`project ${id}`, project);
    for (const source of sources) put(`source ${id} ${source.id}`, [source, library.subtitleFiles(source.id)]);
    tray.forEach((item, k) => put(`tray ${id} ${k}`, item));
    messages.forEach((message) => put(`message ${id} ${message.id}`, message));
    put(
      `order ${id}`,
      messages.map((message) => message.id),
    );
    for (const [kind, of] of Object.entries({ setups, segments, videoSetups }))
      for (const [source, value] of Object.entries(of)) put(`${kind} ${source}`, value);
  }
  put('settings', library.settings());
  put('lastProject', library.get('lastProject'));
  return all;
}
