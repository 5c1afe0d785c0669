// SPDX-License-Identifier: Apache-2.0
import { say, ZoetropeError, type Sentence } from '../../contract';
import { dataUriBytes } from './data-uri';
import { Gltf } from './gltf';
import { parseJson } from './json';

/** A parsed glTF: its checked JSON and the raw bytes of its buffers and pictures. */
export interface Glb {
  gltf: Gltf;
  /** One entry for each of `gltf.buffers`; null if its bytes are not there. */
  buffers: (Uint8Array | null)[];
  /** One entry for each of `gltf.images`, still encoded; null if it is not there. */
  pictures: (Uint8Array | null)[];
  /** The JSON as written in the file. */
  json: Uint8Array;
  /** Whether a chunk of the GLB has a length that is not a multiple of 4. */
  looseChunks: boolean;
}

/** Companion files of a glTF by their URIs, as it writes them. */
export type Companions = ReadonlyMap<string, Uint8Array<ArrayBuffer>>;

const MAGIC = 0x46546c67; // "glTF"
const JSON_CHUNK = 0x4e4f534a;
const BIN_CHUNK = 0x004e4942;
/** Limit of the JSON, bytes: real ones stay below a few megabytes. */
const MAX_JSON_BYTES = 64 * 2 ** 20;

export function notAScene(name: string, what: Sentence, detail?: string): ZoetropeError {
  return new ZoetropeError(
    'not-a-scene',
    say`${name} ${what}.`,
    say`Export it again from the program it was made with, best as binary glTF (.glb).`,
    detail,
  );
}

export function emptyScene(name: string): ZoetropeError {
  return new ZoetropeError(
    'not-a-scene',
    say`${name} is empty: there is nothing in it to show.`,
    say`Check in the program it was made with that its objects are exported too.`,
  );
}

/** Parses the container and refuses whatever is inconsistent. Allocates nothing larger than the files themselves. */
export function readGlb(file: ArrayBuffer, name: string, companions: Companions = new Map()): Glb {
  const { gltf, bin, json, looseChunks } = describe(file, name);
  const buffers = gltf.buffers.map((_, i) => bufferBytes(gltf, i, bin, companions, name));
  const pictures = gltf.images.map(({ uri, bufferView }) => {
    const view = bufferView === undefined ? undefined : gltf.bufferViews[bufferView];
    if (view) return buffers[view.buffer]?.subarray(view.byteOffset, view.byteOffset + view.byteLength) ?? null;
    return uri === undefined ? null : (companions.get(uri) ?? dataUriBytes(uri));
  });
  return { gltf, buffers, pictures, json, looseChunks };
}

/** The checked JSON and the binary data in the same file. */
function describe(file: ArrayBuffer, name: string): Chunks & { gltf: Gltf } {
  const chunks = readChunks(file, name);
  const { json } = chunks;
  let document: unknown;
  try {
    document = parseJson(json, name);
  } catch (cause) {
    if (cause instanceof ZoetropeError) throw cause;
    throw notAScene(name, say`has a damaged description`, String(cause));
  }
  const version = (document as { asset?: { version?: unknown } } | null)?.asset?.version;
  const written = typeof version === 'string' || typeof version === 'number' ? `${version}` : '2.0';
  if (!/^2(\.|$)/.test(written)) {
    throw notAScene(name, say`is glTF ${written.slice(0, 8)}; Zoetrope reads glTF 2.0`, '/asset/version');
  }
  const parsed = Gltf.safeParse(document);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const pointer = `/${issue?.path.join('/') ?? ''}`;
    throw notAScene(name, say`is not a valid glTF scene, at ${pointer}`, `${pointer}: ${issue?.message ?? ''}`);
  }
  return { ...chunks, gltf: parsed.data };
}

interface Chunks {
  json: Uint8Array;
  bin: Uint8Array | null;
  looseChunks: boolean;
}

