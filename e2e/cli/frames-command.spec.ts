// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@playwright/test';
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { command } from '../fixtures/command';

interface Frame {
  index: number;
  pts: number;
  time: number;
  keyframe: boolean;
  width: number;
  height: number;
  sha256: string;
  file?: string;
}
interface Report {
  source: string;
  plan: object;
  notes: string[];
  frames: Frame[];
}

const ffmpeg = process.env['FFMPEG_BIN'] ?? 'ffmpeg';
const [WIDTH, HEIGHT, COUNT] = [160, 90, 150];
let folder: string;
/**
 * Three scenes, frames in groups of three with gaps between, B-frames, a keyframe every 25 frames or at a cut, a clock
 * that starts at 7.5 s.
 */
let clip: string;
/** The reference: all frames, from one plain decoding by ffmpeg. */
let truth: { sha256: string; pts: number; key: boolean }[];

test.beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'frames-command-'));
  clip = join(folder, 'three scenes.mkv');
  const scenes = [
    `testsrc2=size=${WIDTH}x${HEIGHT}:rate=25:duration=1.6`,
    `mandelbrot=size=${WIDTH}x${HEIGHT}:rate=25,trim=end_frame=50`,
    `smptebars=size=${WIDTH}x${HEIGHT}:rate=25:duration=2.4`,
  ];
  const joined = `[0][1][2]concat=n=3,format=yuv420p,setpts='(N+floor(N/3)*2)/25/TB'`;
  const coded = [
    '-fps_mode',
    'passthrough',
    '-c:v',
    'libx264',
    '-preset',
    'veryfast',
    '-g',
    '25',
    '-bf',
    '3',
    '-output_ts_offset',
    '7.5',
  ];
  execFileSync(ffmpeg, [
    '-v',
    'error',
    '-y',
    ...scenes.flatMap((scene) => ['-f', 'lavfi', '-i', scene]),
    '-filter_complex',
    joined,
    ...coded,
    clip,
  ]);
  truth = decoded(clip);
  expect(truth).toHaveLength(COUNT);
});
test.afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Every frame of a file, optionally through filters. */
function decoded(file: string, ...filters: string[]): typeof truth {
  const args = [
    '-copyts',
    '-i',
    file,
    '-vf',
    ['showinfo=checksum=0', ...filters].join(','),
    '-fps_mode',
    'passthrough',
    '-pix_fmt',
    'rgb24',
    '-f',
    'rawvideo',
    '-',
  ];
  const { stdout, stderr } = spawnSync(ffmpeg, args, { maxBuffer: 1 << 28 });
  const shown = [...stderr.toString().matchAll(/Parsed_showinfo.* pts_time:([\d.]+) .* iskey:(\d)/g)];
  const size = stdout.length / shown.length;
  return shown.map(([, pts, key], i) => ({
    pts: Number(pts),
    key: key === '1',
    sha256: createHash('sha256')
      .update(stdout.subarray(i * size, (i + 1) * size))
      .digest('hex'),
  }));
}

function frames(file: string, ...args: string[]): Report {
  const { code, out, err } = command('frames', file, '--json', ...args);
  expect([code, err], args.join(' ')).toEqual([0, '']);
  return JSON.parse(out) as Report;
}

/** `numpy.linspace(0, n - 1, count)` over the given places. */
const evenly = (places: readonly number[], count: number): number[] =>
  Array.from(
    { length: count },
    (_, i) => places[i === count - 1 ? places.length - 1 : Math.floor((i * (places.length - 1)) / (count - 1))]!,
  );
const all = Array.from({ length: COUNT }, (_, i) => i);
const onScreen = (seconds: number): number => truth.findLastIndex(({ pts }) => pts - truth[0]!.pts <= seconds + 1e-6);
const inside = (from: number, to: number): number[] => all.filter((i) => i >= onScreen(from) && i <= onScreen(to));

test('every way to choose frames gives exactly the frames of a plain decoding', () => {
  const keys = all.filter((i) => truth[i]!.key);
  // The cuts that ffmpeg's scene filter finds.
  const cuts = [
    ...spawnSync(ffmpeg, [
      '-copyts',
      '-i',
      clip,
      '-vf',
      "select='gt(scene,0.3)',showinfo=checksum=0",
      '-f',
      'null',
      '-',
    ])
      .stderr.toString()
      .matchAll(/Parsed_showinfo.* pts_time:([\d.]+)/g),
  ];
  expect(cuts.map(([, time]) => onScreen(Number(time) - truth[0]!.pts))).toEqual([40, 90]);
  const rate = (COUNT - 1) / (truth.at(-1)!.pts - truth[0]!.pts);
  const every = (places: readonly number[], step: number): number[] => places.filter((_, k) => k % step === 0);
  const parts = [...inside(1, 2.2), ...inside(6, 7.5)];
  const cases: [places: number[], ...args: string[]][] = [
    [evenly(all, 16)],
    [evenly(all, 7), '--count', '7', '--strategy', 'uniform'],
    [every(all, Math.round(rate / 2)), '--strategy', 'rate=2'],
    [evenly(all, 9), '--strategy', 'rate=500', '--count', '9'],
    [keys, '--strategy', 'keyframes'],
    [[0, 40, 90], '--strategy', 'scene', '--count', '3'],
    [[onScreen(1), 40, 90], '--strategy', 'scene', '--count', '3', '--range', '1-8'],
    [[0, 1, onScreen(3.21), COUNT - 1].sort((a, b) => a - b), '--strategy', 'at=0.05,0.01,3.21,9.9'],
    [evenly(inside(1, 2.2), 5), '--range', '1-2.2', '--count', '5'],
    [evenly(parts, 8), '--range', '6-7', '--range', '1-2.2', '--range', '6.5-7.5', '--count', '8'],
    [
      [...every(inside(1, 2.2), Math.round(rate)), ...every(inside(6, 7.5), Math.round(rate))],
      '--range',
      '1-2.2',
      '--range',
      '6-7.5',
      '--strategy',
      'rate=1',
    ],
    [keys.filter((i) => parts.includes(i)), '--range', '1-2.2', '--range', '6-7.5', '--strategy', 'keyframes'],
    [
      [0, 25, 50, 62, 75, 87, 100, 112, 125, 149],
      '--strategy',
      `at=${[0, 25, 50, 75, 100, 125, 149].map((i) => (truth[i]!.pts - truth[0]!.pts).toFixed(3)).join(',')}`,
      '--denser',
      `${(truth[50]!.pts - 7.5).toFixed(3)}-${(truth[124]!.pts - 7.5).toFixed(3)}`,
    ],
  ];
  for (const [places, ...args] of cases) {
    const report = frames(clip, ...args);
    expect(
      report.frames.map(({ index }) => index),
      args.join(' '),
    ).toEqual(places);
    expect([report.source, report.notes]).toEqual([resolve(clip), []]);
    for (const { index, pts, time, keyframe, width, height, sha256 } of report.frames) {
      const { key, ...frame } = truth[index]!;
      expect({ sha256, keyframe, width, height }).toEqual({
        sha256: frame.sha256,
        keyframe: key,
        width: WIDTH,
        height: HEIGHT,
      });
      expect(pts).toBeCloseTo(frame.pts, 4);
      expect(time).toBeCloseTo(frame.pts - truth[0]!.pts, 4);
    }
  }
});

