// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { complaints } from './complaint';
import { parseShown } from './decode';
import { everyFrame } from './ffmpeg';
import { groupFrames } from './frames';
import { findFfmpeg, installCommand, linspaceIndices, type VideoIndex } from './index';
import { outsideAsar } from './locate';
import { assumedMatrix } from './frame-rendering';
import { PacketIndex } from './packets';
import { parseStreamInfo } from './streaminfo';

describe('parseStreamInfo', () => {
  it('reads a phone video, as ffmpeg 7 prints it', () => {
    const info = parseStreamInfo([
      "Input #0, mov,mp4,m4a,3gp,3g2,mj2, from 'file:/a, b/Duration: x.mov':",
      '  Duration: 01:02:03.50, start: -0.021333, bitrate: 8000 kb/s',
      '  Stream #0:0[0x1](und): Video: hevc (Main 10) (hvc1 / 0x31637668), yuv420p10le(tv, bt2020nc/bt2020/arib-std-b67, progressive), 1920x1080 [SAR 1:1 DAR 16:9], 7890 kb/s, 29.97 fps, 29.97 tbr, 600 tbn (default)',
      '      Side data:',
      '        displaymatrix: rotation of -90.00 degrees',
      '  Stream #0:1[0x2](und): Audio: aac (LC) (mp4a / 0x6134706D), 44100 Hz, stereo, fltp, 100 kb/s (default)',
      'Stream mapping:',
      '  Stream #0:0: Video: ignored, 1x1',
    ]);
    expect(info).toMatchObject({
      container: 'mov,mp4,m4a,3gp,3g2,mj2',
      containerDuration: 3723.5,
      startTime: -0.021333,
      hasAudio: true,
      sound: 'aac',
    });
    expect(info.video).toEqual({
      codec: 'hevc',
      pixels: 'yuv420p10le',
      width: 1080,
      height: 1920,
      rotation: 90,
      sar: 1,
      fps: 29.97,
      hdr: 'HLG',
      matrix: 'bt2020nc',
      primaries: 'bt2020',
      transfer: 'arib-std-b67',
    });
  });

  it('passes over cover art, odd pixels and unknown times', () => {
    const info = parseStreamInfo([
      "Input #0, matroska,webm, from 'file:x':",
      '  Duration: N/A, start: 0.000000, bitrate: N/A',
      '  Stream #0:0: Video: mjpeg (Baseline), yuvj420p(pc), 600x600, 90k tbr, 90k tbn (attached pic)',
      '  Stream #0:1(eng): Video: mpeg2video (Main), yuv420p(tv, top first), 720x576 [SAR 64:45 DAR 16:9], 25 fps, 25 tbr, 1k tbn',
    ]);
    expect(info).toMatchObject({ containerDuration: 0, coverOnly: false, hasAudio: false });
    expect(info.video).toMatchObject({ codec: 'mpeg2video', pixels: 'yuv420p', width: 720, height: 576, fps: 25 });
    expect(info.video!.sar).toBeCloseTo(64 / 45);
  });

  it('keeps subtitles in any language, however it is written', () => {
    const { subtitles } = parseStreamInfo([
      "Input #0, matroska,webm, from 'file:x':",
      '  Stream #0:1(zh-Hans): Subtitle: subrip (srt) (default)',
      '  Stream #0:2[0x3](pt-BR): Subtitle: ass (ssa)',
      '  Stream #0:3(und): Subtitle: webvtt',
      '  Stream #0:4: Subtitle: webvtt',
    ]);
    expect(subtitles.map(({ stream, language }) => [stream, language])).toEqual([
      [1, 'zh-Hans'],
      [2, 'pt-BR'],
      [3, ''],
      [4, ''],
    ]);
  });

  it('survives anything, and never says a size, a rate or a time that is none', () => {
    const word = fc.oneof(
      fc.string({ maxLength: 12 }),
      fc.constantFrom(
        'Input #0,',
        "from 'x':",
        '  Stream #0:0',
        ': Video: h264',
        ': Audio: aac',
        ', 640x360',
        '-3x9',
        '25 fps',
        'NaN fps',
        '  Duration: ',
        '99:99:99.9',
        'N/A',
        ', start: ',
        '-1.5',
        'rotation of',
        ' 1e400 degrees',
        '[SAR 0:0',
        'SAR 4:0 DAR',
        ' (attached pic)',
      ),
      fc.float({ noDefaultInfinity: false }).map(String),
    );
    const line = fc.array(word, { maxLength: 8 }).map((words) => words.join(''));
    fc.assert(
      fc.property(fc.array(line, { maxLength: 8 }), (lines) => {
        const { containerDuration, startTime, video } = parseStreamInfo(["Input #0, matroska, from 'x':", ...lines]);
        for (const number of [
          containerDuration,
          startTime,
          ...(video ? [video.width, video.height, video.rotation, video.sar, video.fps] : []),
        ])
          expect(Number.isFinite(number), lines.join('\n')).toBe(true);
        expect(
          Math.min(containerDuration, video?.width ?? 0, video?.height ?? 0, video?.fps ?? 0),
        ).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 500 },
    );
    expect(parseStreamInfo([])).toMatchObject({ container: '', hasAudio: false });
    expect(parseStreamInfo(['  Stream #0:0: Video: none']).video).toMatchObject({ width: 0, height: 0, fps: 0 });
  });
});

describe('the matrix of a video', () => {
  /** The matrix assumed for a stream with this pixel format. */
  const assumed = (pixels: string, size = '1280x720', turned = false): string | undefined => {
    const info = parseStreamInfo([
      "Input #0, mov, from 'x':",
      `  Stream #0:0: Video: h264 (High) (avc1 / 0x31637661), ${pixels}, ${size}, 25 fps`,
      ...(turned ? ['displaymatrix: rotation of -90.00 degrees'] : []),
    ]);
    return assumedMatrix(info.video!);
  };

  it('is the one that is named', () => {
    for (const named of [
      'tv, bt709',
      'tv, bt709, progressive',
      'smpte170m',
      'pc, bt470bg/unknown/unknown',
      'bt709/unknown/unknown, top first',
      'gbr/unknown/unknown',
    ])
      expect(assumed(`yuv420p(${named})`), named).toBeUndefined();
  });

  it('is assumed by the lines of the decoded picture where none is', () => {
    for (const none of [
      '',
      '(progressive)',
      '(tv)',
      '(pc, progressive)',
      '(tv, unknown/bt709/bt709, progressive)',
      '(10 bpc)',
      '(reserved/unknown/unknown)',
    ]) {
      expect([assumed(`yuv420p${none}`, '960x719'), assumed(`yuv420p${none}`)], none).toEqual(['bt601', 'bt709']);
    }
    expect([assumed('yuv420p', '1280x640', true), assumed('yuv420p', '640x1280', true)]).toEqual(['bt601', 'bt709']);
    for (const pixels of ['yuvj420p', 'yuva444p10le', 'nv12', 'p010le', 'uyvy422', 'yuv422p10le'])
      expect(assumed(pixels), pixels).toBe('bt709');
    expect(assumed('yuv420p10le(tv, unknown/bt2020/smpte2084)')).toBe('bt2020');
  });

  it('is none where there is no YUV', () => {
    for (const pixels of ['rgb24', 'gbrp', 'bgra', 'pal8', 'gray', 'gray10le', 'ya8', 'monow', 'rgba64be'])
      expect(assumed(pixels), pixels).toBeUndefined();
  });
});

it('hears what ffmpeg says of damage, in the words of 5 and of 7, and nothing else', () => {
  const heard = (...lines: string[]): boolean[] => {
    const complains = complaints();
    return lines.map(complains);
  };
  expect(
    heard(
      '[h264 @ 0x1] [error] non-existing PPS 0 referenced',
      '[info] Stream mapping:',
      '[h264 @ 0x1] [error] non-existing PPS 0 referenced',
    ),
  ).toEqual([false, false, true]);
  for (const damage of [
    'bad.mkv: corrupt decoded frame in stream 0',
    '[vist#0:0/h264 @ 0x1] [dec:h264 @ 0x2] [warning] corrupt decoded frame',
    '[error] Error while decoding stream #0:0: Invalid data found when processing input',
    '[vist#0:0/av1 @ 0x1] [dec:libdav1d @ 0x2] [error] Error submitting packet to decoder: Invalid data found when processing input',
    '[mpeg2video @ 0x1] [error] ac-tex damaged at 3 4',
    '[matroska,webm @ 0x1] [error] Element at 0x264c ending at 0x69ca51df exceeds containing master element ending at 0x28ea',
    '[ffv1 @ 0x1] [error] slice CRC mismatch AFA1D2!at 3.6 seconds',
  ])
    expect(heard('[info] Stream mapping:', damage)[1], damage).toBe(true);
  for (const harmless of [
    '[h264 @ 0x1] [error] mmco: unref short failure',
    '[h264 @ 0x1] [warning] Increasing reorder buffer to 2',
    '[mov,mp4,m4a,3gp,3g2,mj2 @ 0x1] [error] stream 0, offset 0x7: partial file',
    '[mpegts @ 0x1] [warning] Packet corrupt (stream = 0, dts = 3).',
    '[null @ 0x1] [error] Application provided invalid, non monotonically increasing dts to muxer in stream 0: 2 >= 1',
    '[vost#0:0/rawvideo @ 0x1] [error] Error submitting a packet to the muxer: Broken pipe',
    '[Parsed_showinfo_2 @ 0x1] [info] n:   3 pts:  4',
    '[error] Conversion failed!',
  ])
    expect(heard('[info] Stream mapping:', harmless)[1], harmless).toBe(false);
});

describe('PacketIndex', () => {
  const index = (...lines: string[]): PacketIndex => {
    const packets = new PacketIndex();
    for (const line of ['#software: x', '#tb 0: 1/1000', ...lines]) packets.add(line);
    return packets;
  };

  it('sorts by time, keeps keyframes, drops what is discarded', () => {
    const table = index(
      '0,        -80,          0,       40,     2956, 0xed6676a0, F=0x5',
      '0,        -40,        120,       40,      383, 0x1dccba66, F=0x0, S=1,        8, 0x00000000',
      '0,          0,         40,       40,       43, 0xb7c914aa, F=0x0',
      '0,         40,         80,       40,       43, 0xb7c914aa, F=0x2',
      '0,         80,        160,       60,       43, 0xb7c914aa',
    ).finish();
    expect(table).toEqual({
      pts: Float64Array.of(40, 80, 120, 160),
      timeBase: [1, 1000],
      keyframes: Uint32Array.of(3),
      lastDuration: 60,
      by: 'pts',
      reach: 2,
    });
  });

  it('takes packets without a byte for no frames: the one before stays on screen', () => {
    const table = index(
      '0, 0, 0, 40, 99, 0x1',
      '0, 1, 40, 40, 0, 0x0, F=0x0',
      '0, 2, 80, 40, 99, 0x1',
      '0, 3, 120, 40, 0, 0x0, F=0x0',
      '0, 4, 160, 40, 0, 0x0',
    );
    expect([table.count, table.listed]).toEqual([2, 5]);
    expect(table.finish()).toMatchObject({ pts: Float64Array.of(0, 80), lastDuration: 120 });
  });

  it('drops frames shown before the first keyframe', () => {
    const table = index(
      '0, 0, 80, 40, 9, 0x1',
      '0, 1, 0, 40, 9, 0x1, F=0x0',
      '0, 2, 40, 40, 9, 0x1, F=0x0',
      '0, 3, 120, 40, 9, 0x1, F=0x0',
    );
    expect(table.finish()).toMatchObject({ pts: Float64Array.of(80, 120) });
  });

  /** Packets as ffmpeg prints them: no flag field means that only the key flag is set. */
  const packet = fc.record({
    pts: fc.integer({ min: -9000, max: 9000 }),
    duration: fc.integer({ min: 0, max: 100 }),
    key: fc.boolean(),
    discard: fc.boolean(),
    extra: fc.boolean(),
  });
  const lineOf = (
    {
      pts,
      duration,
      key,
      discard,
      extra,
    }: { pts: number; duration: number; key: boolean; discard: boolean; extra: boolean },
    n: number,
  ): string => {
    const flags = (key ? 1 : 0) | (discard ? 4 : 0);
    return `0, ${n}, ${pts}, ${duration}, 9, 0x1${flags === 1 ? '' : `, F=0x${flags.toString(16)}`}${extra ? ', S=1, 8, 0x00000000' : ''}`;
  };

  it('lists what is shown from the first keyframe on, in the order of time, whatever comes in whatever order', () => {
    fc.assert(
      fc.property(fc.uniqueArray(packet, { selector: ({ pts }) => pts, maxLength: 60 }), (packets) => {
        const table = index(...packets.map(lineOf)).finish();
        const from = Math.min(...packets.filter(({ key }) => key).map(({ pts }) => pts));
        const all = packets.filter(({ discard }) => !discard);
        const shown = all.filter(({ pts }) => pts >= from).sort((a, b) => a.pts - b.pts);
        if (shown.length === 0) return void expect(table).toBe(all.length === 0 ? 'empty' : 'no-keyframe');
        expect(table).toEqual({
          pts: Float64Array.from(shown, ({ pts }) => pts),
          timeBase: [1, 1000],
          keyframes: Uint32Array.from(shown.flatMap(({ key }, place) => (key ? [place] : []))),
          lastDuration: shown.at(-1)!.duration,
          by: 'pts',
          // A frame may reference those before it in the file; this is how much later the latest of them is shown.
          reach: Math.max(
            ...shown.map((one, place) =>
              Math.max(
                ...shown.map((other, later) => (packets.indexOf(other) < packets.indexOf(one) ? later - place : 0)),
              ),
            ),
          ),
        });
      }),
    );
  });

  it('takes no harm from lines that are none', () => {
    const noise = fc.oneof(fc.string(), fc.constantFrom('#tb 1: 1/25', '0,', ',,,,,,', '#sar 0: 1/1', ''));
    fc.assert(
      fc.property(fc.array(noise), (lines) => {
        const fields = (line: string): number => line.split(',').length;
        const table = index(
          '0, 0, 40, 40, 9, 0x1',
          ...lines.filter((line) => fields(line) < 6),
          '0, 1, 80, 40, 9, 0x1, F=0x0',
        ).finish();
        expect(table).toMatchObject({ pts: Float64Array.of(40, 80), keyframes: Uint32Array.of(0) });
      }),
    );
  });

  it('says why it is of no use', () => {
    expect(index().finish()).toBe('empty');
    expect(index('0, 0, -9223372036854775808, 40, 9, 0x1').finish()).toBe('missing-pts');
    expect(index('0, 0, 0, 40, 9, 0x1', '0, 1, 0, 40, 9, 0x1').finish()).toBe('duplicate-pts');
    expect(index('0, 0, 0, 40, 9, 0x1, F=0x0').finish()).toBe('no-keyframe');
  });
});

it('parses showinfo of old and new ffmpeg', () => {
  const line =
    '[Parsed_showinfo_2 @ 0x55d] n:   3 pts:  -1024 pts_time:-0.08   duration: 512 duration_time:0.04 pos:1 fmt:yuv420p cl:left sar:1/1 s:128x80 i:P iskey:0 type:B ';
  expect(parseShown(line)).toEqual({ n: 3, pts: -1024, width: 128, height: 80, key: false, field: 'P', type: 'B' });
  expect(parseShown(line.replace('i:P iskey:0', 'i:B iskey:1'))).toMatchObject({ key: true, field: 'B' });
  expect(parseShown(line.replace('-1024 pts_time:-0.08', 'NOPTS pts_time:NOPTS'))?.pts).toBeNaN();
  expect(parseShown('[Parsed_showinfo_2 @ 0x55d] config in time_base: 1/25')).toBeUndefined();
  expect(parseShown('[h264 @ 0x1] n: 1 pts: 1 s:1x1')).toBeUndefined();
  const behind = line.replace(/^.*\] /, '[vost#0:0/rawvideo @ 0x1] Non-monotonic DTS; previous: 126, current: 84; ');
  expect(parseShown(behind)).toEqual(parseShown(line));
  expect(parseShown(`    title           : ${line}`)).toBeUndefined();
});

