// SPDX-License-Identifier: Apache-2.0
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { totalmem, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { freeInVmStat, freeMemory, freeOnLinux } from './free-memory';

it('is some of this machine, and not more than all of it', () => {
  expect(freeMemory()).toBeGreaterThan(0);
  expect(freeMemory()).toBeLessThanOrEqual(totalmem());
});

describe('on Linux', () => {
  let root: string;
  beforeEach(() => void (root = mkdtempSync(join(tmpdir(), 'zoetrope-free-'))));
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  /** Free memory computed from files laid out as the kernel shows them. */
  const free = (files: Record<string, string>): number => {
    for (const [name, words] of Object.entries({
      'proc/meminfo': 'MemTotal: 16000 kB\nMemFree: 10 kB\nMemAvailable:   8000 kB\n',
      ...files,
    })) {
      const file = join(root, name);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, words);
    }
    return freeOnLinux({ proc: join(root, 'proc'), cgroups: join(root, 'cgroup') });
  };

  it('is what the kernel calls available', () => {
    expect(free({})).toBe(8000 * 1024);
    expect(
      free({
        'proc/self/cgroup': '0::/user.slice\n',
        'cgroup/user.slice/memory.max': 'max\n',
        'cgroup/user.slice/memory.current': '5\n',
      }),
    ).toBe(8000 * 1024);
  });

  it('is what the tightest group above allows, pages of files not counted as used', () => {
    const group = (name: string, max: number, current: number, file: number) => ({
      [`cgroup/${name}memory.max`]: `${max}\n`,
      [`cgroup/${name}memory.current`]: `${current}\n`,
      [`cgroup/${name}memory.stat`]: `anon 1\ninactive_file ${file}\nactive_file 7\n`,
    });
    const files = {
      'proc/self/cgroup': '0::/user.slice/app.scope\n',
      ...group('user.slice/', 3_000_000, 2_000_000, 500_000),
      ...group('user.slice/app.scope/', 4_000_000, 1_000_000, 0),
    };
    expect(free(files)).toBe(1_500_000);
  });

  it('knows the older kind, in a container that sees its own group as the root', () => {
    const files = {
      'proc/self/cgroup': '5:cpu:/docker/abc\n4:memory:/docker/abc\n0::/\n',
      'cgroup/memory/memory.limit_in_bytes': '4000000\n',
      'cgroup/memory/memory.usage_in_bytes': '3000000\n',
      'cgroup/memory/memory.stat': 'inactive_file 1\ntotal_inactive_file 250000\n',
    };
    expect(free(files)).toBe(1_250_000);
    expect(free({ ...files, 'cgroup/memory/memory.limit_in_bytes': '9223372036854771712\n' })).toBe(8000 * 1024);
    expect(free({ ...files, 'cgroup/memory/memory.usage_in_bytes': '5000000\n' })).toBe(0);
  });
});

it('reads what macOS would give back', () => {
  const said =
    'Mach Virtual Memory Statistics: (page size of 16384 bytes)\nPages free:                                5000.\nPages active:                            300000.\nPages inactive:                          200000.\nPages speculative:                         1000.\nPages throttled:                              0.\nPages wired down:                        150000.\nPages purgeable:                           4000.\n';
  expect(freeInVmStat(said)).toBe(16384 * 210_000);
  expect(freeInVmStat('')).toBeUndefined();
});
