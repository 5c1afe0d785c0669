// SPDX-License-Identifier: Apache-2.0
/** Makes archives, and compressed trees of nodes. */

import { crc32, deflateRawSync, deflateSync } from 'node:zlib';
import { u32 } from './scene-files';

/** A zip of files, each compressed here or stored if it is already compressed. */
export function zip(files: Record<string, Uint8Array>): Uint8Array {
  const parts: Buffer[] = [];
  const central: Buffer[] = [];
  let at = 0;
  for (const [name, content] of Object.entries(files)) {
    const packed = deflateRawSync(content);
    const facts = Buffer.concat([
      Buffer.from(Uint16Array.of(20, 0, 8, 0, 0).buffer),
      u32(crc32(content), packed.length, content.length),
      Buffer.from(Uint16Array.of(name.length, 0).buffer),
    ]);
    parts.push(u32(0x04034b50), facts, Buffer.from(name), packed);
    central.push(
      u32(0x02014b50),
      Buffer.from(Uint16Array.of(20).buffer),
      facts,
      Buffer.alloc(10),
      u32(at),
      Buffer.from(name),
    );
    at += 30 + name.length + packed.length;
  }
  const size = central.reduce((sum, part) => sum + part.length, 0);
  const count = Object.keys(files).length;
  return Buffer.concat([
    ...parts,
    ...central,
    u32(0x06054b50),
    Buffer.from(Uint16Array.of(0, 0, count, count).buffer),
    u32(size, at),
    Buffer.alloc(2),
  ]);
}

export interface FbxNode {
  name: string;
  properties?: Buffer[];
  children?: FbxNode[];
}

/** Binary FBX, version 7.4. */
export function fbx(nodes: FbxNode[]): Uint8Array {
  const head = Buffer.concat([Buffer.from('Kaydara FBX Binary  \0\x1a\0', 'latin1'), u32(7400)]);
  const write = ({ name, properties = [], children = [] }: FbxNode, from: number): Buffer => {
    const values = Buffer.concat(properties);
    let at = from + 13 + name.length + values.length;
    const inside = children.map((child) => {
      const bytes = write(child, at);
      at += bytes.length;
      return bytes;
    });
    if (children.length > 0) inside.push(Buffer.alloc(13));
    const size = 13 + name.length + values.length + inside.reduce((sum, { length }) => sum + length, 0);
    return Buffer.concat([
      u32(from + size, properties.length, values.length),
      Buffer.from([name.length]),
      Buffer.from(name),
      values,
      ...inside,
    ]);
  };
  const parts: Buffer[] = [head];
  let at = head.length;
  for (const node of nodes) {
    parts.push(write(node, at));
    at += parts.at(-1)!.length;
  }
  return Buffer.concat([...parts, Buffer.alloc(13)]);
}

export const fbxArray = (kind: 'd' | 'i', count: number, packed: Uint8Array): Buffer =>
  Buffer.concat([Buffer.from(kind), u32(count, 1, packed.length), packed]);
export const fbxMesh = (vertices: Buffer): FbxNode => ({
  name: 'Objects',
  children: [
    {
      name: 'Geometry',
      properties: [Buffer.concat([Buffer.from('L'), u32(1, 0)])],
      children: [{ name: 'Vertices', properties: [vertices] }],
    },
  ],
});

/** Deflated zeros: a thousandth of the original size. */
export const zeros = (bytes: number): Uint8Array => deflateSync(Buffer.alloc(bytes));
