import { gzipSync, strToU8, zipSync } from 'fflate';

/** Small scenes written here in every format, by hand, for tests: a table and three boxes on it, or points of them. */

type Vec3 = [number, number, number];
interface Box {
  min: Vec3;
  max: Vec3;
  colour: Vec3;
}

/** y is up; colours 0 to 1. */
export const BOXES: Box[] = [
  { min: [-1.2, 0, -0.8], max: [1.2, 0.12, 0.8], colour: [0.62, 0.44, 0.28] },
  { min: [-0.9, 0.12, -0.4], max: [-0.4, 0.9, 0.1], colour: [0.8, 0.2, 0.18] },
  { min: [-0.1, 0.12, -0.1], max: [0.35, 0.5, 0.35], colour: [0.2, 0.55, 0.3] },
  { min: [0.55, 0.12, -0.5], max: [0.95, 1.2, -0.1], colour: [0.2, 0.35, 0.75] },
];

export const TRIANGLES = BOXES.length * 12;

/** Corners of a box by their bits (x, y, z), and its faces seen from outside. */
const corner = ({ min, max }: Box, k: number): Vec3 => [
  (k & 1 ? max : min)[0],
  (k & 2 ? max : min)[1],
  (k & 4 ? max : min)[2],
];
const FACES = [
  [0, 4, 6, 2],
  [1, 3, 7, 5],
  [0, 1, 5, 4],
  [2, 6, 7, 3],
  [0, 2, 3, 1],
  [4, 5, 7, 6],
] as const;

const corners = (): { at: Vec3; colour: Vec3 }[] =>
  BOXES.flatMap((box) => Array.from({ length: 8 }, (_, k) => ({ at: corner(box, k), colour: box.colour })));
const quads = (): number[][] => BOXES.flatMap((_, b) => FACES.map((face) => face.map((k) => 8 * b + k)));
const triangles = (): [Vec3, Vec3, Vec3][] => {
  const all = corners();
  return quads().flatMap(([a, b, c, d]) =>
    [
      [a, b, c],
      [a, c, d],
    ].map((three) => three.map((k) => all[k!]!.at) as [Vec3, Vec3, Vec3]),
  );
};
/** With z up, as the formats of machines and maps have it. */
const zUp = ([x, y, z]: Vec3): Vec3 => [x, -z, y];
const bytesOf = ([r, g, b]: Vec3): Vec3 => [Math.round(255 * r), Math.round(255 * g), Math.round(255 * b)];

/** Points on the sides of the boxes. */
export const POINTS = ((): { at: Vec3; colour: Vec3 }[] => {
  const found: { at: Vec3; colour: Vec3 }[] = [];
  const steps = 14;
  for (const box of BOXES) {
    for (const face of FACES) {
      const [a, b, , d] = face.map((k) => corner(box, k)) as [Vec3, Vec3, Vec3, Vec3];
      for (let i = 0; i <= steps; i++) {
        for (let j = 0; j <= steps; j++) {
          const at = ([0, 1, 2] as const).map((c) => a[c] + ((b[c] - a[c]) * i + (d[c] - a[c]) * j) / steps) as Vec3;
          found.push({ at, colour: box.colour });
        }
      }
    }
  }
  return found;
})();

function binary(bytes: number, write: (view: DataView) => void): Uint8Array<ArrayBuffer> {
  const view = new DataView(new ArrayBuffer(bytes));
  write(view);
  return new Uint8Array(view.buffer);
}
const withHead = (head: string, body: Uint8Array): Uint8Array<ArrayBuffer> =>
  new Uint8Array([...strToU8(head), ...body]);

export function obj(mtl = 'table.mtl'): string {
  const lines = [
    `mtllib ${mtl}`,
    ...corners().map(({ at }) => `v ${at.join(' ')}`),
    'vt 0 0',
    'vt 1 0',
    'vt 1 1',
    'vt 0 1',
  ];
  BOXES.forEach((_, b) => {
    lines.push(`o box${b}`, `usemtl paint${b}`);
    for (const face of FACES) lines.push(`f ${face.map((k, n) => `${8 * b + k + 1}/${n + 1}`).join(' ')}`);
  });
  return `${lines.join('\n')}\n`;
}
export const mtl = (picture = 'check.png'): string =>
  BOXES.map(
    ({ colour }, b) =>
      `newmtl paint${b}\nKd ${b === 0 ? '1 1 1' : colour.join(' ')}\n${b === 0 ? `map_Kd ${picture}\n` : ''}`,
  ).join('\n');

export const stlText = (): string =>
  `solid table\n${triangles()
    .map(
      (three) =>
        `facet normal 0 0 0\nouter loop\n${three.map((at) => `vertex ${zUp(at).join(' ')}`).join('\n')}\nendloop\nendfacet`,
    )
    .join('\n')}\nendsolid table\n`;

