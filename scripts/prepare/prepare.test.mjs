// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import http from 'node:http';
import { afterEach, expect, test, vi } from 'vitest';
import { authorityFile } from './display.mjs';
import { findFfmpeg, keepPublished } from './ffmpeg.mjs';
import { inRoot } from './paths.mjs';
import { createReport, Stop } from './report.mjs';
import { listFiles, stampOfContents, stampOfTimes } from './stamp.mjs';
import { ensureWeights } from './weights.mjs';

const scratch = 'test-results/scratch';
afterEach(() => {
  fs.rmSync(inRoot(scratch), { recursive: true, force: true });
  delete process.env.FFMPEG_BIN;
});

test('the Xauthority file is what xauth would write for any host and display', () => {
  const bytes = authorityFile(Buffer.alloc(16, 7));
  expect(bytes.toString('latin1')).toBe(`\xff\xff\0\0\0\0\0\x12MIT-MAGIC-COOKIE-1\0\x10${'\x07'.repeat(16)}`);
});

test('a stamp changes with a file, its name and its folder, and with nothing else', () => {
  const write = (name, text) => {
    fs.mkdirSync(inRoot(scratch, 'deep'), { recursive: true });
    fs.writeFileSync(inRoot(scratch, name), text);
  };
  const stamps = () => [stampOfTimes(listFiles([scratch])), stampOfContents(listFiles([scratch]))];
  write('a.txt', 'one');
  const first = stamps();
  expect(stamps()).toEqual(first);

  fs.utimesSync(inRoot(scratch, 'a.txt'), 1, 1);
  expect(stamps()[0]).not.toBe(first[0]);
  expect(stamps()[1]).toBe(first[1]);

  write('deep/b.txt', '');
  expect(stamps()[1]).not.toBe(first[1]);
  expect(listFiles([scratch], (name) => !name.includes('/deep/')).map(({ name }) => name)).toEqual([
    `${scratch}/a.txt`,
  ]);
});

test('FFMPEG_BIN comes first, and must lead somewhere', () => {
  process.env.FFMPEG_BIN = process.execPath;
  expect(findFfmpeg()).toEqual({ file: process.execPath, from: 'FFMPEG_BIN' });
  process.env.FFMPEG_BIN = '/nowhere/ffmpeg';
  expect(findFfmpeg).toThrow(Stop);
});

test('a downloaded ffmpeg that is not the published one is removed before it can run', () => {
  const said = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  fs.mkdirSync(inRoot(scratch), { recursive: true });
  const file = inRoot(scratch, 'ffmpeg');
  fs.writeFileSync(file, 'published');
  const hash = createHash('sha256').update('published').digest('hex');
  expect(keepPublished(file, hash)).toBe(true);
  fs.appendFileSync(file, '!');
  expect(keepPublished(file, hash)).toBe(false);
  expect(fs.existsSync(file)).toBe(false);
  expect(said).toHaveBeenCalledOnce();
  fs.writeFileSync(file, 'for a system without one');
  expect(keepPublished(file, undefined)).toBe(false);
  said.mockRestore();
});

test('a quiet report says nothing of steps that are quick, and passes on what they return', async () => {
  const said = [];
  const report = createReport({ stream: { write: (text) => said.push(text) }, quiet: true });
  expect(await report.step('build', () => 'up to date')).toBe('up to date');
  expect(said).toEqual([]);
  await expect(report.step('build', () => Promise.reject(new Stop('no')))).rejects.toThrow('no');
  expect(said.join('')).toMatch(/build +failed after/);
});

test('a brief report shows the steps that did something, with their notes, and the lines around them', async () => {
  const said = [];
  const report = createReport({ stream: { write: (text) => said.push(text) }, brief: true });
  report.line('Zoetrope');
  await report.step('build', () => 'up to date');
  report.note('more about the build');
  await report.step('model', async (say) => {
    say('compiling');
    await new Promise((done) => setTimeout(done, 2100));
    return 'compiled';
  });
  report.note('more about the model');
  expect(said.join('')).toMatch(
    /^Zoetrope\n +model +compiling \.\.\. .*\n +model +compiled .*\n +more about the model\n$/,
  );
});

test('weights that are not in the checkout are downloaded, and only those that weights.json names are kept', async () => {
  const weights = Buffer.from('the weights');
  let served = weights;
  const server = http.createServer((_request, response) => response.end(served)).listen(0, '127.0.0.1');
  await new Promise((done) => server.on('listening', done));
  const folder = inRoot(scratch);
  const file = `${folder}/model.safetensors`;
  const name = (url) => {
    const sha256 = createHash('sha256').update(weights).digest('hex');
    fs.mkdirSync(folder, { recursive: true });
    fs.writeFileSync(
      `${folder}/weights.json`,
      JSON.stringify({ file: 'model.safetensors', bytes: weights.length, sha256, url }),
    );
  };
  try {
    name(undefined);
    fs.writeFileSync(file, 'version https://git-lfs.github.com/spec/v1\noid sha256:0\n');
    await expect(ensureWeights(folder, () => undefined)).rejects.toThrow(/git lfs pull/);
    name(`http://127.0.0.1:${server.address().port}/`);
    served = Buffer.from('other');
    await expect(ensureWeights(folder, () => undefined)).rejects.toThrow(/does not hold/);
    expect(fs.readdirSync(folder).sort()).toEqual(['model.safetensors', 'weights.json']);
    served = weights;
    await ensureWeights(folder, () => undefined);
    expect(fs.readFileSync(file)).toEqual(weights);
    fs.writeFileSync(file, 'x'.repeat(2000));
    await expect(ensureWeights(folder, () => undefined)).rejects.toThrow(/not the file/);
  } finally {
    server.close();
  }
});
