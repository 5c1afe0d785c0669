import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RgbImage } from '../contract';
import golden from './golden/photos.json';
import { decodePng, encodePng, fileKind, pictureHash, readPhoto } from './index';

const folder = join(import.meta.dirname, 'golden');
let temp = '';
beforeAll(async () => void (temp = await mkdtemp(join(tmpdir(), 'zoetrope-photo-'))));
afterAll(() => rm(temp, { recursive: true, force: true }));

describe('readPhoto', () => {
  // CMYK has no one right answer: we use the profile-aware one, Pillow does not.
  it.each(Object.entries(golden).filter(([name]) => name !== 'cmyk.jpg'))('reads %s as Pillow does', async (name, want) => {
    const image = await readPhoto(join(folder, name));
    expect({ width: image.width, height: image.height, sha256: pictureHash(image) }).toEqual(want);
  });

  it('reads CMYK as three channels', async () => {
    const image = await readPhoto(join(folder, 'cmyk.jpg'));
    expect(image.data.length).toBe(53 * 37 * 3);
  });

  it('says plainly what is wrong', async () => {
    const put = async (name: string, data: string | Buffer): Promise<string> => {
      await writeFile(join(temp, name), data);
      return join(temp, name);
    };
    const jpeg = await readFile(join(folder, 'turned.jpg'));
    await expect(readPhoto(join(temp, 'none.jpg'))).rejects.toMatchObject({ code: 'file-missing' });
    await expect(readPhoto(await put('empty.jpg', ''))).rejects.toMatchObject({ code: 'file-empty' });
    await expect(readPhoto(await put('text.jpg', 'not a picture at all'))).rejects.toMatchObject({ code: 'not-a-picture' });
    await expect(readPhoto(temp)).rejects.toMatchObject({ code: 'file-unreadable' });
    await expect(readPhoto(await put('cut.jpg', jpeg.subarray(0, 300)))).rejects.toMatchObject({ code: 'not-a-picture' });
    // 30,000 x 30,000 pixels in a few bytes.
    const bomb = '<svg xmlns="http://www.w3.org/2000/svg" width="30000" height="30000"/>';
    await expect(readPhoto(await put('bomb.svg', bomb))).rejects.toMatchObject({ code: 'not-a-picture' });
  });
});

describe('encodePng', () => {
  it('gives back every byte', async () => {
    const picture = fc
      .tuple(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 30 }), fc.infiniteStream(fc.integer({ min: 0, max: 255 })))
      .map(([width, height, bytes]): RgbImage => ({ width, height, data: Uint8Array.from(bytes.take(width * height * 3)) }));
    await fc.assert(
      fc.asyncProperty(picture, async (image) => {
        const back = await decodePng(await encodePng(image));
        expect([back.width, back.height]).toEqual([image.width, image.height]);
        expect(pictureHash(back)).toBe(pictureHash(image));
      }),
      { numRuns: 30 },
    );
    const flat = { width: 8, height: 8, data: new Uint8Array(192).fill(9) };
    expect((await decodePng(await encodePng(flat))).data).toEqual(flat.data);
  });

  it('refuses what is no PNG', async () => {
    await expect(decodePng(Buffer.from('nonsense'))).rejects.toMatchObject({ code: 'not-a-picture' });
  });
});

describe('fileKind', () => {
  it('goes by content where it is telling, else by name', async () => {
    const kindOf = async (name: string, data: string | Buffer): Promise<string> => {
      await writeFile(join(temp, name), data);
      return fileKind(join(temp, name));
    };
    const jpeg = await readFile(join(folder, 'turned.jpg'));
    expect(await kindOf('photo.mp4', jpeg)).toBe('video'); // opening it says that it is none
    expect(await kindOf('photo.dat', jpeg)).toBe('photo');
    expect(await kindOf('a.GLB', 'glTF....')).toBe('scene');
    expect(await kindOf('a.obj', 'v 0 0 0\n')).toBe('scene');
    expect(await kindOf('cloud.ply', 'ply\nformat ascii 1.0\n')).toBe('scene');
    expect(await kindOf('clip', Buffer.from('\0\0\0\x18ftypisom', 'latin1'))).toBe('video');
    expect(await kindOf('pic', Buffer.from('\0\0\0\x18ftypavif', 'latin1'))).toBe('photo');
    expect(await kindOf('notes.txt', 'hello')).toBe('unknown');
    expect(await fileKind(join(temp, 'gone.mkv'))).toBe('video');
    expect(await fileKind(join(temp, 'gone'))).toBe('unknown');
  });
});
