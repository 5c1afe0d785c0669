// SPDX-License-Identifier: Apache-2.0
import { Texture } from 'three';
import type { GLTFLoaderPlugin, GLTFParser } from 'three/addons/loaders/GLTFLoader.js';
import { dataUriBytes, pictureSize, type Companions } from '../validate';
import { bitmapOptions, decodeTexture, inTurn } from '../formats/decode';
import { isKtx2, type Ktx2Reader } from './ktx2/ktx2';

interface SourceDef {
  uri?: string;
  bufferView?: number;
}

export interface OwnFiles {
  companions: Companions;
  ktx2: Ktx2Reader;
  /** The longest edge that textures are shown with, pixels; larger ones are scaled down. */
  edge: number;
  onLostPicture: () => void;
}

/**
 * A loader plugin that takes buffers and pictures only from the file itself and from the files opened with it. three
 * would fetch them from `blob:` and `data:` URLs, which depends on the page's content security policy and ignores a
 * picture that cannot be read; here it is reported.
 */
export function ownFilesOnly(
  parser: GLTFParser,
  { companions, ktx2, edge, onLostPicture }: OwnFiles,
): GLTFLoaderPlugin {
  const json = parser.json as { buffers?: SourceDef[]; images?: SourceDef[]; animations?: unknown };
  delete json.animations; // animations are not shown, and the loader would copy their values for each channel
  const ownBuffer = parser.loadBuffer.bind(parser);
  parser.loadBuffer = async (index) => {
    const uri = json.buffers?.[index]?.uri;
    if (uri === undefined && index === 0) return ownBuffer(index);
    const bytes = uri === undefined ? null : (companions.get(uri) ?? dataUriBytes(uri));
    if (!bytes) throw new Error(`buffer ${index} is not in the file`);
    return bytes.slice().buffer; // a copy, because the loader may keep it and others may read the original
  };

  const decode = async (index: number): Promise<Texture> => {
    const source = json.images?.[index];
    const bytes =
      source?.bufferView === undefined
        ? (companions.get(source?.uri ?? '') ?? dataUriBytes(source?.uri ?? ''))
        : ((await parser.getDependency('bufferView', source.bufferView)) as ArrayBuffer);
    if (!bytes) throw new Error(`picture ${index} is not in the file`);
    const file = new Uint8Array(bytes);
    const size = pictureSize(file);
    if (!size) throw new Error(`picture ${index} is of a kind that is not known`);
    const bitmap = await (isKtx2(file)
      ? inTurn(() => ktx2.read(file, bitmapOptions(size, edge)))
      : decodeTexture(file, size, edge));
    const texture = new Texture(bitmap);
    texture.needsUpdate = true;
    return texture;
  };

  const decoded = new Map<number, Promise<Texture>>();
  parser.loadImageSource = async (index) => {
    const first = decoded.get(index);
    if (first) return (await first).clone(); // shares the picture but keeps its own sampler
    const texture = decode(index);
    decoded.set(index, texture);
    texture.catch(onLostPicture);
    return texture;
  };
  return { name: 'own-files-only' };
}
