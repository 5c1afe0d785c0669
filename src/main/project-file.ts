// SPDX-License-Identifier: Apache-2.0
import { createWriteStream } from 'node:fs';
import { lstat, mkdir, mkdtemp, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, extname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { openPromise, type Entry, type ZipFile as Unzip } from 'yauzl';
import { ZipFile } from 'yazl';
import {
  ConversationFile,
  PictureRef,
  pictureName,
  say,
  throwIfCancelled,
  ZoetropeError,
  type OnProgress,
} from '../contract';
import {
  contentsIn,
  contentsOfConversation,
  damaged,
  ProjectData,
  safeName,
  safePath,
  withoutFolders,
  type Library,
  type ProjectContents,
  type StoredSource,
} from '../library';
import { freeName } from '../engine';
import { writeWhole } from '../media';
import { listSceneFiles, sceneFilePath } from './scene-files';

/** The ending of project files. */
export const PROJECT_ENDING = '.zoetrope';
const DATA = 'project.json';
const PICTURES = 'pictures/';
const MEDIA = 'media/';
/** Larger descriptions of a project are refused, in bytes. */
const MOST_DATA = 256e6;
/** Larger pictures are refused, in bytes. */
const MOST_PICTURE = 512e6;
/** Files with more entries than this are refused. */
const MOST_ENTRIES = 500_000;

/** All pictures that are named in some data, each once. */
function picturesIn(value: unknown, found = new Map<string, PictureRef>()): Map<string, PictureRef> {
  if (typeof value !== 'object' || value === null) return found;
  const picture = PictureRef.safeParse(value);
  if (picture.success) found.set(pictureName(picture.data), picture.data);
  for (const inner of Object.values(value)) picturesIn(inner, found);
  return found;
}

/** The pictures of the tray and of all messages. */
const picturesOf = ({ rows }: ProjectContents): Map<string, PictureRef> => {
  const found = new Map<string, PictureRef>();
  const texts = [...rows.trayItem.map(({ item }) => item), ...rows.message.map(({ body }) => body)];
  for (const text of texts) picturesIn(JSON.parse(String(text)), found);
  return found;
};

interface MediaFile {
  path: string;
  /** Its place beside the other files of its source, with forward slashes. */
  name: string;
}

/** The files of a source; none if it is missing. A scene has several. */
async function filesOf(source: StoredSource): Promise<MediaFile[]> {
  const info = await stat(source.path).catch(() => undefined);
  if (!info?.isFile()) return [];
  if (source.kind !== 'scene') return [{ path: source.path, name: basename(source.path) }];
  const { main, files } = await listSceneFiles(source);
  const names = [main, ...files.map(({ name }) => name).filter((name) => name !== main)];
  const paths = await Promise.all(names.map((name) => sceneFilePath(source, name)));
  return names.flatMap((name, k) => (paths[k] === undefined ? [] : [{ path: paths[k], name }]));
}

export interface WriteOptions {
  /** Whether the videos, photographs and scenes go into the file. */
  media: boolean;
  /** Version of the app. */
  version: string;
  /** The file of a picture by its name in the store. */
  pictureFile: (name: string) => string;
  onProgress: OnProgress;
  signal: AbortSignal;
}

/**
 * Writes a project into one file: a ZIP with its data as JSON, its pictures, and if wanted its media. The user's folders
 * are not named in it. Progress is in bytes.
 */
export async function writeProjectFile(
  library: Library,
  project: string,
  file: string,
  { media, version, pictureFile, onProgress, signal }: WriteOptions,
): Promise<void> {
  const contents = withoutFolders(library.projects.contents(project));
  const zip = new ZipFile();
  let total = 0;
  const add = async (path: string, entry: string): Promise<number | undefined> => {
    const info = await lstat(path).catch(() => undefined); // a picture that is missing is missing in the copy too
    if (!info?.isFile()) return undefined;
    zip.addFile(path, entry, { compress: false });
    total += info.size;
    return info.size;
  };
  const listed: ProjectData['media'] = [];
  for (const [k, source] of (media ? library.sources(project) : []).entries()) {
    const files: ProjectData['media'][number]['files'] = [];
    for (const { path, name } of await filesOf(source)) {
      throwIfCancelled(signal);
      const entry = `${MEDIA}${k + 1}/${safePath(name).replaceAll('\\', '/')}`;
      const bytes = await add(path, entry);
      if (bytes !== undefined) files.push({ entry, name, bytes });
    }
    if (files.length > 0) listed.push({ source: source.id, files });
  }
  for (const name of picturesOf(contents).keys()) await add(pictureFile(name), `${PICTURES}${name}.png`);
  throwIfCancelled(signal);
  const data: ProjectData = {
    ...{ format: 'zoetrope-project', version: 1, app: version, exportedAt: new Date().toISOString() },
    name: String(contents.rows.project[0]?.['name'] ?? ''),
    ...contents,
    media: listed,
  };
  zip.addBuffer(Buffer.from(JSON.stringify(data)), DATA);
  zip.end();
  await writeWhole(file, async (partial) => {
    let done = 0;
    zip.outputStream.on('data', (chunk: Buffer) => onProgress({ step: 'export', done: (done += chunk.length), total }));
    await pipeline(zip.outputStream, createWriteStream(partial, { flags: 'wx' }), { signal });
  });
}

export interface ReadOptions {
  /** Asks for a folder for this many bytes of media. Undefined: the user does not want to have them. */
  mediaFolder: (files: number, bytes: number) => Promise<string | undefined>;
  /** Takes pictures from a folder into the store, those that are what their names say. */
  admit: (folder: string, pictures: PictureRef[]) => Promise<void>;
  onProgress: OnProgress;
  signal: AbortSignal;
}

/**
 * Adds the project in a file to the library; also a conversation that was saved as JSON, as a project of its own.
 * @returns its id, and how many parts of it were left out because they are damaged. @throws file-unreadable; cancelled
 */
export async function readProjectFile(
  library: Library,
  file: string,
  options: ReadOptions,
): Promise<{ project: string; lost: number }> {
  if (extname(file).toLowerCase() === '.json') return readConversation(library, file);
  const zip = await openPromise(file, { lazyEntries: true, autoClose: false }).catch((error: unknown) => {
    throw damaged(String(error));
  });
  try {
    return await readZip(library, zip, file, options);
  } finally {
    zip.close();
  }
}

/** Whether a file is a project or a conversation that Zoetrope has written, by its name and its beginning. */
export async function isProjectFile(file: string): Promise<boolean> {
  const ending = extname(file).toLowerCase();
  if (ending === PROJECT_ENDING) return true;
  if (ending !== '.json') return false;
  const text = await readStart(file);
  return text.includes('"zoetrope-conversation"');
}

async function readStart(file: string): Promise<string> {
  const handle = await open(file).catch(() => undefined);
  if (!handle) return '';
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(200), 0, 200, 0);
    return buffer.toString('utf8', 0, bytesRead);
  } catch {
    return ''; // opening it says why
  } finally {
    await handle.close();
  }
}