it('groups frames where decoding on is cheaper than seeking', () => {
  const keyframes = Uint32Array.from({ length: 100 }, (_, i) => i * 50);
  const index = { access: 'seek', frameCount: 5000, frames: { keyframes } } as unknown as VideoIndex;
  expect(groupFrames(index, [0, 30, 60, 400, 449, 455])).toEqual([
    [0, 30, 60],
    [400, 449, 455],
  ]);
  expect(groupFrames(index, linspaceIndices(5000, 16)).length).toBe(16);
  expect(groupFrames({ ...index, access: 'pass' }, linspaceIndices(5000, 300)).map((group) => group.length)).toEqual([
    256, 44,
  ]);
});

describe('findFfmpeg', () => {
  afterEach(() => vi.unstubAllEnvs());

  it('finds one that runs', () => {
    expect(findFfmpeg().version).toMatch(/\S/);
  });

  it('takes FFMPEG_BIN at its word, and says when it is wrong', () => {
    vi.stubEnv('FFMPEG_BIN', '/nowhere/ffmpeg');
    expect(() => findFfmpeg()).toThrow(expect.objectContaining({ code: 'ffmpeg-missing' }));
  });

  it('knows how to get one, on every platform', () => {
    expect(['win32', 'darwin', 'linux'].map((p) => installCommand(p as NodeJS.Platform))).toEqual([
      'winget install Gyan.FFmpeg',
      'brew install ffmpeg',
      'sudo apt-get install ffmpeg',
    ]);
  });

  it('runs nothing inside an asar', () => {
    expect(outsideAsar('/x/app.asar/node_modules/ffmpeg-static/ffmpeg')).toBe(
      '/x/app.asar.unpacked/node_modules/ffmpeg-static/ffmpeg',
    );
    expect(outsideAsar('C:\\x\\app.asar\\f.exe')).toBe('C:\\x\\app.asar.unpacked\\f.exe');
    expect(outsideAsar('/x/app.asar.unpacked/f')).toBe('/x/app.asar.unpacked/f');
  });

  it('speaks the dialect of its version', () => {
    for (const old of ['4.4.2-0ubuntu0.22.04.1', 'n5.0']) expect(everyFrame(old)[0]).toBe('-vsync');
    for (const version of ['5.1.9-0+deb12u1', '7.0.2-static', '10.0', 'N-112345-gabc', '2024-05-01-git'])
      expect(everyFrame(version)[0]).toBe('-fps_mode');
  });
});
