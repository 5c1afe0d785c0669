// SPDX-License-Identifier: Apache-2.0
/** A valid glTF and many ways to break it, for tests. Each has one fault with a name. */

const POSITIONS = [0, 0, 0, 1, 0, 0, 0, 1, 0, 1, 1, 0];
const NORMALS = [0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 1];
const INDICES = [0, 1, 2, 2, 1, 3];
const BYTES = 4 * (POSITIONS.length + NORMALS.length) + 2 * INDICES.length;

function goodBytes(): DataView<ArrayBuffer> {
  const bin = new DataView(new ArrayBuffer(BYTES));
  [...POSITIONS, ...NORMALS].forEach((n, k) => bin.setFloat32(4 * k, n, true));
  INDICES.forEach((n, k) => bin.setUint16(96 + 2 * k, n, true));
  return bin;
}

const GOOD = {
  asset: { version: '2.0' },
  scene: 0,
  scenes: [{ nodes: [0, 1] }],
  nodes: [
    { mesh: 0, name: 'square' },
    { camera: 0, rotation: [0, 0, 0, 1], translation: [0, 0, 3] },
  ],
  cameras: [{ type: 'perspective', perspective: { yfov: 0.8, znear: 0.1, zfar: 100 } }],
  meshes: [{ primitives: [{ attributes: { POSITION: 0, NORMAL: 1 }, indices: 2, material: 0 }] }],
  materials: [{ pbrMetallicRoughness: { baseColorFactor: [1, 0, 0, 1], metallicFactor: 0 } }],
  accessors: [
    { bufferView: 0, componentType: 5126, count: 4, type: 'VEC3', min: [0, 0, 0], max: [1, 1, 0] },
    { bufferView: 1, componentType: 5126, count: 4, type: 'VEC3' },
    { bufferView: 2, componentType: 5123, count: 6, type: 'SCALAR' },
  ],
  bufferViews: [
    { buffer: 0, byteLength: 48, target: 34962 },
    { buffer: 0, byteOffset: 48, byteLength: 48, target: 34962 },
    { buffer: 0, byteOffset: 96, byteLength: 12, target: 34963 },
  ],
  buffers: [{ byteLength: BYTES }],
};

const COLOUR = '/materials/0/pbrMetallicRoughness';
const PRIMITIVE = '/meshes/0/primitives/0';
const MATRIX = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1];

/** New values by JSON pointer, undefined to remove; or a function that changes the bytes. */
type Bend = Record<string, unknown> | ((bin: DataView) => void);

