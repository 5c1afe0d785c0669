// SPDX-License-Identifier: Apache-2.0
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { ZoetropeError } from '../../contract';
import { Secret } from '../../network';
import { placeOf } from './address';
import { retryAfter } from '../../network';
import { Connection } from './connection';
import { ServerError } from './failure';
import { jsonBody } from './json-body';
import { json, openaiError, pause, startServer, type TestServer } from './test-server';

const open: { close: () => unknown }[] = [];
afterEach(async () => {
  for (const server of open.splice(0)) await server.close();
});
const started = async (...given: Parameters<typeof startServer>): Promise<TestServer> => {
  const server = await startServer(...given);
  open.push(server);
  return server;
};
const failed = (work: Promise<unknown>): Promise<ServerError> =>
  work.then(
    () => Promise.reject(new Error('no error')),
    (error: unknown) => {
      if (!(error instanceof ServerError)) throw error;
      return error;
    },
  );
/** A port on which nothing listens. */
async function freePort(): Promise<number> {
  const server = await startServer(() => {});
  await server.close();
  return server.port;
}

describe('an address', () => {
  it.each([
    ['127.0.0.1:8000', 'http://127.0.0.1:8000', true],
    [' http://localhost:1234/v1/ ', 'http://localhost:1234', true],
    ['http://[::1]:8080/v1', 'http://[::1]:8080', true],
    ['https://llm.example.org/team/v1', 'https://llm.example.org/team', false],
    ['http://127.example.org', 'http://127.example.org', false],
    ['http://localhost.example.org', 'http://localhost.example.org', false],
    ['192.168.1.5:11434', 'http://192.168.1.5:11434', false],
  ])('is taken from %s', (written, root, loopback) => {
    expect(placeOf(written)).toMatchObject({ root, loopback });
  });

  it.each(['', 'http://', 'ftp://127.0.0.1', 'file:///etc/passwd', 'http://a b'])('is not %j', (written) => {
    expect(() => placeOf(written)).toThrow(ZoetropeError);
  });

  it('holds no password, and says so without it', () => {
    const error = ((): unknown => {
      try {
        return placeOf('http://me:hunter2@127.0.0.1');
      } catch (thrown) {
        return thrown;
      }
    })();
    expect(error).toMatchObject({ code: 'bad-request' });
    expect(inspect(error)).not.toContain('hunter2');
  });
});

