// SPDX-License-Identifier: Apache-2.0
/** Small videos for the tests, made once and kept in the system's temporary folder. */
import { createHash } from 'node:crypto';
import { access, mkdir, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findFfmpeg } from '../locate';
import { ffmpeg, type Clip } from './clip';
import { CLOCKS } from './clips-clocks';
import { CODECS } from './clips-codecs';
import { CONTAINERS } from './clips-containers';
import { PICTURES } from './clips-pictures';
import { FRAMES, writeRaw } from './frames';

const CLIPS = [...CODECS, ...CLOCKS, ...PICTURES, ...CONTAINERS];

/**
 * The folder for this ffmpeg, this folder's code and this number of frames, so that clips made with others are not
 * used.
 */
async function folderOf(frames: number): Promise<string> {
  const key = createHash('sha256').update(findFfmpeg().version);
  const code = (await readdir(import.meta.dirname)).filter((name) => name.endsWith('.ts')).sort();
  for (const name of code) key.update(await readFile(join(import.meta.dirname, name)));
  return join(tmpdir(), `zoetrope-corpus-${key.digest('hex').slice(0, 16)}-${frames}`);
}

/** Makes, or finds, every clip (or those named) that this ffmpeg has an encoder for. Tests must not write to them. */
export async function makeCorpus(
  frames = FRAMES,
  files = CLIPS.map(({ file }) => file),
): Promise<(Clip & { path: string })[]> {
  const folder = await folderOf(frames);
  await mkdir(folder, { recursive: true });
  const encoders = (await ffmpeg('-encoders')).toString();
  const clips = CLIPS.filter(
    ({ file, needs }) => files.includes(file) && (!needs || new RegExp(` ${needs} `).test(encoders)),
  );
  let raw: string[] | undefined;
  // Several test files may do this at once: each clip is made in another folder and moved into place when complete.
  const aside = await mkdtemp(join(folder, 'making-'));
  const make = async (clip: Clip): Promise<void> => {
    if (
      await access(join(folder, clip.file)).then(
        () => true,
        () => false,
      )
    )
      return;
    for (const source of CLIPS) if (clip.from === source.file) await make(source);
    raw ??= await writeRaw(join(aside, 'frames.raw'), frames);
    await clip.make(join(aside, clip.file), raw, (file) => join(folder, file));
    await rename(join(aside, clip.file), join(folder, clip.file));
  };
  try {
    for (const clip of clips) await make(clip);
  } finally {
    await rm(aside, { recursive: true });
  }
  return clips.map((clip) => ({ ...clip, path: join(folder, clip.file) }));
}
