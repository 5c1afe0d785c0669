// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { toErrorInfo, type ErrorInfo, type ServerAccess } from '../contract';
import { ServerEngine, type PictureStore } from '../engine';
import { Secret } from '../network';
import type { EngineSupervisor } from './engine-supervisor';
import { logError } from './log';
import { Servers } from './servers';

const KEY = 'sk-a-very-secret-key';
const place = vi.hoisted(() => ({ folder: '', proxy: 'DIRECT' }));
vi.mock('electron', () => ({
  app: { getPath: () => place.folder },
  session: { fromPartition: () => ({ resolveProxy: () => Promise.resolve(place.proxy) }) },
  safeStorage: {
    isEncryptionAvailable: () => true,
    getSelectedStorageBackend: () => 'kwallet6',
    encryptString: (text: string) => Buffer.from([...text].reverse().join('')),
    decryptString: (bytes: Buffer) => [...bytes.toString()].reverse().join(''),
  },
}));

/** The engine's own code, without its process. */
const engine = {
  call: (_name: string, { access }: { access: ServerAccess }) =>
    new ServerEngine(
      { url: access.url, ...(access.key !== null && { key: new Secret(access.key) }) },
      undefined as unknown as PictureStore,
      { retries: [] },
    ).describe(),
} as unknown as EngineSupervisor;

let denies = false;
let server: Server;
let url: string;
let asked: [string, boolean][];
let mayLeave = false;
const servers = (): Servers =>
  new Servers(place.folder, engine, (...about) => {
    asked.push(about);
    return Promise.resolve(mayLeave);
  });

beforeEach(async () => {
  place.folder = mkdtempSync(join(tmpdir(), 'zoetrope-servers-'));
  [denies, mayLeave, asked] = [false, false, []];
  // When it refuses, it repeats the key, as some servers do.
  server = createServer(({ headers }, response) =>
    response
      .writeHead(denies ? 401 : 200, { 'content-type': 'application/json' })
      .end(
        JSON.stringify(
          denies ? { error: { message: `wrong key ${headers.authorization ?? ''}` } } : { data: [{ id: 'm' }] },
        ),
      ),
  );
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((done) => server.close(done));
  rmSync(place.folder, { recursive: true, force: true });
});

const never = new AbortController().signal;
const errorOf = (call: Promise<unknown>): Promise<ErrorInfo | undefined> =>
  call.then(
    () => undefined,
    (thrown: unknown) => toErrorInfo(thrown),
  );
/** Adds a server to the list as if an older version or the command line had. */
const write = (entry: object): void =>
  writeFileSync(
    join(place.folder, 'servers.json'),
    JSON.stringify({ servers: [{ id: 'far', name: 'Far', ...entry }] }),
  );

it('a server on another machine is reached only if the user has allowed it', async () => {
  write({ url: 'http://llm.invalid:8000' });
  const own = servers();
  expect(await errorOf(own.access(own.get('far')))).toMatchObject({ code: 'server-not-allowed' });
  expect(await errorOf(own.refresh('far', never))).toMatchObject({ code: 'cancelled' });
  expect(await errorOf(own.add({ url: 'https://llm.invalid', name: '', key: '' }, never))).toMatchObject({
    code: 'cancelled',
  });
  expect(asked).toEqual([
    ['llm.invalid:8000', false],
    ['llm.invalid', true],
  ]);
  expect(own.list()).toHaveLength(1);
  write({ url: 'http://llm.invalid:8000', allowed: true });
  place.proxy = 'PROXY proxy.invalid:3128; DIRECT';
  expect(await own.access(own.get('far'))).toEqual({
    url: 'http://llm.invalid:8000',
    key: null,
    proxy: 'http://proxy.invalid:3128',
  });
  expect(asked).toHaveLength(2);
});

it('a key is in no list, no file, no log and no error', async () => {
  const own = servers();
  const id = await own.add({ url, name: 'Mine', key: ` ${KEY}\n` }, never);
  expect(await own.access(own.get(id))).toEqual({ url, key: KEY, proxy: null });
  expect(own.list()).toMatchObject([{ name: 'Mine', loopback: true, key: 'kept' }]);
  denies = true;
  const error = (await errorOf(own.refresh(id, never)))!;
  expect(error.code).toBe('server-denied');
  expect(error.detail).toContain('wrong key');
  logError('servers', error);
  expect(JSON.stringify([own.list(), error, own.get(id)])).not.toContain(KEY);
  const files = readdirSync(place.folder);
  expect(files.sort()).toEqual(['keys.json', 'servers.json', 'zoetrope.log']);
  for (const name of files) expect(readFileSync(join(place.folder, name), 'utf8')).not.toContain(KEY);
  expect(asked).toEqual([]);
});

it('a server that does not accept the key is not added, and neither is the key', async () => {
  denies = true;
  const own = servers();
  const error = await errorOf(own.add({ url, name: '', key: KEY }, never));
  expect(error?.code).toBe('server-denied');
  expect(JSON.stringify(error)).not.toContain(KEY);
  expect(own.list()).toEqual([]);
  expect(readdirSync(place.folder)).toEqual([]);
});

it('a removed server comes back in its place, with its key', async () => {
  const own = servers();
  const id = await own.add({ url, name: 'First', key: KEY }, never);
  await own.add({ url: url.replace('127.0.0.1', 'localhost'), name: 'Second', key: '' }, never);
  const putBack = own.remove(id);
  expect(readFileSync(join(place.folder, 'keys.json'), 'utf8')).toBe('{}');
  putBack();
  expect(own.list().map(({ name, key }) => [name, key])).toEqual([
    ['First', 'kept'],
    ['Second', 'none'],
  ]);
  expect((await own.access(own.get(id))).key).toBe(KEY);
});
