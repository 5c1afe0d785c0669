// SPDX-License-Identifier: Apache-2.0
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** A small generated scene that needs gigabytes, takes minutes or causes a crash. `make` returns what to open. */
export interface HostileScene {
  name: string;
  make: (folder: string) => string;
}

export const file = (name: string, content: () => string | Uint8Array): HostileScene => ({
  name,
  make: (folder) => put(folder, name, content()),
});

function put(folder: string, name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  return path;
}

/** A folder of files that is opened as one scene; returns the folder. */
export const folderOf = (name: string, files: () => Record<string, string | Uint8Array>): HostileScene => ({
  name,
  make: (folder) => {
    for (const [part, content] of Object.entries(files())) put(join(folder, name), part, content);
    return join(folder, name);
  },
});

export const u32 = (...values: number[]) => Buffer.from(Uint32Array.from(values).buffer);
export const f32 = (...values: number[]): Buffer => Buffer.from(Float32Array.from(values).buffer);
export const f64 = (...values: number[]): Buffer => Buffer.from(Float64Array.from(values).buffer);
export const TRIANGLE = f32(0, 0, 0, 1, 0, 0, 0, 1, 0);
export const times = <T>(count: number, make: (k: number) => T): T[] =>
  Array.from({ length: count }, (_, k) => make(k));
