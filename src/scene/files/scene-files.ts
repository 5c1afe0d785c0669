// SPDX-License-Identifier: Apache-2.0
import {
  cancelled,
  extensionOf,
  mainFiles,
  say,
  sceneFileUrl,
  throwIfCancelled,
  toErrorInfo,
  ZoetropeError,
  type ErrorInfo,
  type UpAxis,
} from '../../contract';
import { valueOf } from './reply';
import { beside } from './beside';
import { byLastPart, resolveName, type NamesByLast } from './resolve';

/** Total size of a scene's files, bytes: they must fit in memory twice. */
const MAX_BYTES = 2 ** 30;

type Bytes = Uint8Array<ArrayBuffer>;

/**
 * The files of one scene, read on demand from the main process or from a zip. Records what was read, so that the
 * scene's hash covers every file it was made of.
 */
export class SceneFiles {
  /** Files that the scene refers to and that are not there, as the scene writes their names. */
  readonly missing = new Set<string>();
  readonly #digests = new Map<string, string>();
  /** Computed once: photographs that are read later are identified by their own hashes. */
  #hash: string | null = null;
  #bytes = 0;

  readonly #byLast: NamesByLast;

  private constructor(
    /** The scene's name as the user knows it. */
    readonly title: string,
    /** The name of the main file. */
    readonly main: string,
    readonly names: readonly string[],
    private readonly load: (name: string) => Promise<Bytes>,
    /** Size and hash of the zip, if there is one; they cover all of its files. */
    private readonly packed: { bytes: number; hash: string } | null,
    private readonly signal: AbortSignal | undefined,
  ) {
    this.#byLast = byLastPart(names);
  }

  /** Lists the files of a source. A zip is unpacked at once. @throws file-missing, not-a-scene, scene-too-large */
  static async open(source: string, title: string, signal?: AbortSignal): Promise<SceneFiles> {
    const { main, files } = valueOf(await window.zoetrope['scene.files']({ source }));
    throwIfCancelled(signal);
    const fetchOne = (name: string): Promise<Bytes> => fetchBytes(sceneFileUrl(source, name), title, name, signal);
    if (extensionOf(main) !== 'zip')
      return new SceneFiles(
        title,
        main,
        files.map(({ name }) => name),
        fetchOne,
        null,
        signal,
      );
    const zip = await fetchOne(main);
    const compressed = { bytes: zip.byteLength, hash: await sha256(zip) };
    const inside = await unzipBeside(zip, title, signal);
    const names = [...inside.keys()].filter((name) => !/(^|\/)(\.|__MACOSX\/)/.test(name));
    const first = mainFiles(names)[0];
    if (first === undefined)
      throw new ZoetropeError(
        'not-a-scene',
        say`${title} holds no 3D scene.`,
        say`Zip the scene together with its textures.`,
        names.slice(0, 20).join('\n'),
      );
    return new SceneFiles(title, first, names, (name) => Promise.resolve(inside.get(name)!), compressed, signal);
  }

  /** Size in bytes: of the zip, or of all files read so far. */
  get weight(): number {
    return this.packed?.bytes ?? this.#bytes;
  }

  readMain(): Promise<Bytes> {
    return this.#read(this.main);
  }

  /** Reads the file that a URI refers to. Null, and recorded as missing, if it was not opened with the scene. */
  async find(uri: string, from = this.main): Promise<Bytes | null> {
    const name = resolveName(uri, from, this.#byLast);
    if (name === null) this.missing.add(uri);
    return name === null ? null : this.#read(name);
  }

  /** The name of the file that a URI refers to, or null. */
  resolve(uri: string, from = this.main): string | null {
    return resolveName(uri, from, this.#byLast);
  }

  /** All files with this last part of the name, in any folder, ignoring case. */
  named(last: string): readonly string[] {
    return this.#byLast.get(last.toLowerCase()) ?? [];
  }

  /** Reads a file by its name in `names`. */
  read(name: string): Promise<Bytes> {
    return this.#read(name);
  }

  /**
   * sha256 of the file, or of the names and hashes of all files that were read, in order. Lower-case hexadecimal. A
   * scene that the user turned has a different hash, so that its views are not mistaken for views of the unturned
   * scene.
   */
  async hash(turned?: UpAxis): Promise<string> {
    const hash = await this.#whole();
    return turned === undefined ? hash : sha256(new TextEncoder().encode(`${hash} up ${turned}\n`));
  }

  async #whole(): Promise<string> {
    this.#hash ??= await this.#digest();
    return this.#hash;
  }

  async #digest(): Promise<string> {
    if (this.packed !== null) return this.packed.hash;
    const [only, ...more] = [...this.#digests].sort(([a], [b]) => (a < b ? -1 : 1));
    if (only && more.length === 0) return only[1];
    const lines = [only!, ...more].map(([name, digest]) => `${digest} ${name}\n`).join('');
    return sha256(new TextEncoder().encode(lines));
  }

  async #read(name: string): Promise<Bytes> {
    throwIfCancelled(this.signal);
    const bytes = await this.load(name);
    if (!this.#digests.has(name)) {
      this.#bytes += bytes.byteLength;
      if (this.#bytes > MAX_BYTES) throw tooLarge(this.title);
      this.#digests.set(name, await sha256(bytes));
    }
    throwIfCancelled(this.signal);
    return bytes;
  }
}

async function sha256(bytes: Bytes): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

const tooLarge = (title: string): ZoetropeError =>
  new ZoetropeError(
    'scene-too-large',
    say`${title} is larger than 1 GB, more than Zoetrope opens.`,
    say`Simplify it (fewer triangles, smaller textures) or open a part of it.`,
  );

async function fetchBytes(url: string, title: string, name: string, signal?: AbortSignal): Promise<Bytes> {
  try {
    const response = await fetch(url, signal ? { signal } : {});
    if (!response.ok) {
      throw new ZoetropeError(
        'file-missing',
        say`${title} is not where it was.`,
        say`Locate it in the library, or put it back and open it again.`,
        `${name}: status ${response.status}`,
      );
    }
    if (Number(response.headers.get('content-length') ?? 0) > MAX_BYTES) {
      await response.body?.cancel();
      throw tooLarge(title);
    }
    return new Uint8Array(await response.arrayBuffer());
  } catch (thrown) {
    if (thrown instanceof ZoetropeError) throw thrown;
    if (signal?.aborted) throw cancelled();
    throw new ZoetropeError(
      'file-unreadable',
      say`${title} could not be read.`,
      say`Check that the file is still there and may be read, then try again.`,
      toErrorInfo(thrown).detail,
    );
  }
}

/** Unpacks in a worker, which is terminated on cancellation and when it takes too long or too much memory. */
function unzipBeside(zip: Bytes, title: string, signal?: AbortSignal): Promise<Map<string, Bytes>> {
  return beside<Map<string, Bytes>>(new Worker(new URL('./unzip.worker.ts', import.meta.url), { type: 'module' }), {
    title,
    bytes: zip.byteLength,
    signal,
    begin: (worker) => worker.postMessage({ file: zip, name: title }),
    hear: (data: { files: Map<string, Bytes> } | { error: ErrorInfo }) => {
      if ('error' in data) throw ZoetropeError.from(data.error);
      return { result: data.files };
    },
  });
}
