import { Group, Mesh, MeshStandardMaterial, Points, PointsMaterial, type BufferGeometry, type Object3D } from 'three';
import { say, ZoetropeError, type Sentence, type UpAxis } from '../../../../contract';
import { isPlace } from '../../../../capture';
import { unzip } from '../files/unzip';
import { cloudObject } from './points';
import { isPackedSplatPly, isSplatPly, readPlyHeader } from './ply-header';
import { readPcdHeader } from './pcd-header';
import { checkFbxArrays } from './fbx-arrays';
import { checkCount, checkDraws, checkPacked, MOST_DRAWS, MOST_SPLATS, notA, stopsShort, tooMuch } from './refusals';
import { decodeText } from './text';
import { readXyz } from './xyz';
import type { ReadRequest } from './packed';
import type { DecodePicture } from './sog';

/** What a file was read into. */
export interface ReadScene {
  root: Object3D;
  up: UpAxis;
  pointsInFile?: number | undefined;
  /** What of the file was left out or assumed. */
  notes?: readonly Sentence[];
}

export interface ReadTools {
  /** A file that belongs to the scene, by an address in another; null if it was not opened with it. */
  find: (uri: string, from?: string) => Promise<Uint8Array<ArrayBuffer> | null>;
  onProgress: (done: number, total: number) => void;
  decodePicture: DecodePicture;
}

type Reader = (request: ReadRequest, tools: ReadTools) => Promise<ReadScene>;

/**
 * One reader a format. Each holds what the file declares against what is there before three's loader sees it, and says
 * which way is up: what the file says, else what files of its kind mean.
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
  if (request.bytes.byteLength === 0) throw new ZoetropeError('file-empty', say`${request.title} is empty.`, say`Export or copy it again.`);
  return reader(request, tools);
}

/** Warm grey, darker than the ground: what a surface without a colour of its own is shown in. */
const plain = (): MeshStandardMaterial => new MeshStandardMaterial({ color: '#8c857d', roughness: 0.8, side: 2 });

const bufferOf = (bytes: Uint8Array<ArrayBuffer>): ArrayBuffer =>
  bytes.byteOffset === 0 && bytes.byteLength === bytes.buffer.byteLength ? bytes.buffer : bytes.slice().buffer;

async function readObj({ bytes, title, main }: ReadRequest, { find }: ReadTools): Promise<ReadScene> {
  const text = decodeText(bytes, title);
  if (!/^[ \t]*v[ \t]+[-+.\d]/m.test(text)) throw notA(title, text.trim() === '' ? say`is empty: there is nothing in it to show` : say`is not an OBJ file`);
  const [{ OBJLoader }, { MTLLoader }] = await Promise.all([import('three/addons/loaders/OBJLoader.js'), import('three/addons/loaders/MTLLoader.js')]);
  const loader = new OBJLoader();
  const libraries = [...new Set([...text.matchAll(/^[ \t]*mtllib[ \t]+(.+)$/gm)].map((match) => match[1]!.trim()))].slice(0, 64);
  const materials: string[] = [];
  for (const uri of libraries) {
    const file = await find(uri, main);
    if (file) materials.push(decodeText(file, uri));
  }
  if (materials.length > 0) {
    const creator = new MTLLoader().parse(materials.join('\n'), '');
    creator.preload();
    loader.setMaterials(creator);
  }
  checkDraws(count(text, /^[ \t]*usemtl[ \t]/gm), title);
  // Groups are drawn one by one. Where there are too many, they are one, parted by its materials alone.
  const groups = /^[ \t]*[og]\b.*$/gm;
  const root = loader.parse(count(text, groups) > MOST_DRAWS ? text.replace(groups, '') : text);
  if (materials.length === 0) recolour(root, (mesh) => mesh.geometry.hasAttribute('color'));
  return { root, up: 'y' };
}

function count(text: string, what: RegExp): number {
  let found = 0;
  for (const _ of text.matchAll(what)) found += 1;
  return found;
}

/** Gives what has no material of its own the plain one. */
function recolour(root: Object3D, vertexColours: (mesh: Mesh) => boolean): void {
  root.traverse((object) => {
    const mesh = object as Mesh;
    if (!mesh.isMesh) return;
    const material = plain();
    if (vertexColours(mesh)) {
      material.vertexColors = true;
      material.color.set('#ffffff');
    }
    mesh.material = Array.isArray(mesh.material) ? mesh.material.map(() => material) : material;
  });
}

