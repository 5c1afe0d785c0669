import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { samples } from './window';

interface Gltf {
  scenes: { nodes: number[] }[];
  nodes: { name: string; translation: [number, number, number] }[];
}

/** The sample scene with one of its things taken away, and where that thing's middle was. */
export function sampleWithout(name: string): { glb: Uint8Array; middle: [number, number, number] } {
  const glb = new Uint8Array(readFileSync(join(samples, 'scene.glb')));
  const length = new DataView(glb.buffer).getUint32(12, true);
  const json = JSON.parse(new TextDecoder().decode(glb.subarray(20, 20 + length))) as Gltf;
  const at = json.nodes.findIndex((node) => node.name === name);
  json.scenes[0]!.nodes = json.scenes[0]!.nodes.filter((node) => node !== at);
  // The list only gets shorter: what is left of the chunk is spaces, as glTF has it.
  glb.set(new TextEncoder().encode(JSON.stringify(json).padEnd(length)), 20);
  return { glb, middle: json.nodes[at]!.translation };
}