export const stl = (): Uint8Array<ArrayBuffer> =>
  binary(84 + 50 * TRIANGLES, (view) => {
    view.setUint32(80, TRIANGLES, true);
    triangles().forEach((three, k) =>
      three.forEach((at, c) =>
        zUp(at).forEach((n, axis) => view.setFloat32(84 + 50 * k + 12 + 12 * c + 4 * axis, n, true)),
      ),
    );
  });

export const plyMesh = (): string => {
  const all = corners();
  const head = `ply\nformat ascii 1.0\nelement vertex ${all.length}\n${['x', 'y', 'z'].map((n) => `property float ${n}\n`).join('')}${['red', 'green', 'blue'].map((n) => `property uchar ${n}\n`).join('')}element face ${quads().length}\nproperty list uchar int vertex_indices\nend_header\n`;
  return `${head}${all.map(({ at, colour }) => [...at, ...bytesOf(colour)].join(' ')).join('\n')}\n${quads()
    .map((quad) => `4 ${quad.join(' ')}`)
    .join('\n')}\n`;
};

export const plyPoints = (): Uint8Array<ArrayBuffer> => {
  const head = `ply\nformat binary_little_endian 1.0\nelement vertex ${POINTS.length}\nproperty float x\nproperty float y\nproperty float z\nproperty uchar red\nproperty uchar green\nproperty uchar blue\nend_header\n`;
  return withHead(
    head,
    binary(15 * POINTS.length, (view) =>
      POINTS.forEach(({ at, colour }, k) => {
        at.forEach((n, axis) => view.setFloat32(15 * k + 4 * axis, n, true));
        bytesOf(colour).forEach((n, c) => view.setUint8(15 * k + 12 + c, n));
      }),
    ),
  );
};

export const pcd = (): Uint8Array<ArrayBuffer> => {
  const head = `# .PCD v0.7\nVERSION 0.7\nFIELDS x y z rgb\nSIZE 4 4 4 4\nTYPE F F F F\nCOUNT 1 1 1 1\nWIDTH ${POINTS.length}\nHEIGHT 1\nVIEWPOINT 0 0 0 1 0 0 0\nPOINTS ${POINTS.length}\nDATA binary\n`;
  return withHead(
    head,
    binary(16 * POINTS.length, (view) =>
      POINTS.forEach(({ at, colour }, k) => {
        zUp(at).forEach((n, axis) => view.setFloat32(16 * k + 4 * axis, n, true));
        const [r, g, b] = bytesOf(colour);
        view.setUint32(16 * k + 12, (r << 16) | (g << 8) | b, true);
      }),
    ),
  );
};

/** As from a map: far from its origin. */
export const xyz = (): string =>
  `//X Y Z R G B\n${POINTS.map(({ at, colour }) => [...zUp(at).map((n, axis) => (n + [451_000, 5_412_000, 112][axis]!).toFixed(3)), ...bytesOf(colour)].join(' ')).join('\n')}\n`;

/** LAS 1.2, point format 2. */
export const las = (): Uint8Array<ArrayBuffer> =>
  binary(227 + 26 * POINTS.length, (view) => {
    [...'LASF'].forEach((c, k) => view.setUint8(k, c.charCodeAt(0)));
    view.setUint8(24, 1);
    view.setUint8(25, 2);
    view.setUint16(94, 227, true);
    view.setUint32(96, 227, true);
    view.setUint8(104, 2);
    view.setUint16(105, 26, true);
    view.setUint32(107, POINTS.length, true);
    [0.001, 0.001, 0.001, 451_000, 5_412_000, 112].forEach((n, k) => view.setFloat64(131 + 8 * k, n, true));
    POINTS.forEach(({ at, colour }, k) => {
      zUp(at).forEach((n, axis) => view.setInt32(227 + 26 * k + 4 * axis, Math.round(1000 * n), true));
      bytesOf(colour).forEach((n, c) => view.setUint16(227 + 26 * k + 20 + 2 * c, 257 * n, true));
    });
  });

/** Size of a splat: about the gap between the points. */
const SPREAD = 0.035;
const flipped = ([x, y, z]: Vec3): Vec3 => [x, -y, -z]; // y down, as trained ones have it
const C0 = 0.28209479177387814;

