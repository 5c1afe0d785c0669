import { sourceUrl, throwIfCancelled, toErrorInfo, ZoetropeError, cancelled } from '../../../contract';

/** A larger file is not read at all: it would have to fit in memory twice. */
const MAX_FILE_BYTES = 2 ** 30;

export interface SceneFile {
  bytes: ArrayBuffer;
  /** sha256 of the bytes, lower-case hexadecimal: what a view's `sceneHash` is. */
  hash: string;
}

/** The bytes of a source from the main process, and what identifies them. */
export async function readSource(id: string, name: string, signal?: AbortSignal): Promise<SceneFile> {
  const bytes = await fetchBytes(id, name, signal);
  const digest = await crypto.subtle.digest('SHA-256', bytes);
  throwIfCancelled(signal);
  return { bytes, hash: [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('') };
}

async function fetchBytes(id: string, name: string, signal?: AbortSignal): Promise<ArrayBuffer> {
  try {
    const response = await fetch(sourceUrl(id), signal ? { signal } : {});
    if (!response.ok) {
      throw new ZoetropeError(
        'file-missing',
        `${name} is not where it was.`,
        'Locate it in the library, or put it back and open it again.',
        `status ${response.status}`,
      );
    }
    if (Number(response.headers.get('content-length') ?? 0) > MAX_FILE_BYTES) {
      await response.body?.cancel();
      throw new ZoetropeError(
        'scene-too-large',
        `${name} is larger than 1 GB, more than Zoetrope opens.`,
        'Simplify it (fewer triangles, smaller textures) or open a part of it.',
      );
    }
    return await response.arrayBuffer();
  } catch (thrown) {
    if (thrown instanceof ZoetropeError) throw thrown;
    if (signal?.aborted) throw cancelled();
    throw new ZoetropeError(
      'file-unreadable',
      `${name} could not be read.`,
      'Check that the file is still there and may be read, then try again.',
      toErrorInfo(thrown).detail,
    );
  }
}
