import type { Mesh } from 'three';
import { beforeAll, expect, it } from 'vitest';
import { standInForThePage } from './browser-parts';
import { readScene } from './read';
import { stillFbx } from './still-fbx';

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

/** A triangle, and a curve whose node the loader knows nothing of. */
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
