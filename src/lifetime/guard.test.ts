// SPDX-License-Identifier: Apache-2.0
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { build } from 'vite';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { makeTemporary, removeTemporary, sweepTemporary } from './temporary';

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'zoetrope-lifetime-'));
  const lib = {
    entry: join(import.meta.dirname, 'index.ts'),
    formats: ['es' as const],
    fileName: () => 'lifetime.mjs',
  };
  await build({
    configFile: false,
    logLevel: 'silent',
    build: { lib, outDir: folder, emptyOutDir: false, target: 'node20', rolldownOptions: { external: /^node:/ } },
  });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const isAlive = async (pid: number): Promise<boolean> => {
  const stat = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => ' Z ');
  return !/\) Z /.test(stat) && stat !== ' Z ';
};
const until = (what: () => Promise<boolean> | boolean) => vi.waitUntil(what, { timeout: 10_000, interval: 20 });

it.skipIf(process.platform !== 'linux')(
  'children and folders go with a process that is killed, those of a group too; nothing else does',
  async () => {
    const parent = join(folder, 'parent.mjs');
    writeFileSync(
      parent,
      `import { spawn } from 'node:child_process';
    import { endsWithUs, makeTemporary } from './lifetime.mjs';
    const start = (program, args, options = {}) => spawn(program, args, { stdio: 'ignore', ...options });
    const child = start('sleep', ['1000']);
    const group = start('sh', ['-c', 'sleep 1000 & echo $! > "$0"; wait', ${JSON.stringify(join(folder, 'grandchild'))}], { detached: true });
    const gone = start('true', []);
    const other = start('sleep', ['1000'], { detached: true });
    [child, gone].forEach((one) => endsWithUs(one));
    endsWithUs(group, { group: true });
    await new Promise((done) => gone.once('exit', done));
    const temporary = await makeTemporary('test');
    setTimeout(() => { console.log(JSON.stringify({ ended: [child.pid, group.pid], other: other.pid, temporary })); for (;;); }, 200);`,
    );
    const started = spawn(process.execPath, [parent], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = (await once(started.stdout, 'data')) as [Buffer];
    const { ended, other, temporary } = JSON.parse(String(line)) as {
      ended: number[];
      other: number;
      temporary: string;
    };
    const all = [...ended, Number(await readFile(join(folder, 'grandchild'), 'utf8'))];
    for (const pid of all) expect(await isAlive(pid)).toBe(true);
    expect(existsSync(temporary)).toBe(true);
    started.kill('SIGKILL');
    for (const pid of all) await until(async () => !(await isAlive(pid)));
    await until(() => !existsSync(temporary));
    expect(await isAlive(other)).toBe(true);
    process.kill(other, 'SIGKILL');
  },
);

it('only folders of ours whose process is gone are swept, and no links', async () => {
  const mine = await makeTemporary('test');
  const gone = spawn(process.execPath, ['-e', '']);
  await once(gone, 'exit');
  const named = (owner: number, purpose = 'test') =>
    join(tmpdir(), basename(mine).replace(/^zoetrope-test-(\w{8})-\d+-/, `zoetrope-${purpose}-$1-${owner}-`));
  const left = named(gone.pid!);
  const elsewhere = left.replace(/-\w{8}-/, '-00000000-');
  const link = named(gone.pid!, 'link');
  const kept = join(mine, 'kept');
  mkdirSync(left);
  writeFileSync(join(left, 'frame.png'), '');
  mkdirSync(elsewhere);
  writeFileSync(kept, '');
  symlinkSync(mine, link);
  symlinkSync(mine, join(left, 'way-out'));
  try {
    expect(await sweepTemporary()).toBeGreaterThanOrEqual(1);
    expect([left, elsewhere, link, kept].map((path) => existsSync(path))).toEqual([false, true, true, true]);
  } finally {
    rmSync(link);
    for (const path of [mine, elsewhere]) await removeTemporary(path);
  }
});
