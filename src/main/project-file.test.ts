// SPDX-License-Identifier: Apache-2.0
import { unzipSync } from 'fflate';
import { randomUUID } from 'node:crypto';
import {
  createWriteStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ZipFile } from 'yazl';
import { pictureName, type Item, type Message, type PictureRef } from '../contract';
import { Library, type ProjectData } from '../library';
import { isProjectFile, readProjectFile, writeProjectFile, type ReadOptions } from './project-file';

let dir: string;
let library: Library;
let other: Library;
const at = (...names: string[]): string => join(dir, ...names);
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'zoetrope-project-file-'));
  for (const folder of ['films', 'scene/textures', 'pictures', 'out']) mkdirSync(at(folder), { recursive: true });
  library = Library.open(at('one.sqlite')).library;
  other = Library.open(at('other.sqlite')).library;
});
afterEach(() => {
  library.close();
  other.close();
  rmSync(dir, { recursive: true, force: true });
});

const signal = new AbortController().signal;
const picture: PictureRef = { sha256: 'a'.repeat(64), width: 4, height: 3 };
const pictureFile = (name: string): string => at('pictures', `${name}.png`);
const message = (role: 'user' | 'assistant', text: string, item?: Item): Message =>
  role === 'user'
    ? { id: randomUUID(), role, createdAt: 0, text, placement: 'front', parts: item ? [{ type: 'image', item }] : [] }
    : { id: randomUUID(), role, createdAt: 1, text, status: 'done', error: null, receipt: null };

/** A project with a video, a scene of two files, a picture, and a question with two answers. */
function filled(): string {
  const project = library.projects.create('Kitchen');
  writeFileSync(at('films', 'clip.mp4'), 'a film');
  writeFileSync(at('scene', 'room.gltf'), '{}');
  writeFileSync(at('scene', 'textures', 'oak.png'), 'oak');
  writeFileSync(pictureFile(pictureName(picture)), 'pixels');
  const video = library.addSource(project, at('films', 'clip.mp4'), 'video', 6);
  library.addSource(project, at('scene', 'room.gltf'), 'scene', 2, { folder: at('scene') });
  library.setRanges(project, video, [{ id: 'r', start: 1, end: 2, label: 'Kick-off', chosen: true }]);
  const origin = {
    kind: 'frame' as const,
    source: { id: video, name: 'clip.mp4' },
    index: 3,
    pts: 1,
    time: 1,
    keyframe: false,
  };
  const item: Item = { id: 'i1', origin, picture };
  library.setTray(project, [item]);
  const [question, first, second] = [
    message('user', 'Who?', item),
    message('assistant', 'Anna.'),
    message('assistant', 'Ben.'),
  ];
  const talk = library.conversations.current(project);
  library.conversations.add(project, talk, [question, first], null);
  library.conversations.add(project, talk, [second], question.id);
  library.conversations.setDraft(talk, { text: 'And then', editing: null });
  return project;
}

const reading = (change: Partial<ReadOptions> = {}): ReadOptions & { admitted: string[] } => {
  const admitted: string[] = [];
  return {
    mediaFolder: () => Promise.resolve(at('out')),
    admit: (folder, pictures) => {
      admitted.push(...pictures.map((one) => readFileSync(join(folder, `${pictureName(one)}.png`), 'utf8')));
      return Promise.resolve();
    },
    onProgress: () => undefined,
    signal,
    ...change,
    admitted,
  };
};

const save = (project: string, media: boolean): Promise<void> =>
  writeProjectFile(library, project, at('kitchen.zoetrope'), {
    ...{ media, version: '1.0.0', pictureFile, onProgress: () => undefined, signal },
  });

it('a project travels as one file, with its media and without, and no folder of the user in it', async () => {
  const project = filled();
  for (const media of [true, false]) {
    await save(project, media);
    const text = Buffer.from(unzipSync(readFileSync(at('kitchen.zoetrope')))['project.json']!).toString();
    expect(text).not.toContain(dir);
    const options = reading();
    const { project: id, lost } = await readProjectFile(other, at('kitchen.zoetrope'), options);
    expect([lost, options.admitted]).toEqual([0, ['pixels']]);
    const [before, after] = [library.readProject(project), other.readProject(id)];
    expect(after.id).not.toBe(before.id);
    expect(after.name).toBe('Kitchen');
    expect(after.messages.map(({ text: words }) => words)).toEqual(['Who?', 'Ben.']);
    expect(Object.values(after.versions)).toEqual([{ at: 2, of: 2 }]);
    expect(other.conversations.draft(after.conversation).text).toBe('And then');
    expect(after.sources.map(({ name, present }) => [name, present])).toEqual([
      ['clip.mp4', media],
      ['room.gltf', media],
    ]);
    // Pictures, ranges and questions are still of the video, under its new id.
    const [video] = after.sources;
    expect(after.tray[0]?.origin.source.id).toBe(video?.id);
    expect(after.segments[video!.id]?.[0]?.label).toBe('Kick-off');
    expect(JSON.stringify(after.messages)).not.toContain(before.sources[0]!.id);
    if (media) {
      expect(readFileSync(at('out', 'Kitchen', 'clip.mp4'), 'utf8')).toBe('a film');
      expect(readFileSync(at('out', 'Kitchen', 'room.gltf', 'textures', 'oak.png'), 'utf8')).toBe('oak');
      expect(other.source(after.sources[1]!.id)?.folder).toBe(at('out', 'Kitchen', 'room.gltf'));
    }
  }
});