describe('a connection', () => {
  it('that never came about is tried again, a few times', async () => {
    const port = await freePort();
    const began = performance.now();
    const connection = new Connection({ url: `127.0.0.1:${port}` }, { retries: [10, 40] });
    expect(await failed(connection.json({ path: '/v1/models' }))).toMatchObject({
      code: 'server-unreachable',
      message: `No server answers at 127.0.0.1:${port}.`,
    });
    expect(performance.now() - began).toBeGreaterThanOrEqual(49);
  });

  it('reaches a server that comes up meanwhile', async () => {
    const port = await freePort();
    const connection = new Connection({ url: `127.0.0.1:${port}` }, { retries: [10, 10, 10, 100, 100, 200, 400] });
    const found = connection.json({ path: '/' });
    await pause(15);
    const late = createServer((socket) => void socket.end('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}'));
    open.push({ close: () => late.close() });
    await new Promise<void>((resolve) => late.listen(port, '127.0.0.1', resolve));
    expect(await found).toEqual({});
  });

  it('that broke after the question went out is not tried again', async () => {
    let heard = 0;
    const server = createServer((socket) => void socket.once('data', () => (heard++, socket.destroy())));
    open.push({ close: () => server.close() });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const connection = new Connection({ url: `127.0.0.1:${port}` }, { retries: [1, 1] });
    const sent = connection.send({ path: '/v1/chat/completions', body: jsonBody(() => ({})), patience: 5000 });
    expect(await failed(sent)).toMatchObject({ code: 'server-unreachable' });
    expect(heard).toBe(1);
  });

  it.each(['close', 'keep-alive'])(
    'that is refused before it was read whole is understood (%s)',
    async (connection) => {
      const server = createServer((socket) => {
        socket.on('error', () => undefined);
        socket.once('data', () => {
          socket.pause();
          const body = '{"error": "Payload Too Large"}';
          socket.write(
            `HTTP/1.1 413 Too Large\r\nConnection: ${connection}\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
          );
          if (connection === 'close') socket.end();
        });
      });
      open.push({ close: () => server.close() });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const { port } = server.address() as AddressInfo;
      const body = jsonBody(() => ({ text: 'a'.repeat(30_000_000) }));
      const sent = new Connection({ url: `127.0.0.1:${port}` }).send({
        path: '/',
        body,
        patience: 5000,
        asked: { pictures: 9 },
      });
      expect(await failed(sent)).toMatchObject({ code: 'server-too-many-pictures' });
    },
  );

  it('is cancelled at once while it waits to try again', async () => {
    const stop = new AbortController();
    const connection = new Connection({ url: `127.0.0.1:${await freePort()}` }, { retries: [60_000] });
    const sent = connection.json({ path: '/', signal: stop.signal });
    setTimeout(() => stop.abort(), 30);
    await expect(sent).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('tells what speaks no HTTP', async () => {
    const server = createServer((socket) => void socket.end('SSH-2.0-OpenSSH_9.6\r\n'));
    open.push({ close: () => server.close() });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const connection = new Connection({ url: `127.0.0.1:${port}` });
    expect(await failed(connection.json({ path: '/' }))).toMatchObject({ code: 'not-a-server' });
  });

  it('does not follow a server elsewhere with its key', async () => {
    const elsewhere = await started((response) => json(response, {}));
    const server = await started((response) => void response.writeHead(307, { location: elsewhere.url }).end());
    const connection = new Connection({ url: server.url, key: new Secret('sk-1') });
    expect(await failed(connection.json({ path: '/' }))).toMatchObject({ code: 'not-a-server' });
    expect(elsewhere.heard).toEqual([]);
  });

  it('reads the times that servers name', () => {
    expect(retryAfter('0')).toBe(0);
    expect(retryAfter('1.5')).toBe(1500);
    expect(retryAfter('Tue, 01 Dec 2026 00:00:10 GMT', Date.UTC(2026, 11, 1))).toBe(10_000);
    expect(retryAfter('Tue, 01 Dec 2026 00:00:00 GMT', Date.UTC(2027, 11, 1))).toBe(0);
    expect(retryAfter('soon')).toBeUndefined();
    expect(retryAfter(undefined)).toBeUndefined();
  });
});

describe('a proxy', () => {
  /** A proxy that records where it is asked to connect, and always connects to `to`. */
  async function proxyTo(to: TestServer): Promise<{ url: string; asked: string[] }> {
    const asked: string[] = [];
    const { connect } = await import('node:net');
    const proxy = createServer((socket) => {
      socket.once('data', (head) => {
        asked.push(String(head).split('\r\n')[0]!);
        const onward = connect(to.port, '127.0.0.1', () => {
          socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
          socket.pipe(onward).pipe(socket);
        });
      });
      socket.on('error', () => {});
    });
    open.push({ close: () => proxy.close() });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    return { url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`, asked };
  }

  it('is used for other machines, as the environment names it', async () => {
    const server = await started((response) => json(response, { reached: true }));
    const { url, asked } = await proxyTo(server);
    const named = process.env.HTTP_PROXY;
    process.env.HTTP_PROXY = url;
    try {
      const connection = new Connection({ url: 'http://llm.invalid:8000' });
      expect(await connection.json({ path: '/' })).toEqual({ reached: true });
    } finally {
      if (named === undefined) delete process.env.HTTP_PROXY;
      else process.env.HTTP_PROXY = named;
    }
    expect(asked).toEqual(['CONNECT llm.invalid:8000 HTTP/1.1']);
  });

  it('is left out for this machine, and where it says so', async () => {
    const server = await started((response) => json(response, {}));
    const { url, asked } = await proxyTo(server);
    await new Connection({ url: server.url }, { proxy: url }).json({ path: '/' });
    const direct = { proxy: null, retries: [] };
    await failed(new Connection({ url: 'http://llm.invalid:8000' }, direct).json({ path: '/' }));
    expect(asked).toEqual([]);
  });
});

describe('a key', () => {
  const key = 'sk-very-secret-123';

  it('shows in nothing that is made of it', () => {
    const connection = new Connection({ url: 'http://127.0.0.1', key: new Secret(key) });
    for (const holder of [new Secret(key), { key: new Secret(key) }, connection]) {
      // eslint-disable-next-line @typescript-eslint/no-base-to-string, @typescript-eslint/restrict-template-expressions
      const all = [JSON.stringify(holder), inspect(holder, { depth: 9, showHidden: true }), `${holder}`];
      expect(all.join()).not.toContain('secret');
    }
    expect(inspect(structuredClone({ key: new Secret(key) }))).not.toContain('secret');
  });

  it('that no header can hold is refused without being shown', () => {
    for (const bad of ['sk very-secret', 'sk\nvery-secret', 'sk-秘very-secret']) {
      const made = (): Secret => new Secret(bad);
      expect(made).toThrow('The key contains a character that is not allowed in one.');
    }
  });

  it('that a server repeats is taken out of the error, whatever its status', async () => {
    for (const status of [400, 401, 403, 404, 413, 429, 500, 503]) {
      const server = await started((response, { headers }) =>
        openaiError(response, status, `Incorrect key: ${key}. You sent ${headers.authorization}`),
      );
      const connection = new Connection({ url: server.url, key: new Secret(key) });
      const error = await failed(connection.json({ path: '/', body: jsonBody(() => ({ a: 1 })) }));
      expect(server.heard[0]!.headers.authorization).toBe(`Bearer ${key}`);
      expect(JSON.stringify(error.toInfo()) + inspect(error, { depth: 9 })).not.toContain('secret');
    }
  });

  it('that a server repeats in what is not JSON is taken out too', async () => {
    const server = await started((response, { headers }) => void response.end(`you are ${headers.authorization}`));
    const connection = new Connection({ url: server.url, key: new Secret(key) });
    const error = await failed(connection.json({ path: '/' }));
    expect(error.code).toBe('server-broken');
    expect(JSON.stringify(error.toInfo())).not.toContain('secret');
  });
});
