// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { afterEach, beforeEach, expect, it } from 'vitest';
import {
  NO_DRAFT,
  NO_SETUP,
  NO_VIDEO_SETUP,
  Settings,
  toErrorInfo,
  type Item,
  type Message,
  type SceneSetup,
  type VideoRange,
} from '../contract';
import { Database } from './database';
import { Library } from '.';

let dir: string;
beforeEach(() => void (dir = mkdtempSync(join(tmpdir(), 'zoetrope-library-'))));
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const file = (): string => join(dir, 'library.sqlite');
const item: Item = {
  id: 'i1',
  origin: { kind: 'frame', source: { id: 's', name: 'clip.mp4' }, index: 3, pts: 0.12, time: 0.12, keyframe: false },
  picture: { sha256: 'a'.repeat(64), width: 640, height: 360 },
};
const setup: SceneSetup = {
  ...NO_SETUP,
  bookmarks: [
    {
      id: 'b1',
      name: 'by the window',
      pose: { cameraToWorld: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 5, 0, 0, 0, 1], target: [0, 0, 0] },
      fovY: 45,
    },
  ],
};
const segments: VideoRange[] = [{ id: 'p1', start: 1, end: 2.5, label: 'Kick-off', chosen: true }];
const answer = (text: string, status: 'streaming' | 'done'): Message => ({
  id: 'a1',
  role: 'assistant',
  createdAt: 1,
  text,
  status,
  error: null,
  receipt: null,
});

it('keeps a project over a restart', () => {
  const { library, recovered } = Library.open(file());
  expect(recovered).toBeNull();
  const project = library.projects.create('Kitchen');
  const path = join(dir, 'clip é.mp4');
  writeFileSync(path, 'x');
  const source = library.addSource(project, path, 'video', 1);
  expect(library.addSource(project, path, 'video', 1)).toBe(source);
  library.setActiveSource(project, source);
  library.setTray(project, [item]);
  library.setSetup(project, source, setup);
  library.setRanges(project, source, segments);
  library.setVideoSetup(project, source, {
    ...NO_VIDEO_SETUP,
    compare: { with: 'v2', offset: -0.4, arrange: 'grouped' },
  });
  for (const file of ['b.srt', 'a.vtt', 'b.srt']) library.addSubtitleFile(source, file);
  library.saveMessage(project, {
    id: 'q1',
    role: 'user',
    createdAt: 0,
    text: 'hi',
    placement: 'front',
    parts: [{ type: 'image', item }],
  });
  library.saveMessage(project, answer('half an ans', 'streaming'));
  library.setSettings({ ...Settings.parse({}), theme: 'light' });
  library.close();

  const again = Library.open(file()).library;
  again.settleInterrupted();
  const read = again.readProject(project);
  expect(read).toMatchObject({ name: 'Kitchen', activeSource: source, tray: [item] });
  expect(read.sources[0]).toMatchObject({ name: 'clip é.mp4', present: true });
  expect(read.messages[1]).toMatchObject({ text: 'half an ans', status: 'stopped' });
  expect(read.setups).toEqual({ [source]: setup });
  expect(read.segments).toEqual({ [source]: segments });
  expect(read.videoSetups[source]).toMatchObject({
    subtitles: { shown: true, sent: false },
    compare: { offset: -0.4, arrange: 'grouped' },
  });
  expect(again.subtitleFiles(source)).toEqual(['b.srt', 'a.vtt']);
  expect(again.settings().theme).toBe('light');
  const { conversation } = read;
  again.conversations.setDraft(conversation, { text: 'not yet', editing: { id: 'q1', draft: 'before' } });
  expect(again.conversations.draft(conversation)).toEqual({ text: 'not yet', editing: { id: 'q1', draft: 'before' } });
  again.conversations.setDraft(conversation, NO_DRAFT);
  expect(again.conversations.draft(conversation)).toEqual(NO_DRAFT);
  rmSync(path);
  const { sources } = again.readProject(project);
  const other = again.addSource(project, join(dir, 'other.mp4'), 'video', 1);
  const putBack = again.removeSources(project, [source]);
  expect(again.readProject(project).activeSource).toBe(other);
  again.removeSources(project, [other]);
  expect(again.readProject(project)).toMatchObject({ setups: {}, segments: {}, videoSetups: {} });
  putBack();
  expect(again.readProject(project)).toMatchObject({
    sources,
    activeSource: source,
    setups: { [source]: setup },
    segments: { [source]: segments },
    videoSetups: { [source]: { compare: { offset: -0.4 } } },
  });
  expect(again.subtitleFiles(source)).toEqual(['b.srt', 'a.vtt']);
  again.removeSources(project, [source]);
  expect(again.subtitleFiles(source)).toEqual([]);
  again.addSource(project, path, 'video', 1);
  expect(again.readProject(project).sources[0]?.present).toBe(false);
  again.close();
});

it('keeps what was saved when the process is killed without closing', () => {
  const script = `
    const { DatabaseSync } = require('@photostructure/sqlite');
    const db = new DatabaseSync(${JSON.stringify(file())});
    db.exec("INSERT INTO setting (key, value) VALUES ('modelFolder', 'kept')");
    process.kill(process.pid, 'SIGKILL');`;
  Library.open(file()).library.close();
  expect(spawnSync(process.execPath, ['-e', script], { cwd: process.cwd() }).signal).toBe('SIGKILL');
  const { library } = Library.open(file());
  expect(library.get('modelFolder')).toBe('kept');
  library.close();
});

it('starts a new file when the old one is damaged, and keeps the old one', () => {
  writeFileSync(file(), 'this is no database, but it is long enough to look like one'.repeat(40));
  const { library, recovered } = Library.open(file());
  expect(recovered?.code).toBe('library-broken');
  library.projects.create('Fresh');
  library.close();
  expect(readdirSync(dir).some((name) => name.includes('damaged'))).toBe(true);
});

it('works in memory when the disk cannot be written', () => {
  writeFileSync(join(dir, 'blocked'), '');
  const { library, recovered } = Library.open(join(dir, 'blocked', 'library.sqlite'));
  expect(recovered?.advice).toMatch(/^Nothing of this session is saved\. Check the disk/);
  expect(library.readProject(library.projects.create('Here')).name).toBe('Here');
});

it('leaves out a row that does not fit rather than losing the project', () => {
  const { library } = Library.open(file());
  const project = library.projects.create('Mixed');
  library.setTray(project, [{ ...item, id: 'not an id!' }, item]);
  expect(library.readProject(project).tray).toEqual([item]);
  library.close();
});

it('says that the disk is full with a ZoetropeError', () => {
  const db = new Database(':memory:');
  db.exec('PRAGMA page_size = 512; CREATE TABLE words (word); PRAGMA max_page_count = 3;'); // simulates a full disk
  const fill = (): unknown => {
    try {
      return db.run('INSERT INTO words VALUES (?)', 'x'.repeat(4000));
    } catch (error) {
      return error;
    }
  };
  expect(toErrorInfo(fill())).toMatchObject({ code: 'disk-full', advice: 'Free some space and try again.' });
});