test('one line a frame, files without loss, and what is not as it seems is said', () => {
  const out = join(folder, 'new', 'pictures');
  const { frames: written } = frames(clip, '--count', '3', '--out', out);
  expect(readdirSync(out).sort()).toEqual(['frame-001-0.png', 'frame-002-74.png', 'frame-003-149.png']);
  for (const { file, sha256 } of written) expect(decoded(file!).map((picture) => picture.sha256)).toEqual([sha256]);
  const lines = command('frames', clip, '--count', '3').out.trim().split('\n');
  expect(lines).toEqual(written.map(({ pts, sha256 }) => `${pts.toFixed(6)} s\t${WIDTH}x${HEIGHT}\t${sha256}`));

  const still = frames(clip, '--strategy', 'scene', '--count', '4', '--range', '9-10');
  expect([still.frames.map(({ index }) => index), still.notes]).toEqual([
    evenly(inside(9, 10), 4),
    [expect.stringContaining('No change of scene')],
  ]);

  const past = frames(clip, '--count', '2', '--range', '9-20', '--range', '100-200');
  expect([past.frames.map(({ index }) => index), past.notes]).toEqual([
    [onScreen(9), COUNT - 1],
    [expect.stringContaining('The video ends at 9.92 s')],
  ]);
  expect(frames(clip, '--strategy', 'at=1,99').frames.map(({ index }) => index)).toEqual([onScreen(1)]);
  const nothing = command('frames', clip, '--range', '100-200');
  expect([nothing.code, nothing.out]).toEqual([2, '']);
  expect(nothing.err).toContain('everything that was asked for lies after that');

  const bright = join(folder, 'bright.mp4');
  const tags = ['-color_primaries', 'bt2020', '-color_trc', 'smpte2084', '-colorspace', 'bt2020nc'];
  execFileSync(ffmpeg, [
    '-v',
    'error',
    '-y',
    '-i',
    clip,
    '-frames:v',
    '12',
    '-vf',
    'setparams=color_primaries=bt2020:color_trc=smpte2084:colorspace=bt2020nc',
    ...tags,
    '-c:v',
    'libx264',
    '-pix_fmt',
    'yuv420p10le',
    bright,
  ]);
  const mapped = frames(bright, '--count', '3');
  expect(mapped.notes).toEqual([expect.stringMatching(/PQ .*(tone-mapped|cannot tone-map)/)]);
  const filters = spawnSync(ffmpeg, ['-v', 'error', '-filters']).stdout.toString();
  const curve =
    'zscale=tin=smpte2084:pin=bt2020:min=bt2020nc:t=linear:npl=100,format=gbrpf32le,zscale=p=bt709,tonemap=hable:desat=0,zscale=t=bt709:r=full,format=gbrp';
  const shown = decoded(bright, ...(/ zscale /.test(filters) ? [curve] : []));
  expect(mapped.frames.map(({ sha256 }) => sha256)).toEqual([0, 5, 11].map((i) => shown[i]!.sha256));
});

test('what makes no sense is refused before anything is read or written', () => {
  const cases: [RegExp, ...string[]][] = [
    [/--strategy takes uniform, rate=R, keyframes, scene or at=T1,T2/, '--strategy', 'random'],
    [/--strategy takes/, '--strategy', 'rate=0'],
    [/--strategy at= takes times/, '--strategy', 'at=1,later'],
    [/--range does not go with/, '--strategy', 'at=1', '--range', '1-2'],
    [/--range takes START-END/, '--range', '5'],
    [/--denser takes/, '--denser', '1-2:1.5'],
    [/--count takes a whole number from 1 to 512/, '--count', '513'],
    [/Too many arguments/, clip],
  ];
  const out = join(folder, 'never');
  for (const [words, ...args] of cases) {
    const { code, out: said, err } = command('frames', clip, '--out', out, ...args);
    expect([code, said], args.join(' ')).toEqual([2, '']);
    expect(err).toMatch(words);
  }
  expect(existsSync(out)).toBe(false);
});