/** The faults by name. */
const BENDS: Record<string, Bend> = {
  nothing: {},
  'accessor beyond its buffer view': { '/accessors/0/count': 400 },
  'accessor with an offset that is not whole': { '/accessors/0/byteOffset': 2 },
  'accessor of an unknown type': { '/accessors/1/type': 'VEC5' },
  'accessor of an unknown component type': { '/accessors/1/componentType': 5999 },
  'accessor with no entries': { '/accessors/1/count': 0 },
  'accessor with no count': { '/accessors/1/count': undefined },
  'accessor with a count in words': { '/accessors/1/count': 'four' },
  'accessor that names a view that is not there': { '/accessors/0/bufferView': 9 },
  'accessor with bounds of two numbers': { '/accessors/0/min': [0, 0] },
  'positions without bounds': { '/accessors/0/max': undefined },
  'positions that are not a number': (bin) => bin.setFloat32(4, NaN, true),
  'positions that are endless': (bin) => bin.setFloat32(4, Infinity, true),
  'positions as whole numbers': { '/accessors/0/componentType': 5123 },
  'indices beyond the corners': (bin) => bin.setUint16(96, 77, true),
  'indices that mean a new strip': (bin) => bin.setUint16(96, 0xffff, true),
  'indices as floats': { '/accessors/2/componentType': 5126 },
  'indices as vectors': { '/accessors/2/type': 'VEC2', '/accessors/2/count': 3 },
  'as many normals as there are not corners': { '/accessors/1/count': 3 },
  'an attribute nobody knows': { [`${PRIMITIVE}/attributes/SHINE`]: 1 },
  'an attribute that is not there': { [`${PRIMITIVE}/attributes/NORMAL`]: 12 },
  'a primitive without attributes': { [`${PRIMITIVE}/attributes`]: {} },
  'a primitive of an unknown mode': { [`${PRIMITIVE}/mode`]: 9 },
  'a primitive with a material that is not there': { [`${PRIMITIVE}/material`]: 3 },
  'a mesh without primitives': { '/meshes/0/primitives': [] },
  'a buffer view beyond its buffer': { '/bufferViews/1/byteLength': 480 },
  'a buffer view that begins beyond its buffer': { '/bufferViews/1/byteOffset': 480 },
  'a buffer view of a buffer that is not there': { '/bufferViews/0/buffer': 4 },
  'a buffer view with an unknown target': { '/bufferViews/0/target': 1 },
  'a buffer view with a stride too small': { '/bufferViews/0/byteStride': 8 },
  'a buffer that promises more than it has': { '/buffers/0/byteLength': 5000 },
  'a buffer of no bytes': { '/buffers/0/byteLength': 0 },
  'a node with a mesh that is not there': { '/nodes/0/mesh': 5 },
  'a node with a child that is not there': { '/nodes/0/children': [8] },
  'a node that is its own child': { '/nodes/0/children': [0] },
  'a node with two parents': {
    '/nodes/2': { children: [0] },
    '/nodes/3': { children: [0] },
    '/scenes/0/nodes': [2, 3],
  },
  'a node with a matrix and a place': { '/nodes/0/matrix': MATRIX, '/nodes/0/translation': [1, 0, 0] },
  'a node with a matrix that shears': { '/nodes/0/matrix': MATRIX.with(1, 1) },
  'a node with a rotation of three numbers': { '/nodes/1/rotation': [0, 0, 0] },
  'a node with a scale in words': { '/nodes/0/scale': ['big', 1, 1] },
  'a scene that is not there': { '/scene': 3 },
  'a scene with a node that is not there': { '/scenes/0/nodes': [0, 7] },
  'a scene with a node twice': { '/scenes/0/nodes': [0, 0] },
  'a material that is more than white': { [`${COLOUR}/baseColorFactor`]: [2, 0, 0, 1] },
  'a material with a picture that is not there': { [`${COLOUR}/baseColorTexture`]: { index: 0 } },
  'a material of an unknown alpha mode': { '/materials/0/alphaMode': 'MAYBE' },
  'a camera without an angle': { '/cameras/0/perspective/yfov': undefined },
  'a camera of an unknown kind': { '/cameras/0/type': 'fisheye' },
  'a camera whose far is nearer than its near': { '/cameras/0/perspective/zfar': 0.01 },
  'a skin without joints': { '/skins': [{ joints: [] }] },
  'a skin with a joint that is not there': { '/skins': [{ joints: [17] }] },
  'an animation without samplers': { '/animations': [{ channels: [], samplers: [] }] },
  'a picture without a source': { '/images': [{}] },
  'a picture in the file without a type': { '/images': [{ bufferView: 0 }] },
  'no asset': { '/asset': undefined },
  'no version': { '/asset/version': undefined },
  'a version in words': { '/asset/version': 'two' },
  'a required extension that is not used': { '/extensionsRequired': ['KHR_materials_unlit'] },
  'a name that is a number': { '/nodes/0/name': 5 },
  'accessors that are no list': { '/accessors': {} },
  'an empty list of accessors': { '/accessors': [] },
  // Things that the validator warns about or accepts, and that we accept too.
  'a property nobody knows': { '/nodes/0/colour': 'blue' },
  'an extension nobody has to know': { '/extensionsUsed': ['EXT_unheard_of'], '/extensions': { EXT_unheard_of: {} } },
  'a node that does nothing': { '/nodes/2': {}, '/scenes/0/nodes': [0, 1, 2] },
  'a material nobody uses': { '/materials/1': {} },
  'a triangle without area': (bin) => bin.setUint16(96, 1, true),
  'a generator of its own': { '/asset/generator': 'bent' },
};

/** Sets or removes a value in a document by JSON pointer. */
function put(document: unknown, pointer: string, value: unknown): void {
  const keys = pointer.slice(1).split('/');
  const last = keys.pop()!;
  const at = keys.reduce((inside, key) => (inside as Record<string, unknown>)[key], document) as Record<
    string,
    unknown
  >;
  if (value === undefined) delete at[last];
  else at[last] = value;
}

export interface BrokenFile {
  name: string;
  glb: Uint8Array<ArrayBuffer>;
}

/** All broken files as binary glTF. */
export function brokenFiles(): BrokenFile[] {
  return Object.entries(BENDS).map(([name, bend]) => {
    const json = structuredClone(GOOD);
    const bin = goodBytes();
    if (typeof bend === 'function') bend(bin);
    else for (const [pointer, value] of Object.entries(bend)) put(json, pointer, value);
    return { name, glb: toGlb(json, bin) };
  });
}

function toGlb(json: unknown, bin: DataView<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const text = new TextEncoder().encode(JSON.stringify(json));
  const size = Math.ceil(text.length / 4) * 4;
  const glb = new Uint8Array(28 + size + BYTES);
  const words = new DataView(glb.buffer);
  [0x46546c67, 2, glb.length, size, 0x4e4f534a].forEach((word, k) => words.setUint32(4 * k, word, true));
  glb.fill(0x20, 20, 20 + size);
  glb.set(text, 20);
  words.setUint32(20 + size, BYTES, true);
  words.setUint32(24 + size, 0x004e4942, true);
  glb.set(new Uint8Array(bin.buffer), 28 + size);
  return glb;
}
