// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ZoetropeError } from '../../contract';
import {
  fitLens,
  flipConvention,
  lookAtPose,
  readColmapFiles,
  readColmapPoints,
  readNerfstudioFile,
  readScanNetFiles,
  type Lens,
  type PosedPicture,
} from '../index';
import { length, subtract } from '../vector';

const golden = (name: string): Buffer => readFileSync(resolve(import.meta.dirname, 'golden/colmap', name));

const coordinate = fc.double({ min: -100, max: 100, noNaN: true });
const point = fc.tuple(coordinate, coordinate, coordinate);
const pose = fc
  .tuple(point, point)
  .filter(([from, to]) => length(subtract(from, to)) > 0.1)
  .map(([from, to]) => lookAtPose(from, to).cameraToWorld);

function refusal(run: () => unknown): ZoetropeError {
  try {
    run();
  } catch (thrown) {
    if (thrown instanceof ZoetropeError) return thrown;
    throw thrown;
  }
  throw new Error('was not refused');
}

const rows = (matrix: readonly number[]): number[][] => [0, 4, 8, 12].map((at) => matrix.slice(at, at + 4));

describe('a COLMAP model', () => {
  interface Expected {
    file: string;
    position: number[];
    forward: number[];
    up: number[];
    focal: [number, number];
    size: [number, number];
  }
  const expected = JSON.parse(golden('expected.json').toString()) as Expected[];

  it.each([
    ['text', golden('cameras.txt').toString(), golden('images.txt').toString()],
    ['binary', golden('cameras.bin'), golden('images.bin')],
  ])('as %s is where COLMAP says it is', (_, cameras, images) => {
    const read = readColmapFiles({ cameras, images });
    expect(read.map(({ file }) => file)).toEqual(expected.map(({ file }) => file));
    read.forEach(({ cameraToWorld: m, lens }, k) => {
      const { position, forward, up, focal, size } = expected[k]!;
      [position, forward, up].forEach((wanted, which) =>
        wanted.forEach((n, row) => expect([m[4 * row + 3], -m[4 * row + 2]!, m[4 * row + 1]][which]).toBeCloseTo(n, 9)),
      );
      expect([lens?.fx, lens?.fy, lens?.width, lens?.height]).toEqual([...focal, ...size]);
      expect(lens?.distorted).toBe(k !== 1);
    });
  });

  it.each([
    ['text', golden('points3D.txt').toString()],
    ['binary', golden('points3D.bin')],
  ])('has its points as %s', (_, file) => {
    const { positions, colours } = readColmapPoints(file);
    expect([...positions]).toEqual([0, 0.5, 0, 1, 0.5, -1, 2, 0.5, -2]);
    expect([...colours]).toEqual([0, 20, 255, 10, 20, 255, 20, 20, 255]);
  });

  it('that is cut off or bent is refused with our own error', () => {
    const files = ['cameras.bin', 'images.bin', 'points3D.bin'].map((name) => new Uint8Array(golden(name)));
    fc.assert(
      fc.property(fc.nat(400), fc.array(fc.tuple(fc.nat(400), fc.nat(255)), { maxLength: 4 }), (cut, bends) => {
        const [cameras, images, points] = files.map((file) => {
          const bytes = file.slice();
          for (const [at, value] of bends) if (at < bytes.length) bytes[at] = value;
          return bytes.subarray(0, cut);
        }) as [Uint8Array, Uint8Array, Uint8Array];
        for (const run of [() => readColmapFiles({ cameras, images }), () => readColmapPoints(points)]) {
          try {
            run();
          } catch (thrown) {
            expect(thrown).toBeInstanceOf(ZoetropeError);
          }
        }
      }),
      { numRuns: 1000 },
    );
    const liar = new Uint8Array(8).fill(255);
    expect(refusal(() => readColmapPoints(liar)).message).toMatch(/points3D.bin stops short/);
    expect(refusal(() => readColmapFiles({ cameras: 'PINHOLE', images: '' })).code).toBe('poses-unreadable');
    expect(refusal(() => readColmapFiles({ cameras: '', images: '1 1 0 0 0 0 0 0 9 a.jpg\n\n' })).message).toMatch(
      /camera 9/,
    );
  });
});