function readChunks(file: ArrayBuffer, name: string): Chunks {
  if (file.byteLength === 0) {
    throw new ZoetropeError('file-empty', say`${name} is empty.`, say`Export or copy it again.`);
  }
  const view = new DataView(file);
  if (file.byteLength < 20 || view.getUint32(0, true) !== MAGIC) {
    const start = new TextDecoder().decode(new Uint8Array(file, 0, Math.min(64, file.byteLength)));
    if (!/^\uFEFF?\s*\{/.test(start)) throw notAScene(name, say`is not a glTF file`);
    if (file.byteLength > MAX_JSON_BYTES)
      throw notAScene(name, say`has a description that is too long`, `${file.byteLength} bytes`);
    return { json: new Uint8Array(file), bin: null, looseChunks: false };
  }
  const version = view.getUint32(4, true);
  if (version !== 2) throw notAScene(name, say`is binary glTF version ${version}; Zoetrope reads version 2`);
  const declared = view.getUint32(8, true);
  if (declared > file.byteLength) {
    throw notAScene(name, say`stops short: part of the file is missing`, `${file.byteLength} of ${declared} bytes`);
  }
  let json: Uint8Array | null = null;
  let bin: Uint8Array | null = null;
  let looseChunks = false;
  for (let at = 12; at + 8 <= declared;) {
    const size = view.getUint32(at, true);
    const type = view.getUint32(at + 4, true);
    if (size > declared - at - 8) {
      throw notAScene(name, say`has a section that is longer than the file`, `chunk at ${at}: ${size} bytes`);
    }
    if (at === 12) {
      if (type !== JSON_CHUNK) throw notAScene(name, say`does not begin with its description`, `chunk type ${type}`);
      if (size > MAX_JSON_BYTES) throw notAScene(name, say`has a description that is too long`, `${size} bytes`);
      json = new Uint8Array(file, at + 8, size);
    } else if (type === BIN_CHUNK && !bin) {
      bin = new Uint8Array(file, at + 8, size);
    }
    at += 8 + size;
    if (size % 4 === 0) continue;
    looseChunks = true;
    const padded = at + 4 - (size % 4);
    if (at + 8 > declared || view.getUint32(at + 4, true) !== BIN_CHUNK) at = padded; // missing padding is a fault too
  }
  if (!json) throw notAScene(name, say`has no description`);
  return { json, bin, looseChunks };
}

function bufferBytes(
  gltf: Gltf,
  index: number,
  bin: Uint8Array | null,
  companions: Companions,
  name: string,
): Uint8Array | null {
  const buffer = gltf.buffers[index];
  if (!buffer) return null;
  const { uri } = buffer;
  const bytes = uri === undefined ? (index === 0 ? bin : null) : (companions.get(uri) ?? dataUriBytes(uri));
  if (uri !== undefined && !bytes && !/^data:/i.test(uri)) throw missingFiles(name, [uri]);
  if (uri !== undefined && !bytes) throw notAScene(name, say`has damaged data inside`, `/buffers/${index}/uri`);
  if (bytes && bytes.byteLength < buffer.byteLength) {
    throw notAScene(
      name,
      say`promises more data than it has`,
      `/buffers/${index}: ${bytes.byteLength} of ${buffer.byteLength} bytes`,
    );
  }
  return bytes;
}

/** The companion files that a glTF names, as it writes them: buffers (without them there is no scene) and pictures. */
export function namedFiles(file: ArrayBuffer, name: string): { buffers: string[]; pictures: string[] } {
  const { gltf } = describe(file, name);
  const outside = (list: { uri?: string | undefined }[]): string[] => [
    ...new Set(list.flatMap(({ uri }) => (uri === undefined || /^data:/i.test(uri) ? [] : [uri]))),
  ];
  return { buffers: outside(gltf.buffers), pictures: outside(gltf.images) };
}

const MOST_NAMES = 5;

/** The error for a scene that cannot be shown because files are missing. */
export function missingFiles(name: string, uris: readonly string[]): ZoetropeError {
  const shown = uris.slice(0, MOST_NAMES).map(readableUri);
  const rest = uris.length - MOST_NAMES;
  return new ZoetropeError(
    'scene-incomplete',
    rest > 0
      ? say`${name} needs files that were not opened with it: ${shown} and ${rest} more.`
      : say`${name} needs files that were not opened with it: ${shown}.`,
    say`Add them, or open the folder they lie in.`,
    uris.join('\n'),
  );
}

/** A URI in readable form: decoded, without control characters, cut to the end, by which files differ. */
export function readableUri(uri: string): string {
  let text = uri;
  try {
    text = decodeURIComponent(uri);
  } catch {
    // not percent-encoded; shown as it is
  }
  const plain = text.replace(/\p{C}/gu, '');
  return plain.length > 80 ? `…${plain.slice(-79)}` : plain;
}
