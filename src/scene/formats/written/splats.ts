// SPDX-License-Identifier: Apache-2.0
import { gzipSync } from 'fflate';
import { binary, bytesOf, POINTS, withHead, type Vec3 } from './table';

/** Size of a splat: about the distance between the points. */
const SPREAD = 0.035;
const flipped = ([x, y, z]: Vec3): Vec3 => [x, -y, -z]; // y down, as in trained splats
const C0 = 0.28209479177387814;

/** The properties of each splat in a splat PLY, all floats. */
export const SPLAT_PROPERTIES = [
  ...['x', 'y', 'z', 'f_dc_0', 'f_dc_1', 'f_dc_2'],
  ...['opacity', 'scale_0', 'scale_1', 'scale_2', 'rot_0', 'rot_1', 'rot_2', 'rot_3'],
];

/** A splat PLY as training programs write it. `band` adds a first band that makes what is seen from +x red. */
export const splatPly = (band = false): Uint8Array<ArrayBuffer> => {
  const rest = band ? Array.from({ length: 9 }, (_, k) => `f_rest_${k}`) : [];
  const names = [...SPLAT_PROPERTIES.slice(0, 6), ...rest, ...SPLAT_PROPERTIES.slice(6)];
  const head = `ply\nformat binary_little_endian 1.0\nelement vertex ${POINTS.length}\n${names.map((name) => `property float ${name}\n`).join('')}end_header\n`;
  return withHead(
    head,
    binary(4 * names.length * POINTS.length, (view) =>
      POINTS.forEach(({ at, colour }, k) => {
        const scale = Math.log(SPREAD);
        // The coefficients of one colour follow those of another: the third of red belongs to -x.
        const sides = band ? [0, 0, -0.9, 0, 0, 0, 0, 0, 0] : [];
        [...flipped(at), ...colour.map((c) => (c - 0.5) / C0), ...sides, 6, scale, scale, scale, 1, 0, 0, 0].forEach(
          (n, c) => view.setFloat32(4 * (names.length * k + c), n, true),
        );
      }),
    ),
  );
};

export const splat = (): Uint8Array<ArrayBuffer> =>
  binary(32 * POINTS.length, (view) =>
    POINTS.forEach(({ at, colour }, k) => {
      [...flipped(at), SPREAD, SPREAD, SPREAD].forEach((n, c) => view.setFloat32(32 * k + 4 * c, n, true));
      [...bytesOf(colour), 255, 255, 128, 128, 128].forEach((n, c) => view.setUint8(32 * k + 24 + c, n));
    }),
  );

/** Version 0.1, not compressed: a header, one section's header, 44 bytes a splat. */
export const ksplat = (): Uint8Array<ArrayBuffer> =>
  binary(4096 + 1024 + 44 * POINTS.length, (view) => {
    const count = POINTS.length;
    view.setUint8(1, 1);
    [1, 1, count, count].forEach((n, k) => view.setUint32(4 + 4 * k, n, true));
    view.setUint32(4096, count, true);
    view.setUint32(4096 + 4, count, true);
    POINTS.forEach(({ at, colour }, k) => {
      const from = 4096 + 1024 + 44 * k;
      [...flipped(at), SPREAD, SPREAD, SPREAD, 1, 0, 0, 0].forEach((n, c) => view.setFloat32(from + 4 * c, n, true));
      [...bytesOf(colour), 255].forEach((n, c) => view.setUint8(from + 40 + c, n));
    });
  });

/** Version 2, y up, 12 fractional bits. */
export const spz = (): Uint8Array<ArrayBuffer> => {
  const count = POINTS.length;
  const raw = binary(16 + count * 19, (view) => {
    view.setUint32(0, 0x5053474e, true);
    view.setUint32(4, 2, true);
    view.setUint32(8, count, true);
    view.setUint8(13, 12);
    POINTS.forEach(({ at, colour }, k) => {
      at.forEach((n, axis) => {
        const fixed = Math.round(n * 4096) & 0xffffff;
        for (let b = 0; b < 3; b++) view.setUint8(16 + 9 * k + 3 * axis + b, (fixed >> (8 * b)) & 255);
      });
      view.setUint8(16 + 9 * count + k, 255);
      colour.forEach((c, channel) =>
        view.setUint8(
          16 + 10 * count + 3 * k + channel,
          Math.max(0, Math.min(255, Math.round(255 * (((c - 0.5) / C0) * 0.15 + 0.5)))),
        ),
      );
      for (let c = 0; c < 3; c++) view.setUint8(16 + 13 * count + 3 * k + c, Math.round(16 * (Math.log(SPREAD) + 10)));
      for (let c = 0; c < 3; c++) view.setUint8(16 + 16 * count + 3 * k + c, 128);
    });
  });
  return new Uint8Array(gzipSync(raw));
};
