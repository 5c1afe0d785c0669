// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@playwright/test';
import { createSocket } from 'node:dgram';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { Zoetrope } from '../fixtures/window';

/** Runs hostile code in the page, as an injected answer or scene might, and checks that none of it has an effect. */

let zoetrope: Zoetrope;
test.beforeAll(async () => {
  zoetrope = await Zoetrope.start();
});
test.afterAll(() => zoetrope.end());

/** Counts what arrives on one port of this machine, by UDP and TCP. */
async function listen(): Promise<{ port: number; arrived: string[]; close(): void }> {
  const arrived: string[] = [];
  const server = createServer((socket) => {
    arrived.push('TCP');
    socket.on('error', () => undefined).destroy();
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as { port: number };
  const socket = createSocket('udp4', (message) => arrived.push(`UDP, ${message.length} bytes`));
  await new Promise<void>((done) => socket.bind(port, '127.0.0.1', done));
  return {
    port,
    arrived,
    close: () => {
      server.close();
      socket.close();
    },
  };
}

test('nothing leaves the page, whatever a script in it tries', async () => {
  const there = await listen();
  const file = join(zoetrope.profile, 'net.json');
  await zoetrope.app.evaluate(({ netLog }, path) => netLog.startLogging(path, { captureMode: 'everything' }), file);
  await zoetrope.page.evaluate(async (port) => {
    const host = `127.0.0.1:${port}`;
    const tries: (() => unknown)[] = [
      () => fetch(`http://${host}/fetch`, { mode: 'no-cors' }),
      () => navigator.sendBeacon(`http://${host}/beacon`),
      () => new WebSocket(`ws://${host}/socket`),
      () => new EventSource(`http://${host}/events`),
      () => new WebTransport(`https://${host}/transport`),
      () => new Worker(`http://${host}/worker.js`),
      () =>
        new Worker(
          URL.createObjectURL(
            new Blob([`importScripts('http://${host}/imported.js'); fetch('http://${host}/from-worker')`]),
          ),
        ),
      () => import(/* @vite-ignore */ `http://${host}/module.js`),
      () => navigator.serviceWorker.register(`http://${host}/service.js`),
      () => new RTCPeerConnection({ iceServers: [{ urls: `stun:${host}` }] }),
      ...[
        'dns-prefetch',
        'preconnect',
        'prefetch',
        'preload',
        'prerender',
        'modulepreload',
        'stylesheet',
        'icon',
        'manifest',
      ].map((rel) => () => {
        const link = Object.assign(document.createElement('link'), { rel, href: `http://${host}/${rel}` });
        if (rel === 'preload') link.as = 'image';
        if (rel === 'dns-prefetch') link.href = 'http://named.by-a-page.test/';
        document.head.append(link);
      }),
      ...[
        'img',
        'script',
        'iframe',
        'embed',
        'video',
        'audio',
        'source',
        'track',
        'webview',
        'portal',
        'fencedframe',
        'input',
      ].map((tag) => () => {
        const element = document.createElement(tag);
        if (tag === 'input') element.setAttribute('type', 'image');
        element.setAttribute('src', `http://${host}/${tag}`);
        document.body.append(element);
      }),
      () => document.body.append(Object.assign(document.createElement('object'), { data: `http://${host}/object` })),
      () => (document.body.style.backgroundImage = `url(http://${host}/background)`),
      () => new FontFace('remote', `url(http://${host}/font)`).load(),
      () => {
        const frame = document.body.appendChild(document.createElement('iframe'));
        (frame.contentWindow as unknown as typeof globalThis).fetch(`http://${host}/from-frame`).catch(() => undefined);
        frame.srcdoc = `<img src="http://${host}/srcdoc"><script src="http://${host}/srcdoc.js"></script>`;
      },
      () => {
        const rules = Object.assign(document.createElement('script'), {
          type: 'speculationrules',
          textContent: JSON.stringify({ prefetch: [{ source: 'list', urls: [`http://${host}/speculation`] }] }),
        });
        document.head.append(rules);
      },
      () => {
        const form = Object.assign(document.createElement('form'), { action: `http://${host}/form`, method: 'post' });
        document.body.append(form);
        form.submit();
      },
      () => window.open(`http://${host}/window`),
      () => {
        const link = Object.assign(document.createElement('a'), {
          href: `http://${host}/link`,
          ping: `http://${host}/ping`,
        });
        document.body.append(link);
        link.click();
      },
      async () => {
        const ways = [
          `stun:${host}`,
          `turn:${host}?transport=udp`,
          `turn:${host}?transport=tcp`,
          `turns:${host}?transport=tcp`,
        ];
        for (const urls of ways) {
          const peer = new RTCPeerConnection({ iceServers: [{ urls, username: 'u', credential: 'c' }] });
          peer.createDataChannel('out');
          await peer.setLocalDescription(await peer.createOffer());
          await peer.setRemoteDescription({ type: 'offer', sdp: peer.localDescription!.sdp }).catch(() => undefined);
          await peer
            .addIceCandidate({ candidate: `candidate:1 1 udp 2122260223 127.0.0.1 ${port} typ host`, sdpMid: '0' })
            .catch(() => undefined);
        }
      },
      async () => {
        // Two WebRTC peers that know each other's descriptions would send to any address among their candidates.
        const [a, b] = [new RTCPeerConnection(), new RTCPeerConnection()];
        a.createDataChannel('out');
        await a.setLocalDescription(await a.createOffer());
        await b.setRemoteDescription(a.localDescription!);
        await b.setLocalDescription(await b.createAnswer());
        await a.setRemoteDescription(b.localDescription!);
        for (const protocol of ['udp', 'tcp']) {
          const candidate = `candidate:1 1 ${protocol} 2122260223 127.0.0.1 ${port} typ host${protocol === 'tcp' ? ' tcptype passive' : ''}`;
          await a.addIceCandidate({ candidate, sdpMid: '0' });
        }
      },
    ];
    for (const attempt of tries) {
      try {
        void Promise.resolve(attempt()).catch(() => undefined);
      } catch {
        // refused at once
      }
    }
    await new Promise((done) => setTimeout(done, 2500));
  }, there.port);
  await zoetrope.app.evaluate(({ netLog }) => netLog.stopLogging());
  there.close();
  expect(there.arrived).toEqual([]);
  // Requests to other machines, from Chromium's own log. Port 9 is a proxy that does not exist.
  const events = logged(file);
  expect(events.filter(({ name }) => /^DNS_TRANSACTION|^HOST_RESOLVER_SYSTEM_TASK|^UDP_BYTES_SENT/.test(name))).toEqual(
    [],
  );
  const reached = events
    .filter(({ name }) => name === 'TCP_CONNECT_ATTEMPT')
    .flatMap(({ params }) => params?.address ?? []);
  expect(new Set(reached)).toEqual(new Set(['127.0.0.1:9']));
  expect(zoetrope.page.url()).toMatch(/^zoetrope:\/\/app\/index\.html/);
});

interface Logged {
  name: string;
  params?: { address?: string };
}

function logged(file: string): Logged[] {
  const { constants, events } = JSON.parse(readFileSync(file, 'utf8')) as {
    constants: { logEventTypes: Record<string, number> };
    events: { type: number; params?: Logged['params'] }[];
  };
  const names = new Map(Object.entries(constants.logEventTypes).map(([name, type]) => [type, name]));
  return events.map(({ type, params }) => ({ name: names.get(type) ?? '', ...(params && { params }) }));
}

test('nothing is downloaded, no other page or program is opened', async () => {
  await zoetrope.app.evaluate(({ session, shell, BrowserWindow, webContents }) => {
    const seen = {
      downloads: [] as boolean[],
      opened: [] as string[],
      windows: () => BrowserWindow.getAllWindows().length,
      contents: () => webContents.getAllWebContents().length,
    };
    session.defaultSession.on('will-download', (event) => seen.downloads.push(event.defaultPrevented));
    for (const name of ['openExternal', 'openPath'] as const)
      shell[name] = (target: string) => Promise.resolve(void seen.opened.push(target)) as never;
    Object.assign(globalThis, { seen });
  });
  await zoetrope.page.evaluate(async () => {
    const click = (attributes: Partial<HTMLAnchorElement>) =>
      Object.assign(document.body.appendChild(document.createElement('a')), attributes).click();
    click({ href: URL.createObjectURL(new Blob(['taken'])), download: 'blob.exe' });
    click({ href: 'data:application/octet-stream,taken', download: 'data.exe' });
    click({ href: location.href, download: 'page.html' });
    for (const href of [
      'file:///etc/passwd',
      'https://example.test/',
      'mailto:someone@example.test',
      'javascript:document.title="run"',
      'chrome://gpu',
      'zoetrope://other/index.html',
      'zoetrope-media://source/none',
    ]) {
      click({ href });
      click({ href, target: '_blank' });
      window.open(href);
    }
    document.body.append(document.createElement('webview'));
    await new Promise((done) => setTimeout(done, 1000));
  });
  const seen = await zoetrope.app.evaluate(() => {
    const { seen } = globalThis as unknown as {
      seen: { downloads: boolean[]; opened: string[]; windows(): number; contents(): number };
    };
    return { downloads: seen.downloads, opened: seen.opened, windows: seen.windows(), contents: seen.contents() };
  });
  expect(seen.downloads.length).toBeGreaterThanOrEqual(2);
  expect(seen).toEqual({ downloads: seen.downloads.map(() => true), opened: [], windows: 1, contents: 1 });
  expect(await zoetrope.page.title()).not.toBe('run');
  expect(zoetrope.page.url()).toMatch(/^zoetrope:\/\/app\/index\.html/);
});

test('a page gets no permission but to copy words and to fill the screen', async () => {
  const granted = await zoetrope.page.evaluate(async () => {
    const names = [
      'geolocation',
      'notifications',
      'camera',
      'microphone',
      'midi',
      'background-sync',
      'accelerometer',
      'clipboard-read',
      'persistent-storage',
      'idle-detection',
      'local-fonts',
      'window-management',
      'screen-wake-lock',
      'storage-access',
    ];
    const state = async (name: string) =>
      (await navigator.permissions.query({ name: name as PermissionName }).catch(() => ({ state: 'unknown' }))).state;
    const states = await Promise.all(names.map(async (name) => [name, await state(name)] as const));
    const gets = (what: () => Promise<unknown>) =>
      what().then(
        () => true,
        () => false,
      );
    return {
      named: states.filter(([, value]) => value === 'granted').map(([name]) => name),
      camera: await gets(() => navigator.mediaDevices.getUserMedia({ video: true, audio: true })),
      screen: await gets(() => navigator.mediaDevices.getDisplayMedia({ video: true })),
      place: await new Promise((done) =>
        navigator.geolocation.getCurrentPosition(
          () => done(true),
          () => done(false),
        ),
      ),
      usb: await gets(() =>
        (navigator as unknown as { usb: { requestDevice(o: object): Promise<unknown> } }).usb.requestDevice({
          filters: [],
        }),
      ),
      read: await gets(() => navigator.clipboard.readText()),
    };
  });
  expect(granted).toEqual({ named: [], camera: false, screen: false, place: false, usb: false, read: false });
});

test('the page has no Node, and cannot read a file by its path', async () => {
  const found = await zoetrope.page.evaluate(async () => {
    const reads = (url: string) =>
      fetch(url).then(
        (response) => response.status,
        () => 'refused',
      );
    return {
      globals: ['require', 'process', 'module', 'Buffer', 'electron'].filter((name) => name in window),
      files: await Promise.all(
        [
          'file:///etc/passwd',
          'zoetrope://app/../package.json',
          'zoetrope://app/%2e%2e/%2e%2e/package.json',
          'zoetrope-media://source//etc/passwd',
          'zoetrope-media://scene/x/..%2f..%2fetc%2fpasswd',
        ].map(reads),
      ),
    };
  });
  expect(found.globals).toEqual([]);
  expect(found.files.filter((status) => status !== 'refused' && status !== 404)).toEqual([]);
});

test('every window is set up as the checklist of Electron asks', async () => {
  const preferences = await zoetrope.app.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows().map(({ webContents }) =>
      (webContents as unknown as { getLastWebPreferences(): Record<string, unknown> }).getLastWebPreferences(),
    ),
  );
  expect(preferences).toHaveLength(1);
  for (const found of preferences) {
    expect(found).toMatchObject({ contextIsolation: true, sandbox: true, nodeIntegration: false, webSecurity: true });
    const never = [
      'nodeIntegrationInSubFrames',
      'nodeIntegrationInWorker',
      'allowRunningInsecureContent',
      'experimentalFeatures',
      'enableBlinkFeatures',
      'webviewTag',
    ];
    expect(never.filter((name) => found[name])).toEqual([]);
  }
  const policy = await zoetrope.page.evaluate(async () =>
    (await fetch(location.href)).headers.get('content-security-policy'),
  );
  expect(policy).toMatch(/^default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self';/);
  expect(policy).not.toMatch(/unsafe-inline|'unsafe-eval'|\*|https?:/);
});

test('calls from a frame, from another window or from another page are refused', async () => {
  const inFrame = await zoetrope.page.evaluate(() => {
    const frame = document.body.appendChild(document.createElement('iframe'));
    return 'zoetrope' in frame.contentWindow!;
  });
  expect(inFrame).toBe(false);
  // A second window with our own preload and page, and one with our preload and another page.
  const answers = await zoetrope.app.evaluate(async ({ app, BrowserWindow }) => {
    const [ours] = BrowserWindow.getAllWindows();
    const preload = `${app.getAppPath()}/out/preload/index.cjs`;
    const asked = async (url: string): Promise<unknown> => {
      const window = new BrowserWindow({
        show: false,
        webPreferences: { preload, contextIsolation: true, sandbox: true },
      });
      await window.loadURL(url).catch(() => undefined);
      const reply: unknown = await window.webContents.executeJavaScript(`window.zoetrope['app.state'](undefined)`);
      window.destroy();
      return reply;
    };
    return Promise.all([
      asked(ours!.webContents.getURL().replace('index.html', 'capture.html')),
      asked('data:text/html,elsewhere'),
    ]);
  });
  expect(answers).toEqual(
    [0, 1].map(() => expect.objectContaining({ ok: false, error: expect.objectContaining({ code: 'bad-request' }) })),
  );
});