/** A splat PLY as training programs write it, with a first band that makes red what is seen from +x. */
export const splatPly = (band = false): Uint8Array<ArrayBuffer> => {
  const rest = band ? Array.from({ length: 9 }, (_, k) => `f_rest_${k}`) : [];
  const names = [
    'x',
    'y',
    'z',
    'f_dc_0',
    'f_dc_1',
    'f_dc_2',
    ...rest,
    'opacity',
    'scale_0',
    'scale_1',
    'scale_2',
    'rot_0',
    'rot_1',
    'rot_2',
    'rot_3',
  ];
  const head = `ply\nformat binary_little_endian 1.0\nelement vertex ${POINTS.length}\n${names.map((name) => `property float ${name}\n`).join('')}end_header\n`;
  return withHead(
    head,
    binary(4 * names.length * POINTS.length, (view) =>
      POINTS.forEach(({ at, colour }, k) => {
        const scale = Math.log(SPREAD);
        // Coefficients of one colour after another: the third of red goes with -x.
        const sides = band ? [0, 0, -0.9, 0, 0, 0, 0, 0, 0] : [];
        [...flipped(at), ...colour.map((c) => (c - 0.5) / C0), ...sides, 6, scale, scale, scale, 1, 0, 0, 0].forEach(
          (n, c) => view.setFloat32(4 * (names.length * k + c), n, true),
        );
      }),
    ),
  );
};

export const splat = (): Uint8Array<ArrayBuffer> =>
  binary(32 * POINTS.length, (view) =>
    POINTS.forEach(({ at, colour }, k) => {
      [...flipped(at), SPREAD, SPREAD, SPREAD].forEach((n, c) => view.setFloat32(32 * k + 4 * c, n, true));
      [...bytesOf(colour), 255, 255, 128, 128, 128].forEach((n, c) => view.setUint8(32 * k + 24 + c, n));
    }),
  );

/** Version 0.1, not compressed: a header, one section's header, 44 bytes a splat. */
export const ksplat = (): Uint8Array<ArrayBuffer> =>
  binary(4096 + 1024 + 44 * POINTS.length, (view) => {
    const count = POINTS.length;
    view.setUint8(1, 1);
    [1, 1, count, count].forEach((n, k) => view.setUint32(4 + 4 * k, n, true));
    view.setUint32(4096, count, true);
    view.setUint32(4096 + 4, count, true);
    POINTS.forEach(({ at, colour }, k) => {
      const from = 4096 + 1024 + 44 * k;
      [...flipped(at), SPREAD, SPREAD, SPREAD, 1, 0, 0, 0].forEach((n, c) => view.setFloat32(from + 4 * c, n, true));
      [...bytesOf(colour), 255].forEach((n, c) => view.setUint8(from + 40 + c, n));
    });
  });

/** Version 2, y up, 12 bits after the point. */
export const spz = (): Uint8Array<ArrayBuffer> => {
  const count = POINTS.length;
  const raw = binary(16 + count * 19, (view) => {
    view.setUint32(0, 0x5053474e, true);
    view.setUint32(4, 2, true);
    view.setUint32(8, count, true);
    view.setUint8(13, 12);
    POINTS.forEach(({ at, colour }, k) => {
      at.forEach((n, axis) => {
        const fixed = Math.round(n * 4096) & 0xffffff;
        for (let b = 0; b < 3; b++) view.setUint8(16 + 9 * k + 3 * axis + b, (fixed >> (8 * b)) & 255);
      });
      view.setUint8(16 + 9 * count + k, 255);
      colour.forEach((c, channel) =>
        view.setUint8(
          16 + 10 * count + 3 * k + channel,
          Math.max(0, Math.min(255, Math.round(255 * (((c - 0.5) / C0) * 0.15 + 0.5)))),
        ),
      );
      for (let c = 0; c < 3; c++) view.setUint8(16 + 13 * count + 3 * k + c, Math.round(16 * (Math.log(SPREAD) + 10)));
      for (let c = 0; c < 3; c++) view.setUint8(16 + 16 * count + 3 * k + c, 128);
    });
  });
  return new Uint8Array(gzipSync(raw));
};

export function usda(): string {
  const prims = BOXES.map(
    (box, b) => `
    def Mesh "Box${b}" (
        prepend apiSchemas = ["MaterialBindingAPI"]
    )
    {
        int[] faceVertexCounts = [${FACES.map(() => 4).join(', ')}]
        int[] faceVertexIndices = [${FACES.flat().join(', ')}]
        point3f[] points = [${Array.from({ length: 8 }, (_, k) => `(${zUp(corner(box, k)).join(', ')})`).join(', ')}]
        uniform token subdivisionScheme = "none"
        rel material:binding = </Table/Paint${b}>
    }
    def Material "Paint${b}"
    {
        token outputs:surface.connect = </Table/Paint${b}/Surface.outputs:surface>
        def Shader "Surface"
        {
            uniform token info:id = "UsdPreviewSurface"
            color3f inputs:diffuseColor = (${box.colour.join(', ')})
            float inputs:roughness = 0.8
            token outputs:surface
        }
    }`,
  );
  return `#usda 1.0\n(\n    defaultPrim = "Table"\n    upAxis = "Z"\n)\n\ndef Xform "Table"\n{${prims.join('\n')}\n}\n`;
}
export const usdz = (): Uint8Array<ArrayBuffer> =>
  new Uint8Array(zipSync({ 'table.usda': strToU8(usda()) }, { level: 0 }));

