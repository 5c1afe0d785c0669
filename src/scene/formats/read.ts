// SPDX-License-Identifier: Apache-2.0
import { Group, Mesh, Points, PointsMaterial, type BufferGeometry, type Object3D } from 'three';
import { say, ZoetropeError, type Sentence, type UpAxis, type Vec3 } from '../../contract';
import { isPlace } from '../../camera';
import { cloudObject, type Cloud } from './points';
import { readPlyMesh } from './ply';
import { isCompressedSplatPly, isSplatPly, readPlyHeader } from './ply-header';
import { readObj } from './obj';
import { recentreLines, recentrePcd } from './recentre';
import { plain } from './plain';
import { readPcdHeader } from './pcd-header';
import { plainPcd } from './plain-pcd';
import { checkFbxArrays } from './fbx-arrays';
import { checkCount, refuseUnpackable, leftOutNotes, MOST_SPLATS, notA, stopsShort, tooMuch } from '../files/refusals';
import { soundRows, soundSplats } from './sound-splats';
import { DISPENSABLE, hideRecords, nameTextures, stillFbx } from './still-fbx';
import { decodeText } from './text';
import { readUsd } from './usd';
import { readXyz } from './xyz';
import type { ReadRequest } from './serialized';
import type { ReadScene, ReadTools } from './read-scene';

type Reader = (request: ReadRequest, tools: ReadTools) => Promise<ReadScene>;

/**
 * One reader for each format. Each checks what the file declares against its size before three's loader sees it. It
 * also returns the up axis: what the file says, else what is usual for its format.
 */
const READERS: Record<string, Reader> = {
  obj: readObj,
  stl: readStl,
  ply: readPly,
  fbx: readFbx,
  usdz: readUsd,
  usd: readUsd,
  usda: readUsd,
  usdc: readUsd,
  pcd: readPcd,
  xyz: readPointText,
  las: readLasPoints,
  laz: readLasPoints,
  splat: readSplat,
  ksplat: readKsplat,
  spz: readSpz,
  sog: readSogSplats,
};

export async function readScene(request: ReadRequest, tools: ReadTools): Promise<ReadScene> {
  const reader = READERS[request.format];
  if (!reader) throw notA(request.title, say`is not a 3D format that Zoetrope opens`);
  if (request.bytes.byteLength === 0)
    throw new ZoetropeError('file-empty', say`${request.title} is empty.`, say`Export or copy it again.`);
  return reader(request, tools);
}

const bufferOf = (bytes: Uint8Array<ArrayBuffer>): ArrayBuffer =>
  bytes.byteOffset === 0 && bytes.byteLength === bytes.buffer.byteLength ? bytes.buffer : bytes.slice().buffer;

async function readStl({ bytes, title, origin }: ReadRequest): Promise<ReadScene> {
  const head = new TextDecoder('latin1').decode(bytes.subarray(0, 1024));
  const declared = bytes.byteLength >= 84 ? new DataView(bytes.buffer, bytes.byteOffset).getUint32(80, true) : 0;
  const isText =
    /^(?:\u00ef\u00bb\u00bf)?\s*solid/i.test(head) &&
    bytes.byteLength !== 84 + 50 * declared &&
    /facet|endsolid/i.test(head);
  if (!isText) {
    if (bytes.byteLength < 84) throw notA(title, say`is not an STL file`);
    checkCount(declared, 'triangles', title);
    if (84 + 50 * declared > bytes.byteLength)
      throw stopsShort(title, `${declared} triangles in ${bytes.byteLength} bytes`);
  }
  const text = isText ? stlText(decodeText(bytes, title), title, origin) : null;
  const { STLLoader } = await import('three/addons/loaders/STLLoader.js');
  const geometry = new STLLoader().parse(text?.text ?? bufferOf(bytes));
  geometry.computeVertexNormals(); // normals in the file are often all zero
  const material = plain();
  if (geometry.hasAttribute('color')) material.setValues({ vertexColors: true, color: '#ffffff' });
  // STL is made for printing and machining, where z is up.
  return {
    root: new Group().add(new Mesh(geometry, material)),
    up: 'z',
    origin: text?.origin,
    notes: text?.notes ?? [],
  };
}

