// SPDX-License-Identifier: Apache-2.0
import transcoder from 'three/addons/libs/basis/basis_transcoder.js?raw';

/**
 * Basis's transcoder creates functions from text, which our pages' content security policy forbids. It runs only here:
 * a worker whose own policy (src/main/security.ts) allows that, but no access to files or the network.
 */

interface Ktx2File {
  isValid(): boolean;
  isUASTC(): boolean;
  isETC1S(): boolean;
  getLevels(): number;
  getFaces(): number;
  startTranscoding(): boolean;
  getImageLevelInfo(mip: number, layer: number, face: number): { origWidth: number; origHeight: number };
  getImageTranscodedSizeInBytes(mip: number, layer: number, face: number, format: number): number;
  transcodeImage(
    into: Uint8Array,
    mip: number,
    layer: number,
    face: number,
    format: number,
    flags: number,
    channel0: number,
    channel1: number,
  ): boolean;
  close(): void;
  delete(): void;
}

interface Basis {
  initializeBasis(): void;
  KTX2File: new (bytes: Uint8Array) => Ktx2File;
}

/** Eight bits each for red, green, blue and alpha, so that every graphics card shows the same pixels. */
const RGBA32 = 13;

export type ToBasis = { wasm: ArrayBuffer } | { id: number; file: ArrayBuffer };
export type FromBasis =
  { id: number; width: number; height: number; rgba: ArrayBuffer } | { id: number; error: string };

let basis: Promise<Basis> | null = null;

function start(wasmBinary: ArrayBuffer): Promise<Basis> {
  const evaluate = Function as unknown as (script: string) => () => (module: object) => Promise<Basis>;
  return evaluate(`${transcoder}; return BASIS;`)()({ wasmBinary }).then((module) => {
    module.initializeBasis();
    return module;
  });
}

function transcode({ KTX2File }: Basis, bytes: ArrayBuffer): { width: number; height: number; rgba: ArrayBuffer } {
  const file = new KTX2File(new Uint8Array(bytes));
  try {
    if (!file.isValid() || !(file.isUASTC() || file.isETC1S()) || file.getFaces() !== 1 || file.getLevels() < 1)
      throw new Error('not a Basis picture');
    if (!file.startTranscoding()) throw new Error('damaged');
    const { origWidth: width, origHeight: height } = file.getImageLevelInfo(0, 0, 0);
    const rgba = new Uint8Array(file.getImageTranscodedSizeInBytes(0, 0, 0, RGBA32));
    if (rgba.length !== width * height * 4) throw new Error('of another size than it says');
    if (!file.transcodeImage(rgba, 0, 0, 0, RGBA32, 0, -1, -1)) throw new Error('damaged');
    return { width, height, rgba: rgba.buffer };
  } finally {
    file.close();
    file.delete();
  }
}

self.onmessage = async ({ data }: MessageEvent<ToBasis>) => {
  if ('wasm' in data) {
    basis = start(data.wasm);
    basis.catch(() => undefined); // reported to every request for a picture
    return;
  }
  const { id } = data;
  try {
    if (!basis) throw new Error('not started');
    const picture = transcode(await basis, data.file);
    self.postMessage({ id, ...picture } satisfies FromBasis, { transfer: [picture.rgba] });
  } catch (thrown) {
    self.postMessage({ id, error: String(thrown) } satisfies FromBasis);
  }
};
