// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@playwright/test';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { command } from '../fixtures/command';
import { root } from '../fixtures/window';

let folder: string;
test.beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'zoetrope-batch-'))));
test.afterAll(() => rmSync(folder, { recursive: true, force: true }));

const pictures = join(root, 'resources/samples/pictures');
const asked = ['--files', pictures, '--ask', 'What is in it?', '--ask', 'How many are there?', '--ask', '=1+1'];

interface Line {
  id: string;
  question: string;
  answer?: string;
  error?: { code: string };
}
const linesIn = (file: string): Line[] =>
  readFileSync(file, 'utf8')
    .split('\n')
    .slice(1, -1)
    .map((line) => JSON.parse(line) as Line);
const wholeLines = (file: string): number => (existsSync(file) ? readFileSync(file, 'utf8').split('\n').length - 1 : 0);

test('goes on after kill -9 at any moment, and loses and repeats no line', async () => {
  const through = join(folder, 'through.jsonl');
  expect(command('batch', ...asked, '--out', through, '--json').code).toBe(0);
  const killed = join(folder, 'killed.jsonl');
  for (const moment of [1, 2, 9, 17]) {
    const started = spawn(process.execPath, [join(root, 'out/main/cli.js'), 'batch', ...asked, '--out', killed], {
      detached: true,
      stdio: 'ignore',
    });
    const ended = once(started, 'exit');
    await expect.poll(() => wholeLines(killed), { intervals: [2] }).toBeGreaterThanOrEqual(moment);
    process.kill(-started.pid!, 'SIGKILL');
    await ended;
  }
  const before = wholeLines(killed) - 1;
  expect(before).toBeLessThan(24);
  const { code, out } = command('batch', ...asked, '--out', killed, '--json');
  expect(code).toBe(0);
  expect(JSON.parse(out)).toEqual({ file: killed, total: 24, answered: 24, failed: 0, asked: 24 - before });
  const of = (file: string) => linesIn(file).map(({ id, question, answer }) => ({ id, question, answer }));
  expect(of(killed)).toEqual(of(through));
});

test('a file that cannot be opened costs its own lines; the table is safe in a spreadsheet', () => {
  const notAVideo = join(folder, 'notes.mp4');
  writeFileSync(notAVideo, 'no video');
  const questions = join(folder, 'questions.txt');
  writeFileSync(questions, 'What is in it?\n\n=HYPERLINK("http://example.org", "x")\n');
  const out = join(folder, 'table.jsonl');
  const ran = command(
    'batch',
    '--files',
    notAVideo,
    join(pictures, 'photo-[12].jpg'),
    '--questions',
    questions,
    '--out',
    out,
  );
  expect(ran.code).toBe(2);
  expect(ran.err).toBe('2 questions failed; their lines say why. --retry asks them again.\n');
  const csv = command('batch', 'show', out, '--csv').out.split('\r\n');
  expect(csv).toHaveLength(1 + 6 + 1);
  expect(csv[0]).toBe('source,question,answer,error,seconds,tokens,labels,id');
  expect(csv[1]).toMatch(/^notes\.mp4,What is in it\?,,"""notes\.mp4"" is not a video/);
  expect(csv[4]).toMatch(/^photo-1\.jpg,"'=HYPERLINK\(""http:\/\/example\.org"", ""x""\)",/);
  // The sequence is the one that `ask` sends.
  const { answer } = JSON.parse(
    command('ask', '--image', join(pictures, 'photo-1.jpg'), '--json', 'What is in it?').out,
  ) as { answer: string };
  const flat = command('batch', 'show', out, '--jsonl').out.trim().split('\n');
  expect(flat.map((line) => (JSON.parse(line) as Line).answer)[2]).toBe(answer);
});