async function readStl({ bytes, title }: ReadRequest): Promise<ReadScene> {
  const head = new TextDecoder('latin1').decode(bytes.subarray(0, 1024));
  const declared = bytes.byteLength >= 84 ? new DataView(bytes.buffer, bytes.byteOffset).getUint32(80, true) : 0;
  const isText = /^\s*solid/.test(head) && bytes.byteLength !== 84 + 50 * declared && /facet|endsolid/.test(head);
  if (!isText) {
    if (bytes.byteLength < 84) throw notA(title, say`is not an STL file`);
    checkCount(declared, 'triangles', title);
    if (84 + 50 * declared > bytes.byteLength) throw stopsShort(title, `${declared} triangles in ${bytes.byteLength} bytes`);
  } else if (!/endsolid/.test(new TextDecoder('latin1').decode(bytes.subarray(-1024)))) throw stopsShort(title, 'no endsolid');
  const { STLLoader } = await import('three/addons/loaders/STLLoader.js');
  const geometry = new STLLoader().parse(isText ? decodeText(bytes, title) : bufferOf(bytes));
  geometry.computeVertexNormals(); // those in the file are often left at nothing
  const material = plain();
  if (geometry.hasAttribute('color')) material.setValues({ vertexColors: true, color: '#ffffff' });
  // Made for printing and machining, where z is up.
  return { root: new Group().add(new Mesh(geometry, material)), up: 'z' };
}

async function readPly({ bytes, title }: ReadRequest): Promise<ReadScene> {
  const header = readPlyHeader(bytes, title);
  if (isPackedSplatPly(header)) {
    checkCount(header.vertices, 'splats', title);
    const { readPackedPly } = await import('./packed-ply');
    return { root: splats(readPackedPly(bytes, header, title)), up: '-y' };
  }
  if (isSplatPly(header)) {
    checkCount(header.vertices, 'splats', title);
    const { GaussianSplatPLYLoader } = await import('three/addons/loaders/GaussianSplatPLYLoader.js');
    return { root: splats(new GaussianSplatPLYLoader().parse(bufferOf(bytes))), up: '-y' };
  }
  if (header.vertices === 0) throw notA(title, say`is empty: there is nothing in it to show`);
  const { PLYLoader } = await import('three/addons/loaders/PLYLoader.js');
  const geometry = new PLYLoader().parse(bufferOf(bytes));
  if (header.faces === 0) {
    const cloud = pointsOf(geometry, 'y', title);
    return { root: new Group().add(cloud), up: 'y' };
  }
  if (!geometry.hasAttribute('normal')) geometry.computeVertexNormals();
  const material = plain();
  if (geometry.hasAttribute('color')) material.setValues({ vertexColors: true, color: '#ffffff' });
  return { root: new Group().add(new Mesh(geometry, material)), up: 'y' };
}

/** A cloud out of what a loader of three's made; its colours are light already. */
function pointsOf(geometry: BufferGeometry, up: UpAxis, title: string): Points {
  const positions = (geometry.getAttribute('position') as { array: Float32Array } | undefined)?.array ?? new Float32Array(); // a PCD may name none
  const colours = geometry.getAttribute('color') as { array: ArrayLike<number> } | undefined;
  if (!colours || positions.some((n) => !isPlace(n))) {
    const bytes = colours ? Uint8Array.from(colours.array, (light) => 255 * (light <= 0.0031308 ? 12.92 * light : 1.055 * light ** (1 / 2.4) - 0.055)) : null;
    return cloudObject({ positions, colours: bytes }, up, title);
  }
  return new Points(geometry, new PointsMaterial({ vertexColors: true }));
}

/** What the packed arrays of an FBX may come to: so many bytes, and so many for each of the file's. */
const FBX_ANY = 32 * 2 ** 20;
const FBX_RATIO = 8;

async function readFbx({ bytes, title }: ReadRequest): Promise<ReadScene> {
  if (bytes.byteLength > 512 * 2 ** 20) throw tooMuch(title, say`is larger than 512 MB`);
  checkFbxArrays(bytes, title, FBX_ANY + FBX_RATIO * bytes.byteLength);
  const { FBXLoader } = await import('three/addons/loaders/FBXLoader.js');
  const root = new FBXLoader().parse(bufferOf(bytes), '');
  // The loader turns a file that says z is up itself, by its root: that is ours to do, so that it can be changed.
  const turned = root.rotation.x !== 0;
  root.rotation.set(0, 0, 0);
  return { root, up: turned ? 'z' : 'y' };
}

