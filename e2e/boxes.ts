/** A table and a lamp on a floor as a GLB of named boxes, with two lights, made here. In metres, y up. */

interface Node {
  name: string;
  /** Sides and middle of its box. */
  size?: number[];
  at?: number[];
  colour?: number;
  light?: number;
  children?: Node[];
}

const COLOURS = [
  [0.75, 0.73, 0.7],
  [0.6, 0.32, 0.16],
  [0.15, 0.4, 0.65],
];

export const BOXES: Node[] = [
  { name: 'Floor', size: [6, 0.1, 4], at: [0, -0.05, 0], colour: 0 },
  {
    name: 'Table',
    children: [
      { name: 'Top', size: [2, 0.1, 1], at: [0, 0.75, 0], colour: 1 },
      { name: 'Left leg', size: [0.1, 0.7, 0.8], at: [-0.9, 0.35, 0], colour: 1 },
      { name: 'Right leg', size: [0.1, 0.7, 0.8], at: [0.9, 0.35, 0], colour: 1 },
    ],
  },
  {
    name: 'Lamp',
    children: [
      { name: 'Shade', size: [0.5, 0.5, 0.5], at: [1.8, 0.25, 1], colour: 2 },
      { name: 'Bulb', at: [1.8, 1.5, 1], light: 0 },
    ],
  },
  { name: 'Sun', at: [0, 5, 0], light: 1 },
];

/** A cube with sides of 1 and hard edges. */
function cube(): { positions: number[]; normals: number[] } {
  const positions: number[] = [];
  const normals: number[] = [];
  for (const axis of [0, 1, 2]) {
    for (const side of [-1, 1]) {
      const corner = (u: number, v: number): number[] => {
        const point = [0, 0, 0];
        point[axis] = side / 2;
        point[(axis + 1) % 3] = u;
        point[(axis + 2) % 3] = v;
        return point;
      };
      const quad = [corner(-0.5, -0.5), corner(0.5, -0.5), corner(0.5, 0.5), corner(-0.5, 0.5)];
      const order = side > 0 ? [0, 1, 2, 0, 2, 3] : [0, 2, 1, 0, 3, 2];
      const normal = [0, 0, 0];
      normal[axis] = side;
      for (const k of order) {
        positions.push(...quad[k]!);
        normals.push(...normal);
      }
    }
  }
  return { positions, normals };
}

export function boxesGlb(): Uint8Array {
  const { positions, normals } = cube();
  const nodes: object[] = [];
  const add = ({ name, size, at, colour, light, children = [] }: Node): number => {
    const inside = children.map(add);
    nodes.push({
      name,
      ...(at ? { translation: at } : {}),
      ...(size ? { scale: size, mesh: colour } : {}),
      ...(inside.length > 0 ? { children: inside } : {}),
      ...(light === undefined ? {} : { extensions: { KHR_lights_punctual: { light } } }),
    });
    return nodes.length - 1;
  };
  const top = BOXES.map(add);
  const count = positions.length / 3;
  const bytes = positions.length * 4;
  const json = JSON.stringify({
    asset: { version: '2.0' },
    extensionsUsed: ['KHR_lights_punctual'],
    extensions: {
      KHR_lights_punctual: {
        lights: [
          { type: 'point', color: [1, 0.6, 0.3], intensity: 60 },
          { type: 'directional', intensity: 900 },
        ],
      },
    },
    scene: 0,
    scenes: [{ nodes: top }],
    nodes,
    meshes: COLOURS.map((_, material) => ({ primitives: [{ attributes: { POSITION: 0, NORMAL: 1 }, material }] })),
    materials: COLOURS.map((colour) => ({
      pbrMetallicRoughness: { baseColorFactor: [...colour, 1], metallicFactor: 0, roughnessFactor: 0.8 },
    })),
    accessors: [
      { bufferView: 0, componentType: 5126, count, type: 'VEC3', min: [-0.5, -0.5, -0.5], max: [0.5, 0.5, 0.5] },
      { bufferView: 1, componentType: 5126, count, type: 'VEC3' },
    ],
    bufferViews: [
      { buffer: 0, byteLength: bytes, target: 34962 },
      { buffer: 0, byteOffset: bytes, byteLength: bytes, target: 34962 },
    ],
    buffers: [{ byteLength: 2 * bytes }],
  });
  const text = new TextEncoder().encode(json.padEnd(Math.ceil(json.length / 4) * 4));
  const glb = new Uint8Array(28 + text.length + 2 * bytes);
  const words = new DataView(glb.buffer);
  [0x46546c67, 2, glb.length, text.length, 0x4e4f534a].forEach((word, k) => words.setUint32(4 * k, word, true));
  glb.set(text, 20);
  words.setUint32(20 + text.length, 2 * bytes, true);
  words.setUint32(24 + text.length, 0x004e4942, true);
  [...positions, ...normals].forEach((n, k) => words.setFloat32(28 + text.length + 4 * k, n, true));
  return glb;
}
