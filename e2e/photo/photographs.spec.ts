// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@playwright/test';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { command } from '../fixtures/command';
import { samples, Zoetrope } from '../fixtures/window';

test.describe.configure({ mode: 'serial' });

let zoetrope: Zoetrope;
test.beforeAll(async () => void (zoetrope = await Zoetrope.start()));
test.afterAll(() => zoetrope.end());

test('two pictures, asked about where the question names them', async () => {
  const { page } = zoetrope;
  await zoetrope.openSample('pictures');
  await expect(page.getByTestId('photo-pane')).toBeVisible();
  await expect(zoetrope.tray).toHaveCount(2, { timeout: 15_000 });
  const place = page.getByTestId('insert-picture');
  await zoetrope.composer.fill('What changed between');
  await place.click();
  await zoetrope.composer.pressSequentially(' and');
  await place.click();
  await zoetrope.composer.pressSequentially('?');
  await zoetrope.screenshot('placed');
  const question = await zoetrope.composer.inputValue();
  await zoetrope.ask(question);
  const { text, receipt } = await zoetrope.answered();
  expect(text).not.toBe('');
  expect(receipt.prompt).toContain('user\nWhat changed between <image>\n and <image>\n?<|im_end|>');
  expect(receipt.pictures.map(({ origin }) => origin.source.name)).toEqual(['photo-1.jpg', 'photo-2.jpg']);
  const shown = [await zoetrope.shownPixels(zoetrope.tray.nth(0)), await zoetrope.shownPixels(zoetrope.tray.nth(1))];
  expect(shown).toEqual(receipt.pictures.map(({ picture }) => picture.sha256));
  await zoetrope.screenshot('photographs');
});

test('all pictures in front, the question naming them in words', async () => {
  const { page } = zoetrope;
  await page.evaluate(async () => window.zoetrope['conversation.create'](undefined));
  await page.reload();
  await page.getByRole('radio', { name: 'In front' }).click();
  await zoetrope.ask('What changed between <image> and <image>?');
  const { receipt } = await zoetrope.answered();
  expect(receipt.prompt).toContain('user\n<image>\n<image>\nWhat changed between image 1 and image 2?<|im_end|>');
});

test('a third picture joins and comes with the next question', async () => {
  await zoetrope.open(join(samples, 'pictures', 'photo-3.jpg'));
  await expect(zoetrope.tray).toHaveCount(3, { timeout: 15_000 });
  // When typed it is plain text: only the button inserts a picture.
  await zoetrope.composer.fill('What is the tag <image>?');
  await zoetrope.composer.press('Enter');
  await expect.poll(async () => (await zoetrope.state()).project.messages.length).toBe(4);
  await expect
    .poll(async () => (await zoetrope.state()).project.messages.at(-1))
    .toMatchObject({
      status: 'done',
      receipt: { prompt: expect.stringContaining('user\n<image>\nWhat is the tag <image>?<|im_end|>') },
    });
  const last = (await zoetrope.state()).project.messages.at(-1);
  expect(last?.role === 'assistant' && last.receipt?.pictures).toHaveLength(3);
});

test('a question that names a picture too many is refused in words, and stays in the composer', async () => {
  await zoetrope.ask('<image> <image> <image> <image>?');
  await expect(zoetrope.page.getByText(/refers to 4 pictures/).first()).toBeVisible();
  await expect(zoetrope.composer).toHaveValue('\ufffc \ufffc \ufffc \ufffc?');
});

test('a large photograph also goes in parts, which together are the whole; undo takes them back', async () => {
  const { page } = zoetrope;
  const third = zoetrope.tray.nth(2);
  await third.focus();
  await page.keyboard.press('+');
  await expect(zoetrope.tray).toHaveCount(7, { timeout: 15_000 });
  await expect(zoetrope.tray.nth(6)).toContainText('4/4 · photo-3.jpg');
  await third.hover();
  await zoetrope.screenshot('tiles');
  const { tray } = (await zoetrope.state()).project;
  const whole = tray[2]!.picture;
  const parts = tray
    .slice(3)
    .map(({ origin, picture }) => ({ ...(origin.kind === 'photo' && origin.tile), ...picture }));
  expect(parts.map(({ row, column, of }) => [row, column, of?.sha256])).toEqual(
    [
      [0, 0],
      [0, 1],
      [1, 0],
      [1, 1],
    ].map((place) => [...place, whole.sha256]),
  );
  expect([parts[0]!.width + parts[1]!.width, parts[0]!.height + parts[2]!.height]).toEqual([whole.width, whole.height]);
  expect(await zoetrope.shownPixels(zoetrope.tray.nth(5))).toBe(parts[2]!.sha256);

  await third.getByTestId('tray-divide').click(); // the same button removes the tiles
  await expect(zoetrope.tray).toHaveCount(3);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(zoetrope.tray).toHaveCount(7);

  await third.focus(); // tiles without the whole do not count as the photograph
  await page.keyboard.press('Delete');
  await expect(zoetrope.tray).toHaveCount(6);
  await expect(page.getByTestId('photo-add')).toBeVisible();
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(zoetrope.tray).toHaveCount(7);
  await expect(page.getByTestId('photo-add')).toHaveCount(0);

  const { code, out } = command(
    'ask',
    '--image',
    join(samples, 'pictures', 'photo-3.jpg'),
    '--tiles',
    '--json',
    'What color is the star?',
  );
  expect(code).toBe(0);
  const { sequence } = JSON.parse(out) as { sequence: { sha256: string }[] };
  expect(sequence.map(({ sha256 }) => sha256)).toEqual([whole, ...parts].map(({ sha256 }) => sha256));
});

