// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { CATALOG } from '../model';
import { describeCatalog } from './catalog';

const GB = 1e9;

describe('the catalogue', () => {
  it("computes sizes that the models' names confirm", async () => {
    for (const { title, parameters, download, disk, memory } of await describeCatalog()) {
      const [, number, unit] = /([\d.]+)([MB])$/.exec(title)!;
      const named = Number(number) * (unit === 'B' ? 1e9 : 1e6);
      // LLaVA's names count the language model without its tower and the table of a large vocabulary, Qwen's without the tower.
      const most = title.startsWith('LLaVA') ? 1.85 : title.startsWith('Qwen') ? 1.12 : 1.03;
      expect([title, parameters / named >= 0.98 && parameters / named <= most]).toEqual([title, true]);
      expect(download).toBeGreaterThanOrEqual(2 * parameters);
      expect(disk).toBeGreaterThan(download);
      expect(memory.w4!).toBeLessThan(memory.w8w4!);
      expect(memory.w8w4!).toBeLessThan(memory.fp32!);
    }
  });

  it.each([
    ['a small old laptop', 4 * GB, 2, 'SmolVLM2 500M'],
    ['a laptop', 16 * GB, 4, 'SmolVLM2 500M'],
    ['a workstation', 64 * GB, 16, 'SmolVLM2 2.2B'],
    ['a machine with almost no memory', 0.8 * GB, 1, 'SmolVLM2 256M'],
  ])('suggests one model for %s', async (_, memory, cores, title) => {
    const suggested = (await describeCatalog({ memory, cores })).filter(({ recommended }) => recommended);
    expect(suggested.map((model) => model.title)).toEqual([title]);
  });

  it('says what does not fit', async () => {
    const models = await describeCatalog({ memory: 8 * GB, cores: 4 });
    const fits = Object.fromEntries(models.map((model) => [model.title, model.fits]));
    expect(fits).toMatchObject({
      'SmolVLM2 500M': 'well',
      'LLaVA-OneVision 7B': 'tight',
      'LLaVA-NeXT-Interleave 7B': 'no',
    });
  });

  it('names every repository once, with words in both languages', () => {
    expect(new Set(CATALOG.map(({ repo }) => repo)).size).toBe(CATALOG.length);
    for (const { good } of CATALOG) for (const words of [good.en, good.zh]) expect(words.length).toBeGreaterThan(10);
  });
});
