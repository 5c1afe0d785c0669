// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';

/**
 * The parts of a glTF document that say what it costs and needs, read before a loader sees it. Deliberately loose: the
 * rest is checked by the validator.
 */
const index = z.number().int().nonnegative();
const bytes = z.number().int().nonnegative();
const list = <T extends z.ZodType>(of: T) => z.array(of).default([]);
const extensions = z.record(z.string(), z.unknown()).optional();

const Meshopt = z.object({ count: bytes, byteStride: bytes });

export const Gltf = z.object({
  asset: z.object({ version: z.string() }),
  scene: index.optional(),
  scenes: list(z.object({ nodes: list(index) })),
  nodes: list(z.object({ mesh: index.optional(), skin: index.optional(), children: list(index), extensions })),
  skins: list(z.object({ joints: list(index) })),
  meshes: list(
    z.object({
      primitives: list(
        z.object({
          attributes: z.record(z.string(), index),
          indices: index.optional(),
          mode: z.number().default(4),
          targets: list(z.record(z.string(), index)),
          extensions,
        }),
      ),
    }),
  ),
  accessors: list(
    z.object({ count: bytes, componentType: z.number(), type: z.string(), bufferView: index.optional() }),
  ),
  bufferViews: list(
    z.object({
      buffer: index,
      byteOffset: bytes.default(0),
      byteLength: bytes,
      extensions: z
        .looseObject({ EXT_meshopt_compression: Meshopt.optional(), KHR_meshopt_compression: Meshopt.optional() })
        .optional(),
    }),
  ),
  buffers: list(z.object({ uri: z.string().optional(), byteLength: bytes })),
  textures: list(z.object({ source: index.optional(), sampler: index.optional(), extensions })),
  images: list(z.object({ uri: z.string().optional(), bufferView: index.optional() })),
  extensionsUsed: list(z.string()),
  extensionsRequired: list(z.string()),
});
export type Gltf = z.infer<typeof Gltf>;
