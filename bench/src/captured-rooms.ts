// SPDX-License-Identifier: Apache-2.0
import { Buffer } from 'node:buffer';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { fromPositionQuaternion } from '../../src/camera';
import { say, ZoetropeError, type Vec3 } from '../../src/contract';

const Point = z.object({ x: z.number(), y: z.number(), z: z.number() });
const Entity = z.object({
  locatable_META: z.object({ position: Point, orientation: Point.extend({ w: z.number() }) }),
  /** Base64 of little-endian float32 corners and uint32 triangles. */
  triangleMesh_META: z.object({ vertices: z.string(), indices: z.string() }).optional(),
});
const Capture = z.object({ spatialEntities: z.array(Entity) });

/** A room captured by a headset, as a scene of triangles. */
export interface CapturedRoom {
  name: string;
  glb: Uint8Array;
}

/** The rooms in an unpacked @iwer/sem (MIT): world-space triangles, y up, metres. */
export async function capturedRooms(folder: string): Promise<CapturedRoom[]> {
  const captures = join(folder, 'captures');
  const names = (await readdir(captures).catch(() => [])).filter((name) => name.endsWith('.json')).sort();
  if (names.length === 0) {
    throw new ZoetropeError(
      'file-missing',
      say`There are no captured rooms in that folder.`,
      say`Unpack them with "npm pack @iwer/sem@2.4.0" and name its "package" folder.`,
    );
  }
  return Promise.all(
    names.map(async (name) => {
      const { spatialEntities } = Capture.parse(JSON.parse(await readFile(join(captures, name), 'utf8')));
      return { name: name.replace('.json', ''), glb: glbOf(spatialEntities.flatMap(trianglesOf)) };
    }),
  );
}

/** Corners of triangles in world space, nine numbers each. */
function trianglesOf({
  locatable_META: { position: p, orientation: q },
  triangleMesh_META: mesh,
}: z.infer<typeof Entity>): number[] {
  if (!mesh) return [];
  const bytes = (text: string): ArrayBuffer => new Uint8Array(Buffer.from(text, 'base64')).buffer;
  const corners = new Float32Array(bytes(mesh.vertices));
  const m = fromPositionQuaternion([p.x, p.y, p.z], [q.x, q.y, q.z, q.w]);
  return [...new Uint32Array(bytes(mesh.indices))].flatMap((at) => {
    const [x, y, z] = [corners[3 * at]!, corners[3 * at + 1]!, corners[3 * at + 2]!];
    return [0, 4, 8].map((row) => m[row]! * x + m[row + 1]! * y + m[row + 2]! * z + m[row + 3]!);
  });
}

/** A minimal binary glTF: one mesh of unconnected triangles. */
function glbOf(corners: number[]): Uint8Array {
  const floats = Float32Array.from(corners);
  const edge = (pick: (a: number, b: number) => number): Vec3 =>
    [0, 1, 2].map((axis) =>
      floats.reduce((best, n, k) => (k % 3 === axis ? pick(best, n) : best), floats[axis] ?? 0),
    ) as Vec3;
  const json = JSON.stringify({
    asset: { version: '2.0' },
    scene: 0,
    scenes: [{ nodes: [0] }],
    nodes: [{ mesh: 0 }],
    meshes: [{ primitives: [{ attributes: { POSITION: 0 }, material: 0 }] }],
    materials: [
      { pbrMetallicRoughness: { baseColorFactor: [0.75, 0.72, 0.68, 1], metallicFactor: 0, roughnessFactor: 0.9 } },
    ],
    accessors: [
      {
        bufferView: 0,
        componentType: 5126,
        count: floats.length / 3,
        type: 'VEC3',
        min: edge(Math.min),
        max: edge(Math.max),
      },
    ],
    bufferViews: [{ buffer: 0, byteLength: floats.byteLength, target: 34962 }],
    buffers: [{ byteLength: floats.byteLength }],
  });
  const head = Buffer.from(json.padEnd(Math.ceil(json.length / 4) * 4));
  const words = (...numbers: number[]): Buffer => Buffer.from(Uint32Array.from(numbers).buffer);
  const body = Buffer.from(floats.buffer);
  return Buffer.concat([
    words(0x46546c67, 2, 28 + head.length + body.length, head.length, 0x4e4f534a),
    head,
    words(body.length, 0x004e4942),
    body,
  ]);
}
