// SPDX-License-Identifier: Apache-2.0
import { binary, bytesOf, POINTS, withHead, zUp } from './table';

export const plyPoints = (): Uint8Array<ArrayBuffer> => {
  const head = `ply\nformat binary_little_endian 1.0\nelement vertex ${POINTS.length}\nproperty float x\nproperty float y\nproperty float z\nproperty uchar red\nproperty uchar green\nproperty uchar blue\nend_header\n`;
  return withHead(
    head,
    binary(15 * POINTS.length, (view) =>
      POINTS.forEach(({ at, colour }, k) => {
        at.forEach((n, axis) => view.setFloat32(15 * k + 4 * axis, n, true));
        bytesOf(colour).forEach((n, c) => view.setUint8(15 * k + 12 + c, n));
      }),
    ),
  );
};

export const pcd = (): Uint8Array<ArrayBuffer> => {
  const head = `# .PCD v0.7\nVERSION 0.7\nFIELDS x y z rgb\nSIZE 4 4 4 4\nTYPE F F F F\nCOUNT 1 1 1 1\nWIDTH ${POINTS.length}\nHEIGHT 1\nVIEWPOINT 0 0 0 1 0 0 0\nPOINTS ${POINTS.length}\nDATA binary\n`;
  return withHead(
    head,
    binary(16 * POINTS.length, (view) =>
      POINTS.forEach(({ at, colour }, k) => {
        zUp(at).forEach((n, axis) => view.setFloat32(16 * k + 4 * axis, n, true));
        const [r, g, b] = bytesOf(colour);
        view.setUint32(16 * k + 12, (r << 16) | (g << 8) | b, true);
      }),
    ),
  );
};

/** Coordinates far from the origin, like those of a map. */
export const xyz = (): string =>
  `//X Y Z R G B\n${POINTS.map(({ at, colour }) => [...zUp(at).map((n, axis) => (n + [451_000, 5_412_000, 112][axis]!).toFixed(3)), ...bytesOf(colour)].join(' ')).join('\n')}\n`;

/** LAS 1.2, point format 2. */
export const las = (): Uint8Array<ArrayBuffer> =>
  binary(227 + 26 * POINTS.length, (view) => {
    [...'LASF'].forEach((c, k) => view.setUint8(k, c.charCodeAt(0)));
    view.setUint8(24, 1);
    view.setUint8(25, 2);
    view.setUint16(94, 227, true);
    view.setUint32(96, 227, true);
    view.setUint8(104, 2);
    view.setUint16(105, 26, true);
    view.setUint32(107, POINTS.length, true);
    [0.001, 0.001, 0.001, 451_000, 5_412_000, 112].forEach((n, k) => view.setFloat64(131 + 8 * k, n, true));
    POINTS.forEach(({ at, colour }, k) => {
      zUp(at).forEach((n, axis) => view.setInt32(227 + 26 * k + 4 * axis, Math.round(1000 * n), true));
      bytesOf(colour).forEach((n, c) => view.setUint16(227 + 26 * k + 20 + 2 * c, 257 * n, true));
    });
  });
