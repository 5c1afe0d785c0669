// SPDX-License-Identifier: Apache-2.0
import { app, session, type WebContents } from 'electron';
import { MEDIA_SCHEME } from '../contract';

/** Our own pages come from this scheme; `file:` is used nowhere. */
export const APP_SCHEME = 'zoetrope';
export const APP_ORIGIN = `${APP_SCHEME}://app`;

/** The dev server's origin while developing, else nothing. Packaged builds never honour it. */
const devUrl = app.isPackaged ? undefined : process.env.ELECTRON_RENDERER_URL;
const devOrigin = devUrl === undefined ? undefined : new URL(devUrl).origin;
export const pageOrigin = devOrigin ?? APP_ORIGIN;

/** End-to-end tests look a little deeper into the page (`?test`); an installed copy never does. */
const test = !app.isPackaged && process.env.ZOETROPE_TEST ? ['test'] : [];

/** @param flags what the page finds in its query. */
export function pageUrl(page: 'index.html' | 'capture.html', ...flags: string[]): string {
  const query = [...test, ...flags].join('&');
  return (devUrl === undefined ? `${APP_ORIGIN}/${page}` : new URL(page, `${devUrl}/`).href) + (query && `?${query}`);
}

export function isOurPage(url: string): boolean {
  // `zoetrope:` is not a special scheme to the URL parser, so its origin reads "null": compare the text.
  return url.startsWith(`${APP_ORIGIN}/`) || (devOrigin !== undefined && new URL(url).origin === devOrigin);
}

/** 'wasm-unsafe-eval' and blob workers are what three.js's decoders need; nothing may come from the network. */
const CONTENT_SECURITY_POLICY = [
  `default-src 'none'`,
  `script-src 'self' 'wasm-unsafe-eval'`,
  `style-src 'self'`,
  `img-src 'self' ${MEDIA_SCHEME}: blob: data:`,
  `media-src ${MEDIA_SCHEME}:`,
  `connect-src 'self' ${MEDIA_SCHEME}: blob:`,
  `worker-src 'self' blob:`,
  `font-src 'self'`,
  `base-uri 'none'`,
  `form-action 'none'`,
  `frame-ancestors 'none'`,
].join('; ');

/**
 * The one worker that may make functions from text, because the unpacker of KTX2 pictures in it does
 * (src/scene/ktx2). It is given bytes, gives back pixels and can reach nothing.
 */
const ISOLATED_POLICY = `default-src 'none'; script-src 'unsafe-eval'`;
const ISOLATED = /^\/assets\/basis\.worker-[\w-]+\.js$/;

export const policyOf = (pathname: string): string =>
  ISOLATED.test(pathname) ? ISOLATED_POLICY : CONTENT_SECURITY_POLICY;

/** Chromium resolves no names, so a page's hints cannot send DNS queries. Must run before the app is ready. */
export function closeNames(): void {
  app.commandLine.appendSwitch('host-resolver-rules', 'MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1');
}

/** The network is closed: the pages may load our two schemes (and the dev server) and nothing else. */
export function closeNetwork(): void {
  const open = new Set([`${APP_SCHEME}:`, `${MEDIA_SCHEME}:`, 'blob:', 'data:', 'devtools:', 'chrome-extension:']);
  session.defaultSession.webRequest.onBeforeRequest((details, decide) => {
    const url = new URL(details.url);
    const isDev = devOrigin !== undefined && url.host === new URL(devOrigin).host;
    decide({ cancel: !open.has(url.protocol) && !isDev });
  });
  // Preconnecting, and TCP of WebRTC, pass by the handler above: they are sent to a proxy that is not there.
  const bypass = devOrigin === undefined ? '<-loopback>' : `<-loopback>,${new URL(devOrigin).host}`;
  void session.defaultSession.setProxy({
    mode: 'fixed_servers',
    proxyRules: 'http://127.0.0.1:9',
    proxyBypassRules: bypass,
  });
  // What the user keeps is written by the main process, which asks where to.
  session.defaultSession.on('will-download', (event) => event.preventDefault());
  session.defaultSession.setPermissionRequestHandler((_contents, permission, decide) => {
    decide(permission === 'clipboard-sanitized-write' || permission === 'fullscreen');
  });
  session.defaultSession.setPermissionCheckHandler(
    (_contents, permission) => permission === 'clipboard-sanitized-write',
  );
  session.defaultSession.setSpellCheckerEnabled(false); // it would fetch dictionaries
}

/** No page leads anywhere else: no navigation, no new windows, no embedded views, no UDP by WebRTC. */
export function confine(contents: WebContents): void {
  contents.on('will-navigate', (event) => event.preventDefault());
  contents.on('will-redirect', (event) => event.preventDefault());
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  contents.setWebRTCIPHandlingPolicy('disable_non_proxied_udp');
}
