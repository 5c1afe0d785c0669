// SPDX-License-Identifier: Apache-2.0
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { expect, onTestFinished, test } from 'vitest';
import { readHeldOut, readPictures } from './held-out';
import { isSeen } from './worlds';

const set = join(import.meta.dirname, '../data/worlds');

test('the frozen set has every picture it names, no other, and several answers in each family', async () => {
  const samples = await readHeldOut(set);
  expect(new Set(samples.map(({ id }) => id)).size).toBe(samples.length);
  const files = new Set(samples.flatMap(({ images }) => images.map((name) => name.split('#')[0])));
  expect(new Set((await readdir(set)).filter((name) => name.endsWith('.jpg')))).toEqual(files);
  const answers = new Map<string, Set<string>>();
  for (const { questions } of samples) {
    for (const { family, answer } of questions) answers.set(family, (answers.get(family) ?? new Set()).add(answer));
  }
  for (const [family, said] of answers)
    if (!/chat|beyond|blank|which_view/.test(family)) expect(said.size, family).toBeGreaterThan(1); // questions beyond the synthetic world have one fixed answer, and so do those about what is in every view
});

test('each file holds the pictures of its samples, side by side and no more', async () => {
  const counts = new Map<string, Set<number>>();
  for (const { images } of await readHeldOut(set)) {
    const file = images[0]?.split('#')[0];
    if (file) counts.set(file, (counts.get(file) ?? new Set()).add(images.length));
  }
  for (const [file, lengths] of counts) {
    const { width, height } = await sharp(join(set, file)).metadata();
    expect([...lengths], file).toEqual([width / height]);
  }
});

test('pictures are cut out at their places', async () => {
  const film = (await readHeldOut(set)).find(({ world }) => world === 'video of 8')!;
  const frames = await readPictures(set, film);
  expect(frames.map(({ width, height, data }) => [width, height, data.length])).toEqual(
    Array.from({ length: 8 }, () => [96, 96, 96 * 96 * 3]),
  );
  const reversed = await readPictures(set, { ...film, images: film.images.toReversed() });
  expect(reversed.toReversed().map(({ data }) => Buffer.from(data).toString('base64'))).toEqual(
    frames.map(({ data }) => Buffer.from(data).toString('base64')),
  );
});

test('a list that does not fit together is refused', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'zoetrope-worlds-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await expect(readHeldOut(folder)).rejects.toMatchObject({ code: 'bad-request' });
  const record = {
    sample_id: 7,
    image: ['../a.jpg#xywh=0,0,96,96'],
    conversations: [
      { from: 'human', value: '<image>\nWhat?' },
      { from: 'gpt', value: 'That.' },
    ],
    metadata: { world: 'single', split: 'seen', families: ['color'] },
  };
  await writeFile(join(folder, 'm4.json'), JSON.stringify([record]));
  await expect(readHeldOut(folder)).rejects.toMatchObject({ code: 'bad-request' });
  await writeFile(
    join(folder, 'm4.json'),
    JSON.stringify([{ ...record, image: [], metadata: { ...record.metadata, families: ['color', 'shape'] } }]),
  );
  await expect(readHeldOut(folder)).rejects.toMatchObject({ code: 'bad-request' });
  await writeFile(join(folder, 'm4.json'), JSON.stringify([{ ...record, image: [] }]));
  expect((await readHeldOut(folder))[0]!.questions).toEqual([{ family: 'color', text: 'What?', answer: 'That.' }]);
});

test('a family counts as seen when its whole interval is 20 points above what can be guessed', () => {
  const row = (right: number, grey: number) => ({
    world: 'single',
    family: 'color',
    counts: { right: { right, asked: 100 }, grey: { right: grey, asked: 100 } },
  });
  expect(isSeen(row(90, 10))).toBe(true);
  expect(isSeen(row(60, 50))).toBe(false);
});