/** Lower case, from the first to the last keyword. The first may be missing if a whole triangle stands before it. */
function stlText(text: string, title: string, origin?: Vec3): { text: string; origin: Vec3; notes: Sentence[] } {
  const small = text.slice(text.search(/solid/i)).toLowerCase().trimEnd();
  if (!/\bfacet\b/.test(small)) throw notA(title, say`is empty: there is nothing in it to show`);
  const tail = small.slice(-1024);
  const ends = /endsolid/.test(tail);
  if (!ends && !/endfacet$/.test(tail)) throw stopsShort(title, 'no endsolid');
  return {
    ...recentreLines(ends ? small : `${small}\nendsolid`, 'vertex', origin),
    notes: ends ? [] : [say`It ends without the word endsolid: what is there is shown.`],
  };
}

async function readPly(request: ReadRequest, tools: ReadTools): Promise<ReadScene> {
  const { bytes, title } = request;
  const header = readPlyHeader(bytes, title);
  if (isCompressedSplatPly(header)) {
    checkCount(header.vertices, 'splats', title);
    const { readCompressedPly } = await import('./compressed-ply');
    const { geometry, early } = readCompressedPly(bytes, header, title);
    const read = splats(geometry, early ? 'y' : '-y', title);
    return early
      ? {
          ...read,
          notes: [say`It is as early versions of SuperSplat compressed, which wrote y as up.`, ...(read.notes ?? [])],
        }
      : read;
  }
  if (isSplatPly(header)) {
    checkCount(header.vertices, 'splats', title);
    const { GaussianSplatPLYLoader } = await import('three/addons/loaders/GaussianSplatPLYLoader.js');
    return splats(new GaussianSplatPLYLoader().parse(bufferOf(bytes)), '-y', title, soundRows(bytes, header, title));
  }
  if (header.vertices === 0) throw notA(title, say`is empty: there is nothing in it to show`);
  return readPlyMesh(bytes, header, request, tools);
}

/** Makes a point cloud of a geometry from one of three's loaders, whose colours are already linear. */
function pointsOf(geometry: BufferGeometry, up: UpAxis, title: string): Points {
  const positions =
    (geometry.getAttribute('position') as { array: Float32Array } | undefined)?.array ?? new Float32Array(); // none in some PCDs
  const colours = geometry.getAttribute('color') as { array: ArrayLike<number> } | undefined;
  if (!colours || positions.some((n) => !isPlace(n))) {
    const bytes = colours
      ? Uint8Array.from(
          colours.array,
          (light) => 255 * (light <= 0.0031308 ? 12.92 * light : 1.055 * light ** (1 / 2.4) - 0.055),
        )
      : null;
    return cloudObject({ positions, colours: bytes }, up, title);
  }
  return new Points(geometry, new PointsMaterial({ vertexColors: true }));
}

/** Limit on the unpacked arrays of an FBX: this many bytes, plus this many for each byte of the file. */
const FBX_ANY = 32 * 2 ** 20;
const FBX_RATIO = 8;

async function readFbx({ bytes, title }: ReadRequest): Promise<ReadScene> {
  if (bytes.byteLength > 512 * 2 ** 20) throw tooMuch(title, say`is larger than 512 MB`);
  checkFbxArrays(bytes, title, FBX_ANY + FBX_RATIO * bytes.byteLength);
  stillFbx(bytes);
  nameTextures(bytes);
  const { FBXLoader } = await import('three/addons/loaders/FBXLoader.js');
  const gone: string[] = [];
  const parse = (): Object3D => {
    try {
      return new FBXLoader().parse(bufferOf(bytes), '');
    } catch (thrown) {
      const next = DISPENSABLE[gone.length];
      if (next === undefined) throw thrown;
      gone.push(next);
      hideRecords(bytes, next);
      return parse();
    }
  };
  const root = parse();
  // For a z-up file the loader rotates the root. We undo that and turn the scene ourselves, so that the user can change
  // it.
  const turned = root.rotation.x !== 0;
  root.rotation.set(0, 0, 0);
  return { root, up: turned ? 'z' : 'y', notes: leftOutNotes(gone) };
}

async function readPcd({ bytes, title, origin }: ReadRequest): Promise<ReadScene> {
  const plain = plainPcd(bytes, readPcdHeader(bytes, title), title);
  const near = recentrePcd(plain.bytes, plain.header, origin);
  const { PCDLoader } = await import('three/addons/loaders/PCDLoader.js');
  const { geometry } = new PCDLoader().parse(bufferOf(near.bytes));
  // Robots' axes: x ahead, z up.
  return { root: new Group().add(pointsOf(geometry, 'z', title)), up: 'z', origin: near.origin };
}

