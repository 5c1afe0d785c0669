// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** For tests: a hub on loopback, written from the protocol, whose large files are at another host. */

export interface TestHub {
  url: string;
  /** Requests for the bytes of files, in order. */
  asked: { path: string; from: number; authorization: string | undefined; host: 'hub' | 'store' }[];
  /** Bytes sent of all files together. */
  sent: () => number;
  /** Interferes with a reply for a file; returns whether it has answered. */
  trouble: ((response: ServerResponse, request: IncomingMessage, bytes: Buffer) => boolean) | undefined;
  files: Record<string, Buffer>;
  commit: string;
  /** The token that is needed; undefined: none. */
  token: string | undefined;
  close: () => Promise<void>;
}

export const REPO = 'lab/tiny-model';
const isLarge = (path: string): boolean => path.endsWith('.safetensors');
const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
const git = (bytes: Buffer): string => createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');

/** What a request asks for: bytes from `from` up to, not including, `to`; and how the reply to it begins. */
export function rangeOf(
  { headers }: IncomingMessage,
  bytes: Buffer,
): { from: number; to: number; status: number; headers: Record<string, string | number> } {
  const asked = /^bytes=(\d+)-(\d*)$/.exec(headers.range ?? '');
  const from = Number(asked?.[1] ?? 0);
  const to = asked?.[2] ? Math.min(bytes.length, Number(asked[2]) + 1) : bytes.length;
  const length = { 'content-length': to - from };
  if (!asked) return { from, to, status: 200, headers: length };
  return { from, to, status: 206, headers: { ...length, 'content-range': `bytes ${from}-${to - 1}/${bytes.length}` } };
}

export async function startHub(files: Record<string, Buffer>): Promise<TestHub> {
  let sent = 0;
  const send = (response: ServerResponse, request: IncomingMessage, path: string, host: 'hub' | 'store'): void => {
    const bytes = hub.files[path];
    if (!bytes) return void response.writeHead(404).end('Entry not found');
    const range = rangeOf(request, bytes);
    const { from, to } = range;
    hub.asked.push({ path, from, authorization: request.headers.authorization, host });
    if (hub.trouble?.(response, request, bytes)) return;
    const rest = bytes.subarray(from, to);
    sent += rest.length;
    response.writeHead(range.status, range.headers).end(rest);
  };
  const store = createServer((request, response) =>
    send(response, request, decodeURIComponent(request.url!.slice(1)), 'store'),
  );
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url!, 'http://hub');
    if (hub.token !== undefined && request.headers.authorization !== `Bearer ${hub.token}`)
      return void response
        .writeHead(request.headers.authorization ? 403 : 401)
        .end('Access to this model is restricted');
    if (pathname === '/api/models') return json(response, [{ id: REPO, downloads: 12, tags: ['license:apache-2.0'] }]);
    if (pathname === `/api/models/${REPO}/revision/main`) return json(response, facts());
    if (pathname === `/api/models/${REPO}/tree/${hub.commit}`) return json(response, tree());
    const path = new RegExp(`^/${REPO}/resolve/${hub.commit}/(.+)$`).exec(decodeURIComponent(pathname))?.[1];
    if (path === undefined) return void response.writeHead(404).end('Repository not found');
    const bytes = hub.files[path] ?? Buffer.alloc(0);
    response.setHeader('x-repo-commit', hub.commit);
    if (!isLarge(path)) {
      response.setHeader('etag', `"${git(bytes)}"`);
      if (request.method === 'HEAD') return void response.writeHead(200, { 'content-length': bytes.length }).end();
      return send(response, request, path, 'hub');
    }
    response.setHeader('x-linked-etag', `"${sha256(bytes)}"`).setHeader('x-linked-size', bytes.length);
    const { port } = store.address() as AddressInfo;
    response.writeHead(302, { location: `http://127.0.0.1:${port}/${path}` }).end();
  });
  const facts = () => ({
    id: REPO,
    sha: hub.commit,
    gated: hub.token === undefined ? false : 'manual',
    tags: ['license:apache-2.0'],
    siblings: Object.entries(hub.files).map(([rfilename, bytes]) => ({
      rfilename,
      size: bytes.length,
      blobId: git(bytes),
      ...(isLarge(rfilename) && { lfs: { sha256: sha256(bytes), size: bytes.length, pointerSize: 135 } }),
    })),
  });
  /** The list that Python asks for. */
  const tree = () =>
    Object.entries(hub.files).map(([path, bytes]) => ({
      type: 'file',
      path,
      size: bytes.length,
      oid: git(bytes),
      ...(isLarge(path) && { lfs: { oid: sha256(bytes), size: bytes.length, pointerSize: 135 } }),
    }));
  await Promise.all([listening(server), listening(store)]);
  const hub: TestHub = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked: [],
    sent: () => sent,
    trouble: undefined,
    files,
    commit: 'a'.repeat(40),
    token: undefined,
    close: async () => {
      for (const one of [server, store]) {
        one.closeAllConnections();
        await new Promise((resolve) => one.close(resolve));
      }
    },
  };
  return hub;
}

const listening = (server: Server): Promise<void> =>
  new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve()));

const json = (response: ServerResponse, value: unknown): void =>
  void response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value));
