// SPDX-License-Identifier: Apache-2.0
import wasmUrl from 'three/addons/libs/basis/basis_transcoder.wasm?url';
import type { FromBasis, ToBasis } from './basis.worker';

const MARK = [0xab, 0x4b, 0x54, 0x58, 0x20, 0x32, 0x30, 0xbb, 0x0d, 0x0a, 0x1a, 0x0a];

export const isKtx2 = (bytes: Uint8Array): boolean => MARK.every((byte, k) => bytes[k] === byte);

/** Decodes Basis pictures in KTX2 files, in a worker that starts with the first of them. */
export class Ktx2Reader {
  private worker: Worker | null = null;
  private readonly waiting = new Map<
    number,
    {
      options: ImageBitmapOptions;
      resolve: (picture: ImageBitmap | Promise<ImageBitmap>) => void;
      reject: (error: Error) => void;
    }
  >();
  private asked = 0;

  /** Decodes the picture at full size, without mipmaps. Rejects if it is damaged, or not a Basis picture. */
  async read(bytes: Uint8Array, options: ImageBitmapOptions): Promise<ImageBitmap> {
    this.worker ??= await this.start();
    const id = this.asked++;
    const file = bytes.slice().buffer;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { options, resolve, reject });
      this.worker?.postMessage({ id, file } satisfies ToBasis, [file]);
    });
  }

  dispose(): void {
    this.worker?.terminate();
    this.worker = null;
    this.fail('given up');
  }

  private starting: Promise<Worker> | null = null;

  private start(): Promise<Worker> {
    this.starting ??= (async () => {
      const wasm = await (await fetch(wasmUrl)).arrayBuffer();
      const worker = new Worker(new URL('./basis.worker.ts', import.meta.url), { type: 'module' });
      worker.onmessage = ({ data }: MessageEvent<FromBasis>) => this.receive(data);
      worker.onerror = (event) => this.fail(event.message);
      worker.postMessage({ wasm } satisfies ToBasis, [wasm]);
      return worker;
    })();
    return this.starting;
  }

  private receive(data: FromBasis): void {
    const waiting = this.waiting.get(data.id);
    this.waiting.delete(data.id);
    if ('error' in data) return waiting?.reject(new Error(data.error));
    const pixels = new ImageData(new Uint8ClampedArray(data.rgba), data.width, data.height);
    waiting?.resolve(createImageBitmap(pixels, waiting.options));
  }

  private fail(why: string): void {
    for (const { reject } of this.waiting.values()) reject(new Error(why));
    this.waiting.clear();
  }
}