async function readConversation(library: Library, file: string): Promise<{ project: string; lost: number }> {
  const { size } = await stat(file);
  if (size > MOST_DATA) throw damaged(`${size} bytes`);
  let parsed: ConversationFile;
  try {
    parsed = ConversationFile.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (error) {
    throw damaged(String(error));
  }
  return { project: library.projects.add(contentsOfConversation(parsed), parsed.project.slice(0, 200)), lost: 0 };
}

async function readZip(
  library: Library,
  zip: Unzip,
  file: string,
  { mediaFolder, admit, onProgress, signal }: ReadOptions,
): Promise<{ project: string; lost: number }> {
  if (zip.entryCount > MOST_ENTRIES) throw damaged(`${zip.entryCount} entries`);
  const entries = new Map<string, Entry>();
  try {
    for await (const entry of zip.eachEntry()) entries.set(entry.fileName, entry);
  } catch (error) {
    throw damaged(String(error));
  }
  throwIfCancelled(signal);
  const data = await readData(zip, entries.get(DATA));
  const media = data.media.filter(({ files }) =>
    files.every(({ entry, bytes }) => entries.get(entry)?.uncompressedSize === bytes),
  );
  const mediaFiles = media.flatMap(({ files }) => files);
  const bytes = mediaFiles.reduce((sum, one) => sum + one.bytes, 0);
  const parent = mediaFiles.length > 0 ? await mediaFolder(mediaFiles.length, bytes) : undefined;
  const target =
    parent === undefined ? undefined : await freeName(join(parent, safeName(data.name)), (path) => mkdir(path));
  const temporary = await mkdtemp(join(tmpdir(), 'zoetrope-project-'));
  let done = 0;
  const tell = (count: number): void => onProgress({ step: 'export', done: (done += count), total: bytes });
  try {
    const places = new Map<string, { path: string; folder: string | null }>();
    if (target !== undefined)
      for (const { source, files } of media) {
        const isFolder = files.length > 1;
        const own = isFolder ? await freeName(join(target, safeName(files[0]!.name)), (path) => mkdir(path)) : target;
        const written: string[] = [];
        for (const { entry, name } of files) {
          const wished = join(own, safePath(name));
          await mkdir(dirname(wished), { recursive: true });
          const path = await freeName(wished, async (free) => (await open(free, 'wx')).close());
          await extract(zip, entries.get(entry)!, path, signal, tell);
          written.push(path);
        }
        places.set(source, { path: written[0]!, folder: isFolder ? own : null });
      }
    const { contents, lost } = contentsIn(data, places);
    await admit(temporary, await extractPictures(zip, entries, contents, temporary, signal));
    throwIfCancelled(signal);
    return { project: addTo(library, contents, data.name || basename(file, PROJECT_ENDING)), lost };
  } catch (error) {
    if (target !== undefined) await rm(target, { recursive: true, force: true });
    throw error;
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

function addTo(library: Library, contents: ProjectContents, name: string): string {
  try {
    return library.projects.add(contents, name);
  } catch (error) {
    if (error instanceof ZoetropeError) throw error;
    throw damaged(String(error)); // rows that refer to others that are not there, or ids that occur twice
  }
}

async function readData(zip: Unzip, entry: Entry | undefined): Promise<ProjectData> {
  if (!entry || entry.uncompressedSize > MOST_DATA) throw damaged(`${DATA} of ${entry?.uncompressedSize ?? 0} bytes`);
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of await zip.openReadStreamPromise(entry)) chunks.push(chunk as Buffer);
    const parsed: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'));
    const { version, format } = (parsed ?? {}) as { version?: unknown; format?: unknown };
    if (format === 'zoetrope-project' && typeof version === 'number' && version > 1)
      throw new ZoetropeError(
        'file-unreadable',
        say`This project file was written by a newer version of Zoetrope.`,
        say`Update Zoetrope, then open it again.`,
      );
    return ProjectData.parse(parsed);
  } catch (error) {
    if (error instanceof ZoetropeError) throw error;
    throw damaged(String(error));
  }
}

async function extractPictures(
  zip: Unzip,
  entries: ReadonlyMap<string, Entry>,
  contents: ProjectContents,
  folder: string,
  signal: AbortSignal,
): Promise<PictureRef[]> {
  const found: PictureRef[] = [];
  for (const [name, picture] of picturesOf(contents)) {
    const entry = entries.get(`${PICTURES}${name}.png`);
    if (!entry || entry.uncompressedSize > MOST_PICTURE) continue;
    await extract(zip, entry, join(folder, `${name}.png`), signal, () => undefined);
    found.push(picture);
  }
  return found;
}

async function extract(
  zip: Unzip,
  entry: Entry,
  path: string,
  signal: AbortSignal,
  tell: (bytes: number) => void,
): Promise<void> {
  throwIfCancelled(signal);
  const partial = `${path}.part`;
  const stream = await zip.openReadStreamPromise(entry).catch((error: unknown) => {
    throw damaged(String(error));
  });
  stream.on('data', (chunk: Buffer) => tell(chunk.length));
  await pipeline(stream, createWriteStream(partial, { flags: 'wx' }), { signal });
  await rename(partial, path);
}
