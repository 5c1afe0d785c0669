// SPDX-License-Identifier: Apache-2.0
import type { Mesh } from 'three';
import { beforeAll, expect, it } from 'vitest';
import { standInForThePage } from './browser-parts';
import { readScene } from './read';
import { nameTextures, stillFbx } from './still-fbx';

beforeAll(standInForThePage);

const read = (bytes: Uint8Array<ArrayBuffer>) =>
  readScene(
    { format: 'fbx', main: 'a.fbx', title: 'a', bytes },
    {
      find: () => Promise.resolve(null),
      onProgress: () => undefined,
      decodePicture: () => Promise.reject(new Error('none')),
    },
  );

/** A triangle, and a curve whose node the loader does not know. */
const animated = `; FBX 7.3.0 project file
FBXHeaderExtension:  {
	FBXVersion: 7300
}
Objects:  {
	Geometry: 10, "Geometry::", "Mesh" {
		Vertices: *9 {
			a: 0,0,0,1,0,0,0,1,0
		}
		PolygonVertexIndex: *3 {
			a: 0,1,-3
		}
		GeometryVersion: 124
	}
	Model: 20, "Model::tri", "Mesh" {
		Version: 232
	}
	AnimationCurve: 40, "AnimCurve::", "" {
		KeyTime: *1 {
			a: 0
		}
		KeyValueFloat: *1 {
			a: 0
		}
	}
}
Connections:  {
	C: "OO",20,0
	C: "OO",10,20
	C: "OP",40,20, "d|X"
}
`;

it('the still scene of an FBX is shown though its animations cannot be read', async () => {
  const { root } = await read(new TextEncoder().encode(animated));
  let meshes = 0;
  root.traverse((object) => (meshes += (object as Mesh).isMesh ? 1 : 0));
  expect(meshes).toBe(1);
});

it('only the curves get another name', () => {
  const text = 'A\x0eAnimationCurveX \x12AnimationCurveNode AnimationCurve: "AnimationCurve"';
  const bytes = new TextEncoder().encode(text);
  stillFbx(bytes);
  expect(new TextDecoder().decode(bytes)).toBe(
    'A\x0exnimationCurveX \x12AnimationCurveNode xnimationCurve: "AnimationCurve"',
  );
});

it('a layer that cannot be read is left out and named', async () => {
  const layer = `		LayerElementColor: 0 {
			Version: 101
			MappingInformationType: "ByPolygonVertex"
			ReferenceInformationType: "IndexToDirect"
			Colors: *4 {
				a: 1,1,1,1
			}
		}
		GeometryVersion: 124`;
  const { root, notes } = await read(
    new TextEncoder().encode(animated.replace('\t\tGeometryVersion: 124', () => layer)),
  );
  let meshes = 0;
  root.traverse((object) => (meshes += (object as Mesh).isMesh ? 1 : 0));
  expect(meshes).toBe(1);
  expect(notes?.map(({ values }) => values)).toEqual([[['LayerElementColor']]]);
});

it('textures of newer materials are found by names that three knows, in text and binary', () => {
  const name = '3dsMax|main|base_color_map';
  const text = new TextEncoder().encode(`\tC: "OP",1,2, "${name}"\n`);
  nameTextures(text);
  expect(new TextDecoder().decode(text)).toBe(`\tC: "OP",1,2, ${' '.repeat(14)}"DiffuseColor"\n`);
  const binary = new TextEncoder().encode(`S${String.fromCharCode(name.length)}\0\0\0${name}S`);
  nameTextures(binary);
  expect(new TextDecoder().decode(binary)).toBe(`S\x1a\0\0\0DiffuseColor${'\0'.repeat(14)}S`);
  const other = new TextEncoder().encode(`${name} and ${name}`);
  nameTextures(other);
  expect(new TextDecoder().decode(other)).toBe(`${name} and ${name}`);
});
