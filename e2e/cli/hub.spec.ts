// SPDX-License-Identifier: Apache-2.0
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { REPO, startHub } from '../../src/model/hub/test-hub';
import { root, samples } from '../fixtures/window';
import { amount } from '../hard/amount';

/** Runs the built command line with a hub on loopback. Not synchronous, because the hub answers in this process. */
async function zoetrope(
  env: object,
  args: readonly string[],
  killAfter?: number,
): Promise<{ code: number | null; out: string; err: string }> {
  const child = spawn(process.execPath, [join(root, 'out/main/cli.js'), ...args], { env: { ...process.env, ...env } });
  let [out, err] = ['', ''];
  child.stdout.on('data', (data) => (out += String(data)));
  child.stderr.on('data', (data) => (err += String(data)));
  if (killAfter !== undefined) setTimeout(() => child.kill('SIGKILL'), killAfter);
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, out, err };
}

test('a model of the hub is downloaded through several kills, listed, asked and removed', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'zoetrope-cli-hub-'));
  const starter = join(root, 'models/starter');
  const names = readdirSync(starter).filter((name) => /\.(json|jinja|safetensors)$/.test(name));
  const files = Object.fromEntries(names.map((name) => [name, readFileSync(join(starter, name))]));
  const hub = await startHub(files);
  const env = { HF_ENDPOINT: hub.url, HF_HOME: folder, HF_TOKEN: '' };
  let delivered = 0;
  // A slow host: a piece every few milliseconds, so that the weights take a while.
  hub.trouble = (response, request, bytes) => {
    const from = Number(/=(\d+)/.exec(request.headers.range ?? '=0')![1]);
    response.writeHead(206, {
      'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}`,
      'content-length': bytes.length - from,
    });
    let at = from;
    const next = (): void => {
      if (response.destroyed) return;
      const piece = bytes.subarray(at, at + 64_000);
      at += piece.length;
      delivered += piece.length;
      if (at < bytes.length) response.write(piece, () => setTimeout(next, 4));
      else response.end(piece);
    };
    next();
    return true;
  };
  try {
    for (let kills = 0; kills < amount('kills', { short: 4, long: 20 }); kills++)
      await zoetrope(env, ['model', 'get', REPO], 250 + Math.random() * 350);
    const got = await zoetrope(env, ['model', 'get', REPO, '--json']);
    expect(got).toMatchObject({ code: 0 });
    const { folder: model } = JSON.parse(got.out) as { folder: string };
    for (const name of ['model.safetensors', 'tokenizer.json'])
      expect(readFileSync(join(model, name)).equals(files[name]!)).toBe(true);
    // What was on its way when the process died is fetched again, and no more than that.
    const all = Object.values(files).reduce((sum, bytes) => sum + bytes.length, 0);
    expect(delivered).toBeLessThan(all + 11 * 3 * 1_000_000);
    expect((await zoetrope(env, ['model', 'get', REPO])).err).toContain('main has not moved');
    expect((await zoetrope(env, ['model', 'list'])).out).toContain(`${REPO}  main  `);
    expect(JSON.parse((await zoetrope(env, ['model', 'info', REPO])).out)).toMatchObject({
      cannotRun: null,
      here: true,
    });
    const asked = await zoetrope(env, [
      'ask',
      '--model',
      REPO,
      '--video',
      join(samples, 'clip.mp4'),
      'What color is the square?',
    ]);
    expect(asked.out).toContain('blue');
    expect((await zoetrope(env, ['model', 'search', 'tiny'])).out).toContain('apache-2.0');
    expect((await zoetrope(env, ['model', 'get', 'lab/other'])).err).toContain('The hub has no model "lab/other".');
    expect((await zoetrope(env, ['model', 'remove', REPO])).out).toContain('free again');
    expect((await zoetrope(env, ['ask', '--model', REPO, 'Hello?'])).err).toContain(
      'neither a folder nor a downloaded model',
    );
  } finally {
    await hub.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