async function readUsd({ bytes, title }: ReadRequest): Promise<ReadScene> {
  if (bytes[0] === 0x50 && bytes[1] === 0x4b) unzip(bytes, title); // within limits before a loader unpacks it
  const { USDLoader } = await import('three/addons/loaders/USDLoader.js');
  const loader = new USDLoader();
  const root = await new Promise<Object3D>((resolve, reject) => {
    loader.parse(bufferOf(bytes), '', resolve, (cause) => reject(cause instanceof Error ? cause : new Error(String(cause))));
  });
  const turned = Math.abs(root.rotation.x + Math.PI / 2) < 1e-6;
  root.rotation.set(0, 0, 0);
  return { root, up: turned ? 'z' : 'y' };
}

async function readPcd({ bytes, title }: ReadRequest): Promise<ReadScene> {
  readPcdHeader(bytes, title);
  const { PCDLoader } = await import('three/addons/loaders/PCDLoader.js');
  const { geometry } = new PCDLoader().parse(bufferOf(bytes));
  // Robots' frames: x ahead, z up.
  return { root: new Group().add(pointsOf(geometry, 'z', title)), up: 'z' };
}

function readPointText({ bytes, title }: ReadRequest): Promise<ReadScene> {
  return Promise.resolve({ root: new Group().add(cloudObject(readXyz(decodeText(bytes, title), title), 'z', title)), up: 'z' });
}

async function readLasPoints({ bytes, title }: ReadRequest, { onProgress }: ReadTools): Promise<ReadScene> {
  const { readLas } = await import('./las');
  const { inFile, ...cloud } = await readLas(bytes, title, onProgress);
  return { root: new Group().add(cloudObject(cloud, 'z', title)), up: 'z', pointsInFile: inFile };
}

/** Splats travel as points that have a covariance; the page makes splats of them. */
function splats(geometry: BufferGeometry): Object3D {
  return new Group().add(new Points(geometry));
}

async function readSplat({ bytes, title }: ReadRequest): Promise<ReadScene> {
  if (bytes.byteLength % 32 !== 0) throw stopsShort(title, `${bytes.byteLength} bytes, not a multiple of 32`);
  checkCount(bytes.byteLength / 32, 'splats', title);
  const { SPLATLoader } = await import('three/addons/loaders/SPLATLoader.js');
  return { root: splats(new SPLATLoader().parse(bufferOf(bytes))), up: '-y' };
}

/** Bytes of a splat as .ksplat packs it closest. */
const KSPLAT_LEAST = 20;

async function readKsplat({ bytes, title }: ReadRequest): Promise<ReadScene> {
  if (bytes.byteLength < 4096) throw stopsShort(title);
  const count = new DataView(bytes.buffer, bytes.byteOffset).getUint32(16, true);
  checkCount(count, 'splats', title);
  if (bytes.byteLength < 4096 + KSPLAT_LEAST * count) throw stopsShort(title, `${bytes.byteLength} bytes for ${count}`);
  const { KSPLATLoader } = await import('three/addons/loaders/KSPLATLoader.js');
  return { root: splats(new KSPLATLoader().parse(bufferOf(bytes))), up: '-y' };
}

async function readSogSplats({ bytes, title }: ReadRequest, { decodePicture, onProgress }: ReadTools): Promise<ReadScene> {
  const { readSog } = await import('./sog');
  return { root: splats(await readSog(bytes, title, decodePicture, onProgress)), up: '-y' };
}

const SPZ_MAGIC = 0x5053474e;
/** What any .spz may unpack to, bytes. */
const SPZ_ANY = 64 * 2 ** 20;

async function readSpz({ bytes, title }: ReadRequest): Promise<ReadScene> {
  const [{ SPZLoader }, { gunzipWithin }] = await Promise.all([import('three/addons/loaders/SPZLoader.js'), import('../files/gunzip')]);
  const loader = new SPZLoader();
  const raw = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.byteLength < 16) throw stopsShort(title);
  if (raw.getUint32(0, true) === SPZ_MAGIC) {
    checkCount(raw.getUint32(8, true), 'splats', title);
    checkPacked(raw.getUint32(8, true), bytes.byteLength, title);
    return { root: splats(await loader.parse(bufferOf(bytes))!), up: 'y' };
  }
  const whole = gunzipWithin(bytes, Math.min(MOST_SPLATS * 80, SPZ_ANY + 40 * bytes.byteLength), title);
  if (whole.byteLength < 16) throw stopsShort(title);
  const count = new DataView(whole.buffer, whole.byteOffset).getUint32(8, true);
  checkCount(count, 'splats', title);
  checkPacked(count, bytes.byteLength, title);
  return { root: splats((loader as unknown as { parseRawSPZ(bytes: Uint8Array): BufferGeometry }).parseRawSPZ(whole)), up: 'y' };
}
