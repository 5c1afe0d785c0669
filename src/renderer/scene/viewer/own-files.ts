import { Texture } from 'three';
import type { GLTFLoaderPlugin, GLTFParser } from 'three/addons/loaders/GLTFLoader.js';
import { dataUriBytes, type Companions } from './check';
import { isKtx2, type Ktx2Reader } from './ktx2/ktx2';

interface SourceDef {
  uri?: string;
  bufferView?: number;
  mimeType?: string;
}

/**
 * A loader plugin that takes buffers and pictures from the file itself, from the files opened with it, and from
 * nowhere else. three would fetch them from `blob:` and `data:` addresses, which ties loading to the page's policy and
 * swallows a picture that cannot be read; here it is reported.
 */
export function ownFilesOnly(parser: GLTFParser, companions: Companions, ktx2: Ktx2Reader, onLostPicture: () => void): GLTFLoaderPlugin {
  const json = parser.json as { buffers?: SourceDef[]; images?: SourceDef[] };
  const ownBuffer = parser.loadBuffer.bind(parser);
  parser.loadBuffer = async (index) => {
    const uri = json.buffers?.[index]?.uri;
    if (uri === undefined && index === 0) return ownBuffer(index);
    const bytes = uri === undefined ? null : (companions.get(uri) ?? dataUriBytes(uri));
    if (!bytes) throw new Error(`buffer ${index} is not in the file`);
    return bytes.slice().buffer; // the loader may keep it, and others may read it too
  };

  const decode = async (index: number): Promise<Texture> => {
    const source = json.images?.[index];
    const bytes =
      source?.bufferView === undefined
        ? (companions.get(source?.uri ?? '') ?? dataUriBytes(source?.uri ?? ''))
        : ((await parser.getDependency('bufferView', source.bufferView)) as ArrayBuffer);
    if (!bytes) throw new Error(`picture ${index} is not in the file`);
    const file = new Uint8Array(bytes);
    const blob = new Blob([bytes], source?.mimeType === undefined ? {} : { type: source.mimeType });
    // As three's own loader does: the numbers in the file are the numbers in the shader.
    const bitmap = await (isKtx2(file) ? ktx2.read(file) : createImageBitmap(blob, { premultiplyAlpha: 'none', colorSpaceConversion: 'none' }));
    const texture = new Texture(bitmap);
    texture.needsUpdate = true;
    return texture;
  };

  const decoded = new Map<number, Promise<Texture>>();
  parser.loadImageSource = async (index) => {
    const first = decoded.get(index);
    if (first) return (await first).clone(); // shares the picture, keeps its own sampler
    const texture = decode(index);
    decoded.set(index, texture);
    texture.catch(onLostPicture);
    return texture;
  };
  return { name: 'own-files-only' };
}