test('a photograph is zoomed, moved and cropped, and the crop is sent as the command line takes it', async () => {
  const { page } = zoetrope;
  const well = page.getByTestId('photo-well');
  const zoom = page.getByTestId('photo-zoom');
  const place = async () => (await well.locator('img').boundingBox())!;
  await well.hover();
  const whole = await place();
  await page.mouse.wheel(0, -240);
  await expect.poll(async () => (await place()).width).toBeCloseTo(2 * whole.width, 0);
  await well.focus();
  const before = await place();
  await page.keyboard.press('ArrowRight');
  await expect.poll(async () => Math.round((await place()).x - before.x)).toBe(-60);
  await page.keyboard.press('0');
  await expect.poll(place).toEqual(whole);
  await well.dblclick();
  await expect(zoom).toHaveText('100 %');
  await zoetrope.screenshot('photo-full-size');
  await page.keyboard.press('0');

  await page.getByTestId('photo-crop').click();
  await expect.poll(place).not.toEqual(whole); // the bar takes some of the pane's height
  const now = await place();
  await page.mouse.move(now.x + 5, now.y + 5); // outside the rectangle that is there at first
  await page.mouse.down();
  await page.mouse.move(now.x + now.width / 4, now.y + now.height / 4, { steps: 4 });
  await page.mouse.up();
  const width = page.getByTestId('crop-width').getByRole('textbox');
  const drawn = Number(await width.inputValue());
  const { picture } = (await zoetrope.state()).project.tray.find(
    ({ origin }) => origin.source.name === 'photo-3.jpg' && origin.kind === 'photo' && !origin.tile,
  )!;
  expect(Math.abs(drawn - picture.width * (0.25 - 5 / now.width))).toBeLessThan(2);
  for (const [name, value] of Object.entries({ x: 100, y: 60, width: 200, height: 150 })) {
    const field = page.getByTestId(`crop-${name}`).getByRole('textbox');
    await field.fill(String(value));
    await field.press('Tab');
  }
  await page.locator('.ReactCrop__crop-selection').focus();
  await page.keyboard.press('ArrowRight');
  await zoetrope.screenshot('photo-crop');
  expect(await zoetrope.violations('[data-testid=photo-pane]')).toEqual([]);
  const x = Number(await page.getByTestId('crop-x').getByRole('textbox').inputValue());
  expect(x).toBeGreaterThan(100);
  await page.keyboard.press('Enter');
  await expect(zoetrope.tray).toHaveCount(8);
  await expect(zoetrope.tray.nth(7)).toContainText(`x ${x}, y 60 · photo-3.jpg`);
  const crop = (await zoetrope.state()).project.tray[7]!;
  expect(crop.origin).toMatchObject({ crop: { x, y: 60, width: 200, height: 150, of: { width: picture.width } } });
  expect(await zoetrope.shownPixels(zoetrope.tray.nth(7))).toBe(crop.picture.sha256);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(zoetrope.tray).toHaveCount(7);

  const file = join(samples, 'pictures', 'photo-3.jpg');
  const sequence = join(zoetrope.profile, 'sequence.json');
  const named = crop.origin.kind === 'photo' && crop.origin.crop;
  writeFileSync(
    sequence,
    JSON.stringify([
      { image: `${file}#xywh=${x},60,200,150` },
      { image: file, crop: named },
      { text: 'What is here?' },
    ]),
  );
  const { code, out } = command('ask', '--sequence', sequence, '--json');
  expect(code).toBe(0);
  const sent = { sha256: crop.picture.sha256, crop: named };
  expect(JSON.parse(out)).toMatchObject({ sequence: [sent, sent] });
});