describe("COLMAP's camera models", () => {
  const images = '1 1 0 0 0 0 0 2 1 a.png\n\n';
  const text = (camera: string): PosedPicture => readColmapFiles({ cameras: `1 ${camera}\n`, images })[0]!;
  const binary = (model: number, values: number[]): PosedPicture => {
    const cameras = new DataView(new ArrayBuffer(32 + 8 * values.length));
    cameras.setBigUint64(0, 1n, true);
    cameras.setUint32(8, 1, true);
    cameras.setUint32(12, model, true);
    cameras.setBigUint64(16, 64n, true);
    cameras.setBigUint64(24, 48n, true);
    values.forEach((n, k) => cameras.setFloat64(32 + 8 * k, n, true));
    return readColmapFiles({ cameras: new Uint8Array(cameras.buffer), images })[0]!;
  };

  it.each([
    [12, 'SIMPLE_DIVISION', [30, 32, 24, -0.1], true],
    [12, 'SIMPLE_DIVISION', [30, 32, 24, 0], false],
    [13, 'DIVISION', [30, 30, 32, 24, -0.1], true],
    [14, 'SIMPLE_FISHEYE', [30, 32, 24], true],
    [15, 'FISHEYE', [30, 30, 32, 24], true],
    [16, 'EUCM', [30, 30, 32, 24, 0.5, 1], true],
  ] as const)('%i, %s', (number, name, values, distorted) => {
    for (const picture of [text(`${name} 64 48 ${values.join(' ')}`), binary(number, [...values])]) {
      expect(picture.lens).toEqual({ fx: 30, fy: 30, cx: 32, cy: 24, width: 64, height: 48, distorted });
    }
  });

  it('17, EQUIRECTANGULAR, has no lens', () => {
    for (const picture of [text('EQUIRECTANGULAR 64 48 64 48'), binary(17, [64, 48])]) {
      expect([picture.panorama, picture.lens, picture.intrinsics]).toEqual([
        true,
        undefined,
        { fovY: 90, width: 24, height: 24 },
      ]);
    }
    const [frame] = readNerfstudioFile(
      JSON.stringify({
        camera_model: 'EQUIRECTANGULAR',
        w: 64,
        h: 32,
        frames: [{ file_path: 'a.png', transform_matrix: rows([1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]) }],
      }),
    );
    expect(frame?.panorama).toBe(true);
  });

  it('points that are nowhere refuse nothing', () => {
    const { positions } = readColmapPoints('1 nan 0 0 255 0 0 0.1\n2 1 2 3 255 0 0 0.1\n');
    expect([...positions.slice(3)]).toEqual([1, 2, 3]);
  });
});

describe('a transforms.json', () => {
  it('in which what is not needed is no number is read all the same', () => {
    const text =
      '{"camera_angle_x": 0.8, "k1": NaN, "aabb_scale": NaN, "fl_x": null, "camera_model": null, "frames": [{"file_path": "a.png", "k2": NaN, "camera_angle_x": NaN, "sharpness": Infinity, "transform_matrix": [[1,0,0,0],[0,1,0,0],[0,0,1,3],[0,0,0,1]]}]}';
    const [frame] = readNerfstudioFile(text);
    expect(frame?.lens).toMatchObject({ distorted: false });
    expect(frame?.intrinsics.fovY).toBeCloseTo((0.8 * 180) / Math.PI);
  });

  it("of Blender's, with nothing but an angle, is fitted to the real pictures", () => {
    fc.assert(
      fc.property(
        pose,
        fc.double({ min: 0.2, max: 2.5, noNaN: true }),
        fc.integer({ min: 16, max: 4000 }),
        fc.integer({ min: 16, max: 4000 }),
        (cameraToWorld, angle, width, height) => {
          const text = JSON.stringify({
            camera_angle_x: angle,
            frames: [{ file_path: './train/r_0', rotation: 0.1, transform_matrix: rows(cameraToWorld) }],
          });
          const [picture] = readNerfstudioFile(text);
          expect(picture?.file).toBe('./train/r_0');
          picture!.cameraToWorld.forEach((n, at) => expect(n).toBeCloseTo(cameraToWorld[at]!, 8));
          const lens = fitLens(picture!.lens!, width, height);
          expect(2 * Math.atan(width / 2 / lens.fx)).toBeCloseTo(angle, 8);
          expect(lens.fy).toBeCloseTo(lens.fx, 8); // square pixels
          expect([lens.width, lens.height]).toEqual([width, height]);
        },
      ),
    );
  });

  it('has lenses at the top or in the frames', () => {
    const frame = { file_path: 'a.jpg', transform_matrix: rows([1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]) };
    const top = {
      fl_x: 100,
      fl_y: 110,
      cx: 50,
      cy: 40,
      w: 100,
      h: 80,
      k1: 0.1,
      frames: [frame, { ...frame, fl_x: 7, fl_y: 40 }],
    };
    const [first, second] = readNerfstudioFile(JSON.stringify(top)) as [PosedPicture, PosedPicture];
    expect(first.lens).toEqual({ fx: 100, fy: 110, cx: 50, cy: 40, width: 100, height: 80, distorted: true });
    expect([second.lens?.fx, second.intrinsics.fovY]).toEqual([7, 90]);
  });

  it.each([
    ['not JSON', '{', /not valid JSON/],
    ['another file', '{"a": 1}', /not a file of camera poses/],
    [
      'no lens',
      JSON.stringify({
        frames: [{ file_path: 'a', transform_matrix: rows([1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]) }],
      }),
      /what lens/,
    ],
    [
      'a flat camera',
      JSON.stringify({
        camera_angle_x: 1,
        frames: [{ file_path: 'a', transform_matrix: rows(Array<number>(16).fill(0)) }],
      }),
      /is not valid/,
    ],
  ])('is refused: %s', (_, text, message) => expect(refusal(() => readNerfstudioFile(text)).message).toMatch(message));
});

