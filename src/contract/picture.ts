// SPDX-License-Identifier: Apache-2.0
/** An RGB picture in memory: `data` is rgb24, row-major, `width * height * 3` bytes, no padding. */
export interface RgbImage {
  width: number;
  height: number;
  data: Uint8Array;
}
