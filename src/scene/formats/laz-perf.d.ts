// SPDX-License-Identifier: Apache-2.0
/** The parts of laz-perf that we use. Its own types refer to Emscripten's, which it does not include. */
declare module 'laz-perf/lib/worker' {
  export interface LasZip {
    open(file: number, bytes: number): void;
    getPoint(into: number): void;
    getPointLength(): number;
    getPointFormat(): number;
    delete(): void;
  }
  export interface LazPerf {
    LASZip: new () => LasZip;
    HEAPU8: Uint8Array<ArrayBuffer>;
    _malloc(bytes: number): number;
  }
  export function createLazPerf(options: { locateFile: () => string }): Promise<LazPerf>;
}