describe('a ScanNet scan', () => {
  const intrinsic = '1170 0 640 0\n0 1180 480 0\n0 0 1 0\n0 0 0 1\n';

  it('comes back as it was written', () => {
    fc.assert(
      fc.property(pose, (cameraToWorld) => {
        const text = rows(flipConvention(cameraToWorld))
          .map((row) => row.join(' '))
          .join('\n');
        const [picture] = readScanNetFiles({
          intrinsic,
          width: 1296,
          height: 968,
          poses: [{ file: 'color/0.jpg', pose: text }],
        });
        picture!.cameraToWorld.forEach((n, at) => expect(n).toBeCloseTo(cameraToWorld[at]!, 8));
        expect(picture!.lens).toMatchObject({
          fx: 1170,
          fy: 1180,
          cx: 640,
          cy: 480,
          width: 1296,
        } satisfies Partial<Lens>);
      }),
    );
  });

  it('leaves out pictures whose place was lost, and refuses what is no matrix', () => {
    const lost = Array<string>(16).fill('-inf').join(' ');
    expect(readScanNetFiles({ intrinsic, width: 10, height: 10, poses: [{ file: 'a', pose: lost }] })).toEqual([]);
    expect(
      refusal(() => readScanNetFiles({ intrinsic, width: 10, height: 10, poses: [{ file: 'a', pose: '1 2' }] }))
        .message,
    ).toMatch(/not a matrix/);
    expect(refusal(() => readScanNetFiles({ intrinsic: '', width: 10, height: 10, poses: [] })).message).toMatch(
      /matrix of a lens/,
    );
  });
});

describe('numbers that are none', () => {
  const camera = '1 PINHOLE 64 48 30 30 32 24\n';
  const frame = (matrix: string, more = ''): string =>
    `{"camera_angle_x":0.8,${more}"frames":[{"file_path":"a","transform_matrix":${matrix}}]}`;
  const upright = '[[1,0,0,0],[0,1,0,0],[0,0,1,3],[0,0,0,1]]';

  it.each(['1e300', '-1e13', '1e309'])('refuse a camera that is %s away', (far) => {
    expect(refusal(() => readColmapFiles({ cameras: camera, images: `1 1 0 0 0 ${far} 0 2 1 a.png\n\n` })).code).toBe(
      'poses-unreadable',
    );
    expect(refusal(() => readNerfstudioFile(frame(upright.replace('3', far)))).code).toBe('poses-unreadable');
  });

  it('refuse a camera at infinity in binary files, and a lens that sees all or nothing', () => {
    const images = Buffer.concat([
      Buffer.from(Uint32Array.of(1, 0, 1).buffer),
      Buffer.from(Float64Array.of(1, 0, 0, 0, Infinity, NaN, 2).buffer),
      Buffer.from(Uint32Array.of(1).buffer),
      Buffer.from('a\0'),
      Buffer.alloc(8),
    ]);
    expect(refusal(() => readColmapFiles({ cameras: camera, images })).message).toMatch(/is not valid/);
    for (const focal of ['1e-300', '1e300', '0.01', '1e7'])
      expect(
        refusal(() => readColmapFiles({ cameras: camera.replaceAll(' 30', ` ${focal}`), images: '' })).message,
      ).toMatch(/is not valid/);
  });

  it('of which nothing is made stand in no way, as Python writes them', () => {
    expect(
      readNerfstudioFile(frame(upright, '"aabb_scale":NaN,"far":-Infinity,"name":"NaN \\" Infinity",')),
    ).toHaveLength(1);
    expect(refusal(() => readNerfstudioFile(frame(upright.replace('3', 'NaN')))).message).toMatch(
      /not a file of camera poses/,
    );
  });
});

describe('fitLens', () => {
  it('scales with the picture', () => {
    const lens: Lens = { fx: 100, fy: 120, cx: 48, cy: 41, width: 100, height: 80, distorted: false };
    expect(fitLens(lens, 50, 40)).toEqual({
      fx: 50,
      fy: 60,
      cx: 24,
      cy: 20.5,
      width: 50,
      height: 40,
      distorted: false,
    });
    expect(fitLens(lens, 100, 100)).toMatchObject({ fx: 100, fy: 120, cx: 50, cy: 50 });
  });
});
