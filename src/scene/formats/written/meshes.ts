// SPDX-License-Identifier: Apache-2.0
import { strToU8, zipSync } from 'fflate';
import { binary, BOXES, bytesOf, corner, corners, FACES, quads, TRIANGLES, triangles, zUp } from './table';

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

/** An ASCII FBX 7.4 with a mesh and a material for each box, z up. */
export function fbx(): string {
  const all = corners();
  const indices = quads().flatMap((quad) => quad.map((k, n) => (n === 3 ? -k - 1 : k)));
  /** The reader depends on the tabs. */
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

/** A text glTF with a separate buffer and picture. */
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

/** An 8 x 8 PNG with a red and yellow chequerboard. */
export const CHECK_PNG = Uint8Array.from(
  atob(
    'iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAIAAABLbSncAAAAIElEQVR42mP4cMINiK7ZaAARMpsBpwSmEISNW4IOdgAAaiBnATZOu1EAAAAASUVORK5CYII=',
  ),
  (c) => c.charCodeAt(0),
);