it('a cancelled import leaves nothing behind', async () => {
  await save(filled(), true);
  const abort = new AbortController();
  const options = reading({ signal: abort.signal, onProgress: () => abort.abort() });
  await expect(readProjectFile(other, at('kitchen.zoetrope'), options)).rejects.toThrow();
  expect(other.projects.list()).toEqual([]);
  expect(readdirSync(at('out'))).toEqual([]);
});

/** Writes a project file with changed data, and entries of any name. */
async function forged(change: (data: ProjectData) => void, entries: Record<string, string> = {}): Promise<string> {
  await save(filled(), true);
  const files = unzipSync(readFileSync(at('kitchen.zoetrope')));
  const data = JSON.parse(Buffer.from(files['project.json']!).toString()) as ProjectData;
  change(data);
  const zip = new ZipFile();
  for (const [name, bytes] of Object.entries(files))
    if (name !== 'project.json') zip.addBuffer(Buffer.from(bytes), name);
  for (const [name, text] of Object.entries(entries)) zip.addBuffer(Buffer.from(text), name);
  zip.addBuffer(Buffer.from(JSON.stringify(data)), 'project.json');
  zip.end();
  const file = at(`forged-${randomUUID()}.zoetrope`);
  await pipeline(zip.outputStream, createWriteStream(file));
  return file;
}

it('a hostile file reaches no file of the user, and what is damaged in it is left out', async () => {
  const mine = other.projects.create('Mine');
  const talk = other.conversations.current(mine);
  other.conversations.setDraft(talk, { text: 'my words', editing: null });
  const file = await forged((data) => {
    const [film, scene] = data.rows['source']!;
    film!['path'] = '/etc/passwd';
    scene!['path'] = '../../../etc/passwd';
    scene!['folder'] = '/';
    scene!['companions'] = '["/etc/passwd"]';
    data.rows['subtitleFile'] = [{ source: film!['id']!, path: '/etc/passwd' }];
    data.rows['message']!.push({
      id: randomUUID(),
      project: data.rows['project']![0]!['id']!,
      position: 9,
      body: '{"role":"system"}',
    });
    data.settings.push(
      [`draft-${talk}`, '{"text":"theirs","editing":null}'],
      ['modelFolder', '/tmp'],
      ['lastProject', 'x'],
    );
    for (const { files } of data.media) for (const one of files) one.name = `../../../../${one.name}`;
  });
  const { project, lost } = await readProjectFile(other, file, reading());
  expect(lost).toBe(1);
  const sources = other.sources(project);
  for (const source of sources) {
    expect(source.path.startsWith(at('out', 'Kitchen'))).toBe(true);
    expect(source.companions).toEqual([]);
    expect(other.subtitleFiles(source.id)).toEqual([]);
  }
  expect(existsSync(at('clip.mp4'))).toBe(false);
  expect(other.conversations.draft(talk).text).toBe('my words');
  expect([other.get('modelFolder'), other.get('lastProject')]).toEqual([null, null]);

  const without = await readProjectFile(other, file, reading({ mediaFolder: () => Promise.resolve(undefined) }));
  expect(other.readProject(without.project).sources.map(({ present }) => present)).toEqual([false, false]);
});

it('a file that is no project, cut short, of a newer version or against itself is refused with advice', async () => {
  writeFileSync(at('text.zoetrope'), 'words');
  const newer = await forged((data) => Object.assign(data, { version: 2 }));
  const twice = await forged((data) => data.rows['message']!.push(data.rows['message']![0]!));
  const orphan = await forged((data) => Object.assign(data.rows['turn']![0]!, { conversation: randomUUID() }));
  writeFileSync(at('cut.zoetrope'), readFileSync(at('kitchen.zoetrope')).subarray(0, 300));
  for (const file of [at('text.zoetrope'), newer, twice, orphan, at('cut.zoetrope')]) {
    const failed = readProjectFile(other, file, reading());
    await expect(failed, file).rejects.toMatchObject({ code: 'file-unreadable' });
  }
  expect(other.projects.list()).toEqual([]);
  expect(readdirSync(at('out'))).toEqual([]);
});

it('a conversation that was saved as JSON is opened as a project', async () => {
  const source = { id: 'video', kind: 'video', name: '../../clip.mp4', bytes: 6 };
  const messages = [message('user', '<script>alert(1)</script>'), message('assistant', '[a](javascript:1)')];
  const chat = {
    ...{ format: 'zoetrope-conversation', version: 1, app: '1.0.0', exportedAt: new Date().toISOString() },
    ...{ project: 'Kitchen', sources: [source], messages },
  };
  writeFileSync(at('chat.json'), JSON.stringify(chat, null, 2));
  expect(await isProjectFile(at('chat.json'))).toBe(true);
  expect(await isProjectFile(at('films', 'clip.mp4'))).toBe(false);
  const { project } = await readProjectFile(other, at('chat.json'), reading());
  const read = other.readProject(project);
  expect(read.messages.map(({ text }) => text)).toEqual(messages.map(({ text }) => text));
  expect(read.messages.map(({ id }) => id)).not.toEqual(messages.map(({ id }) => id));
  expect(read.sources).toMatchObject([{ name: 'clip.mp4', present: false }]);
  writeFileSync(at('bad.json'), JSON.stringify({ ...chat, messages: [{ role: 'user' }] }));
  await expect(readProjectFile(other, at('bad.json'), reading())).rejects.toMatchObject({ code: 'file-unreadable' });
});