/** An ASCII FBX 7.4 with one mesh and a material a box, z up. */
export function fbx(): string {
  const all = corners();
  const indices = quads().flatMap((quad) => quad.map((k, n) => (n === 3 ? -k - 1 : k)));
  /** Its reader goes by the tabs. */
  const list = (name: string, numbers: number[], depth = 2): string =>
    `${name}: *${numbers.length} {\n${'\t'.repeat(depth + 1)}a: ${numbers.join(',')}\n${'\t'.repeat(depth)}}`;
  return `; FBX 7.4.0 project file
FBXHeaderExtension:  {
	FBXHeaderVersion: 1003
	FBXVersion: 7400
}
GlobalSettings:  {
	Version: 1000
	Properties70:  {
		P: "UpAxis", "int", "Integer", "",2
		P: "UpAxisSign", "int", "Integer", "",1
		P: "UnitScaleFactor", "double", "Number", "",1
	}
}
Objects:  {
	Geometry: 1000, "Geometry::", "Mesh" {
		${list(
      'Vertices',
      all.flatMap(({ at }) => zUp(at)),
    )}
		${list('PolygonVertexIndex', indices)}
		GeometryVersion: 124
		LayerElementMaterial: 0 {
			Version: 101
			Name: ""
			MappingInformationType: "ByPolygon"
			ReferenceInformationType: "IndexToDirect"
			${list(
        'Materials',
        BOXES.flatMap((_, b) => FACES.map(() => b)),
        3,
      )}
		}
		Layer: 0 {
			Version: 100
			LayerElement:  {
				Type: "LayerElementMaterial"
				TypedIndex: 0
			}
		}
	}
	Model: 2000, "Model::Table", "Mesh" {
		Version: 232
		Properties70:  {
			P: "Lcl Scaling", "Lcl Scaling", "", "A",1,1,1
		}
	}
${BOXES.map(
  ({ colour }, b) => `	Material: ${3000 + b}, "Material::paint${b}", "" {
		Version: 102
		ShadingModel: "lambert"
		Properties70:  {
			P: "DiffuseColor", "Color", "", "A",${colour.join(',')}
		}
	}`,
).join('\n')}
}
Connections:  {
	C: "OO",2000,0
	C: "OO",1000,2000
${BOXES.map((_, b) => `	C: "OO",${3000 + b},2000`).join('\n')}
}
`;
}

/** Text glTF with its buffer and its picture beside it. */
export function gltf(): { 'table.gltf': string; 'parts/table.bin': Uint8Array<ArrayBuffer> } {
  const positions = triangles().flat(2);
  const uvs = Array.from({ length: TRIANGLES }, (_, k) =>
    k % 2 === 0 ? [0, 0, 1, 0, 1, 1] : [0, 0, 1, 1, 0, 1],
  ).flat();
  const bin = new Uint8Array(new Float32Array([...positions, ...uvs]).buffer);
  const edge = (pick: (...n: number[]) => number): number[] =>
    [0, 1, 2].map((axis) => Math.fround(pick(...positions.filter((_, k) => k % 3 === axis))));
  const json = {
    asset: { version: '2.0' },
    scene: 0,
    scenes: [{ nodes: [0] }],
    nodes: [{ mesh: 0, name: 'table' }],
    meshes: [{ primitives: [{ attributes: { POSITION: 0, TEXCOORD_0: 1 }, material: 0 }] }],
    materials: [{ pbrMetallicRoughness: { baseColorTexture: { index: 0 }, metallicFactor: 0 } }],
    textures: [{ source: 0 }],
    images: [{ uri: 'textures/check%20one.png' }],
    accessors: [
      {
        bufferView: 0,
        componentType: 5126,
        count: positions.length / 3,
        type: 'VEC3',
        min: edge(Math.min),
        max: edge(Math.max),
      },
      { bufferView: 1, componentType: 5126, count: uvs.length / 2, type: 'VEC2' },
    ],
    bufferViews: [
      { buffer: 0, byteLength: 4 * positions.length },
      { buffer: 0, byteOffset: 4 * positions.length, byteLength: 4 * uvs.length },
    ],
    buffers: [{ byteLength: bin.byteLength, uri: 'parts/table.bin' }],
  };
  return { 'table.gltf': JSON.stringify(json), 'parts/table.bin': bin };
}

/** A PNG of 8 x 8: a red and yellow chequer. */
export const CHECK_PNG = Uint8Array.from(
  atob(
    'iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAIAAABLbSncAAAAIElEQVR42mP4cMINiK7ZaAARMpsBpwSmEISNW4IOdgAAaiBnATZOu1EAAAAASUVORK5CYII=',
  ),
  (c) => c.charCodeAt(0),
);
