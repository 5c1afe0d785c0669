// SPDX-License-Identifier: Apache-2.0
import { net, protocol } from 'electron';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { extname, join, normalize, sep } from 'node:path';
import { Readable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { Id, MEDIA_SCHEME, PictureName, SceneFileName } from '../contract';
import { byteRange } from './byte-range';
import { APP_SCHEME, pageOrigin, policyOf } from './security';

/** Must be called before the app is ready. `stream` lets a <video> seek; `corsEnabled` lets the page use fetch. */
export function registerSchemes(): void {
  const privileges = { standard: true, secure: true, supportFetchAPI: true, stream: true, corsEnabled: true };
  protocol.registerSchemesAsPrivileged([
    { scheme: APP_SCHEME, privileges },
    { scheme: MEDIA_SCHEME, privileges },
  ]);
}

export interface MediaFiles {
  /** The PNG of a picture in a tray or conversation. */
  pictureFile(name: string): string | undefined;
  /** The file of a source that the user opened. */
  sourceFile(id: string): string | undefined;
  /** A file of a scene that the user opened, by its name in the scene's listing. */
  sceneFile(id: string, name: string): Promise<string | undefined>;
  /** The playable copy of a source. */
  previewFile(id: string): string | undefined;
  /** A small JPEG of a source. */
  thumbnail(id: string): Promise<Uint8Array<ArrayBuffer> | undefined>;
}

export function serveSchemes(pagesFolder: string, files: MediaFiles): void {
  protocol.handle(APP_SCHEME, (request) => servePage(request, pagesFolder));
  protocol.handle(MEDIA_SCHEME, async (request) => {
    const { host, pathname } = new URL(request.url);
    const name = pathname.slice(1);
    const response =
      host === 'thumbnail' ? await serveThumbnail(name, files) : await serveNamed(request, host, name, files);
    response.headers.set('access-control-allow-origin', pageOrigin);
    return response;
  });
}

async function serveThumbnail(name: string, files: MediaFiles): Promise<Response> {
  const jpeg = Id.safeParse(name).success ? await files.thumbnail(name) : undefined;
  if (!jpeg) return new Response(null, { status: 404 });
  return new Response(jpeg, { headers: { 'content-type': 'image/jpeg', 'cache-control': 'no-store' } });
}

async function serveNamed(request: Request, host: string, name: string, files: MediaFiles): Promise<Response> {
  const file = await namedFile(host, name, files);
  return file === undefined ? new Response(null, { status: 404 }) : serveFile(request, file);
}

/** The file for a URL. Only files on these lists can be read; the page never sends a path. */
async function namedFile(host: string, name: string, files: MediaFiles): Promise<string | undefined> {
  if (host === 'picture') return PictureName.safeParse(name).success ? files.pictureFile(name) : undefined;
  if (host === 'scene') {
    const [id = '', encoded = ''] = name.split('/');
    const part = SceneFileName.safeParse(decoded(encoded));
    return Id.safeParse(id).success && part.success ? files.sceneFile(id, part.data) : undefined;
  }
  if (!Id.safeParse(name).success) return undefined;
  return host === 'source' ? files.sourceFile(name) : host === 'preview' ? files.previewFile(name) : undefined;
}

/** A decoded part of a URL. Undefined if it is not valid text. */
function decoded(part: string): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch {
    return undefined;
  }
}

async function servePage(request: Request, folder: string): Promise<Response> {
  const { pathname } = new URL(request.url);
  const file = normalize(join(folder, decodeURIComponent(pathname)));
  if (!file.startsWith(folder + sep)) return new Response(null, { status: 404 });
  const response = await net.fetch(pathToFileURL(file).href);
  const headers = new Headers(response.headers);
  headers.set('content-security-policy', policyOf(pathname));
  headers.set('x-content-type-options', 'nosniff');
  return new Response(response.body, { status: response.status, headers });
}

const TYPES: Record<string, string> = {
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.webp': 'image/webp',
  '.gif': 'image/gif',
  '.avif': 'image/avif',
  '.mp4': 'video/mp4',
  '.m4v': 'video/mp4',
  '.mov': 'video/mp4',
  '.webm': 'video/webm',
  '.mkv': 'video/x-matroska',
  '.ogv': 'video/ogg',
  '.glb': 'model/gltf-binary',
};

/** Serves a file with byte ranges. A <video> needs them to seek, and `net.fetch` of a file does not support them. */
async function serveFile(request: Request, file: string): Promise<Response> {
  const info = await stat(file).catch(() => undefined);
  if (!info?.isFile()) return new Response(null, { status: 404 });
  const range = byteRange(request.headers.get('range'), info.size);
  const headers = new Headers({
    'accept-ranges': 'bytes',
    'content-type': TYPES[extname(file).toLowerCase()] ?? 'application/octet-stream',
    'cache-control': 'no-store',
  });
  if (range === 'unsatisfiable') {
    headers.set('content-range', `bytes */${info.size}`);
    return new Response(null, { status: 416, headers });
  }
  const { start, end } = range ?? { start: 0, end: info.size - 1 };
  headers.set('content-length', String(end - start + 1));
  if (range) headers.set('content-range', `bytes ${start}-${end}/${info.size}`);
  const stream = info.size === 0 ? null : (Readable.toWeb(createReadStream(file, { start, end })) as ReadableStream);
  return new Response(stream, { status: range ? 206 : 200, headers });
}