function readPointText({ bytes, title, origin }: ReadRequest): Promise<ReadScene> {
  const cloud = readXyz(decodeText(bytes, title), title, origin);
  return Promise.resolve({ root: new Group().add(cloudObject(cloud, 'z', title)), up: 'z', ...about(cloud) });
}

const about = ({ origin, notes = [] }: Cloud): Pick<ReadScene, 'origin' | 'notes'> => ({ origin, notes });

async function readLasPoints({ bytes, title, origin }: ReadRequest, { onProgress }: ReadTools): Promise<ReadScene> {
  const { readLas } = await import('./las');
  const { inFile, ...cloud } = await readLas(bytes, title, onProgress, origin);
  return {
    root: new Group().add(cloudObject(cloud, 'z', title)),
    up: 'z',
    pointsInFile: inFile,
    ...about(cloud),
  };
}

/** Splats are passed on as points with a covariance; the page makes splats of them. */
function splats(geometry: BufferGeometry, up: UpAxis, title: string, isSound?: (k: number) => boolean): ReadScene {
  const sound = soundSplats(geometry, title, isSound);
  return { root: new Group().add(new Points(sound.geometry)), up, notes: sound.notes };
}

async function readSplat({ bytes, title }: ReadRequest): Promise<ReadScene> {
  if (bytes.byteLength % 32 !== 0) throw stopsShort(title, `${bytes.byteLength} bytes, not a multiple of 32`);
  checkCount(bytes.byteLength / 32, 'splats', title);
  const { SPLATLoader } = await import('three/addons/loaders/SPLATLoader.js');
  return splats(new SPLATLoader().parse(bufferOf(bytes)), '-y', title);
}

/** Minimum bytes of a splat in .ksplat at its highest compression. */
const KSPLAT_LEAST = 20;

async function readKsplat({ bytes, title }: ReadRequest): Promise<ReadScene> {
  if (bytes.byteLength < 4096) throw stopsShort(title);
  const count = new DataView(bytes.buffer, bytes.byteOffset).getUint32(16, true);
  checkCount(count, 'splats', title);
  if (bytes.byteLength < 4096 + KSPLAT_LEAST * count) throw stopsShort(title, `${bytes.byteLength} bytes for ${count}`);
  const { KSPLATLoader } = await import('three/addons/loaders/KSPLATLoader.js');
  return splats(new KSPLATLoader().parse(bufferOf(bytes)), '-y', title);
}

async function readSogSplats(
  { bytes, title }: ReadRequest,
  { decodePicture, onProgress }: ReadTools,
): Promise<ReadScene> {
  const { readSog } = await import('./sog');
  return splats(await readSog(bytes, title, decodePicture, onProgress), '-y', title);
}

const SPZ_MAGIC = 0x5053474e;
/** Bytes that any .spz may unpack to. */
const SPZ_ANY = 64 * 2 ** 20;

async function readSpz({ bytes, title }: ReadRequest): Promise<ReadScene> {
  const [{ SPZLoader }, { gunzipWithin }] = await Promise.all([
    import('three/addons/loaders/SPZLoader.js'),
    import('../files/gunzip'),
  ]);
  const loader = new SPZLoader();
  const raw = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.byteLength < 16) throw stopsShort(title);
  if (raw.getUint32(0, true) === SPZ_MAGIC) {
    checkCount(raw.getUint32(8, true), 'splats', title);
    refuseUnpackable(raw.getUint32(8, true), bytes.byteLength, title);
    return splats(await loader.parse(bufferOf(bytes))!, 'y', title);
  }
  const whole = gunzipWithin(bytes, Math.min(MOST_SPLATS * 80, SPZ_ANY + 40 * bytes.byteLength), title);
  if (whole.byteLength < 16) throw stopsShort(title);
  const count = new DataView(whole.buffer, whole.byteOffset).getUint32(8, true);
  checkCount(count, 'splats', title);
  refuseUnpackable(count, bytes.byteLength, title);
  return splats(
    (loader as unknown as { parseRawSPZ(bytes: Uint8Array): BufferGeometry }).parseRawSPZ(whole),
    'y',
    title,
  );
}
