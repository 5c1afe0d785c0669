/** A furnished room as a GLB, made here: walls that face inwards, a partition, a table, a shelf and a lamp. */

type Vec3 = [number, number, number];
export interface Box {
  min: Vec3;
  max: Vec3;
  colour: Vec3;
  /** Faces look to the middle: a room and not a thing. */
  inward?: boolean;
}

export const BOXES: readonly Box[] = [
  { min: [0, 0, 0], max: [6, 2.6, 4.5], colour: [0.78, 0.74, 0.68], inward: true },
  { min: [3.6, 0, 0], max: [3.75, 2.6, 2.4], colour: [0.45, 0.6, 0.68] },
  { min: [0.8, 0, 2.6], max: [2.2, 0.75, 3.6], colour: [0.6, 0.35, 0.18] },
  { min: [0.05, 0, 0.4], max: [0.45, 1.9, 1.8], colour: [0.2, 0.35, 0.25] },
  { min: [4.7, 0, 0.6], max: [5.6, 0.5, 1.9], colour: [0.7, 0.18, 0.16] },
  { min: [5.2, 0, 3.6], max: [5.5, 1.6, 3.9], colour: [0.9, 0.75, 0.2] },
];

/** Each face as a grid, so that a part of a wall can be seen without the rest. */
const CELLS = 8;

function faces({ min, max, inward = false }: Box): { positions: number[]; normals: number[] } {
  const positions: number[] = [];
  const normals: number[] = [];
  for (const axis of [0, 1, 2]) {
    const [u, v] = [(axis + 1) % 3, (axis + 2) % 3];
    for (const high of [false, true]) {
      const normal: Vec3 = [0, 0, 0];
      normal[axis] = high === inward ? -1 : 1;
      const at = (i: number, j: number): Vec3 => {
        const point: Vec3 = [0, 0, 0];
        point[axis] = high ? max[axis]! : min[axis]!;
        point[u] = min[u]! + ((max[u]! - min[u]!) * i) / CELLS;
        point[v] = min[v]! + ((max[v]! - min[v]!) * j) / CELLS;
        return point;
      };
      for (let i = 0; i < CELLS; i++) {
        for (let j = 0; j < CELLS; j++) {
          const quad = [at(i, j), at(i + 1, j), at(i + 1, j + 1), at(i, j + 1)] as const;
          const corners = [quad[0], quad[1], quad[2], quad[0], quad[2], quad[3]];
          if (normal[axis] < 0) corners.reverse();
          positions.push(...corners.flat());
          normals.push(...corners.flatMap(() => normal));
        }
      }
    }
  }
  return { positions, normals };
}

export function roomGlb(): Uint8Array {
  const floats: number[] = [];
  const accessors: object[] = [];
  const bufferViews: object[] = [];
  const add = (numbers: number[], bounded: boolean): number => {
    bufferViews.push({ buffer: 0, byteOffset: floats.length * 4, byteLength: numbers.length * 4, target: 34962 });
    const edge = (pick: (...values: number[]) => number) =>
      [0, 1, 2].map((axis) => Math.fround(pick(...numbers.filter((_n, k) => k % 3 === axis))));
    const bounds = bounded ? { min: edge(Math.min), max: edge(Math.max) } : {};
    accessors.push({
      bufferView: bufferViews.length - 1,
      componentType: 5126,
      count: numbers.length / 3,
      type: 'VEC3',
      ...bounds,
    });
    for (const n of numbers) floats.push(n);
    return accessors.length - 1;
  };
  const primitives = BOXES.map((box, material) => {
    const { positions, normals } = faces(box);
    return { attributes: { POSITION: add(positions, true), NORMAL: add(normals, false) }, material };
  });
  const json = JSON.stringify({
    asset: { version: '2.0' },
    scene: 0,
    scenes: [{ nodes: BOXES.map((_box, k) => k) }],
    nodes: BOXES.map((_box, mesh) => ({ mesh })),
    meshes: primitives.map((primitive) => ({ primitives: [primitive] })),
    materials: BOXES.map(({ colour }) => ({
      pbrMetallicRoughness: { baseColorFactor: [...colour, 1], metallicFactor: 0, roughnessFactor: 0.9 },
    })),
    accessors,
    bufferViews,
    buffers: [{ byteLength: floats.length * 4 }],
  });
  const text = new TextEncoder().encode(json.padEnd(Math.ceil(json.length / 4) * 4));
  const glb = new Uint8Array(12 + 8 + text.length + 8 + floats.length * 4);
  const words = new DataView(glb.buffer);
  [0x46546c67, 2, glb.length, text.length, 0x4e4f534a].forEach((word, k) => words.setUint32(4 * k, word, true));
  glb.set(text, 20);
  words.setUint32(20 + text.length, floats.length * 4, true);
  words.setUint32(24 + text.length, 0x004e4942, true);
  floats.forEach((n, k) => words.setFloat32(28 + text.length + 4 * k, n, true));
  return glb;
}

export interface Hit {
  /** How many times `direction` away. */
  at: number;
  /** Place in `BOXES`. */
  box: number;
  normal: Vec3;
}

/** Where a ray first meets a surface of the room from its front: by the boxes themselves, not by triangles. */
export function hit(from: Vec3, direction: Vec3): Hit | null {
  let nearest: Hit | null = null;
  BOXES.forEach(({ min, max, inward = false }, box) => {
    let [enter, leave] = [-Infinity, Infinity];
    let [inAxis, outAxis] = [0, 0];
    for (const axis of [0, 1, 2]) {
      const [a, b] = [min[axis]!, max[axis]!].map((side) => (side - from[axis]!) / direction[axis]!) as [
        number,
        number,
      ];
      if (Math.min(a, b) > enter) [enter, inAxis] = [Math.min(a, b), axis];
      if (Math.max(a, b) < leave) [leave, outAxis] = [Math.max(a, b), axis];
    }
    // A thing shows its front where a ray comes in, the room where it would go out.
    const [at, axis] = inward ? [leave, outAxis] : [enter, inAxis];
    if (enter > leave || at <= 1e-9 || (nearest && nearest.at <= at)) return;
    const normal: Vec3 = [0, 0, 0];
    normal[axis] = -Math.sign(direction[axis]!);
    nearest = { at, box, normal };
  });
  return nearest;
}

/** The ray through a place of a picture, -1..1 from the left and from the bottom; one unit of it is one unit of depth. */
export function rayThrough(
  cameraToWorld: readonly number[],
  fovY: number,
  aspect: number,
  x: number,
  y: number,
): { from: Vec3; direction: Vec3 } {
  const m = (row: number, column: number): number => cameraToWorld[4 * row + column]!;
  const tall = Math.tan((fovY * Math.PI) / 360);
  const turn = (row: number): number => m(row, 0) * x * tall * aspect + m(row, 1) * y * tall - m(row, 2);
  return { from: [m(0, 3), m(1, 3), m(2, 3)], direction: [turn(0), turn(1), turn(2)] };
}
