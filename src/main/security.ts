// SPDX-License-Identifier: Apache-2.0
import { app, session, type WebContents } from 'electron';
import { MEDIA_SCHEME } from '../contract';

/** Our own pages are loaded from this scheme. `file:` is not used. */
export const APP_SCHEME = 'zoetrope';
export const APP_ORIGIN = `${APP_SCHEME}://app`;

/** The origin of the development server; undefined otherwise. Packaged builds ignore the variable. */
const devUrl = app.isPackaged ? undefined : process.env.ELECTRON_RENDERER_URL;
const devOrigin = devUrl === undefined ? undefined : new URL(devUrl).origin;
export const pageOrigin = devOrigin ?? APP_ORIGIN;

/** `?test` lets end-to-end tests inspect more of the page. An installed app ignores the variable. */
const test = !app.isPackaged && process.env.ZOETROPE_TEST ? ['test'] : [];

/** The URL of a page. @param flags are added to its query. */
export function pageUrl(page: 'index.html' | 'capture.html', ...flags: string[]): string {
  const query = [...test, ...flags].join('&');
  return (devUrl === undefined ? `${APP_ORIGIN}/${page}` : new URL(page, `${devUrl}/`).href) + (query && `?${query}`);
}

export function isOurPage(url: string): boolean {
  // The URL parser does not know the scheme `zoetrope:` and returns "null" as its origin, so the text is compared.
  return url.startsWith(`${APP_ORIGIN}/`) || (devOrigin !== undefined && new URL(url).origin === devOrigin);
}

/** 'wasm-unsafe-eval' and blob workers are needed by three.js's decoders. Nothing may be loaded from the network. */
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
 * The policy of the only worker that may create functions from text, because the decoder of KTX2 pictures in it does so
 * (src/scene/ktx2). It receives bytes, returns pixels and has no access to anything else.
 */
const ISOLATED_POLICY = `default-src 'none'; script-src 'unsafe-eval'`;
const ISOLATED = /^\/assets\/basis\.worker-[\w-]+\.js$/;

export const policyOf = (pathname: string): string =>
  ISOLATED.test(pathname) ? ISOLATED_POLICY : CONTENT_SECURITY_POLICY;

/**
 * Makes Chromium resolve no host names, so that hints in a page cannot send DNS queries. Must be called before the app
 * is ready.
 */
export function closeNames(): void {
  app.commandLine.appendSwitch('host-resolver-rules', 'MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1');
}

/** Blocks the network: pages may only load our two schemes (and the development server). */
export function closeNetwork(): void {
  const open = new Set([`${APP_SCHEME}:`, `${MEDIA_SCHEME}:`, 'blob:', 'data:', 'devtools:', 'chrome-extension:']);
  session.defaultSession.webRequest.onBeforeRequest((details, decide) => {
    const url = new URL(details.url);
    const isDev = devOrigin !== undefined && url.host === new URL(devOrigin).host;
    decide({ cancel: !open.has(url.protocol) && !isDev });
  });
  // The handler above does not see preconnects and WebRTC over TCP. They are sent to a proxy that does not exist.
  const bypass = devOrigin === undefined ? '<-loopback>' : `<-loopback>,${new URL(devOrigin).host}`;
  void session.defaultSession.setProxy({
    mode: 'fixed_servers',
    proxyRules: 'http://127.0.0.1:9',
    proxyBypassRules: bypass,
  });
  // Files are saved by the main process, which asks for the place.
  session.defaultSession.on('will-download', (event) => event.preventDefault());
  session.defaultSession.setPermissionRequestHandler((_contents, permission, decide) => {
    decide(permission === 'clipboard-sanitized-write' || permission === 'fullscreen');
  });
  session.defaultSession.setPermissionCheckHandler(
    (_contents, permission) => permission === 'clipboard-sanitized-write',
  );
  session.defaultSession.setSpellCheckerEnabled(false); // it would download dictionaries
}

/** Confines a page: no navigation, no new windows, no embedded views, no WebRTC over UDP. */
export function confine(contents: WebContents): void {
  contents.on('will-navigate', (event) => event.preventDefault());
  contents.on('will-redirect', (event) => event.preventDefault());
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  contents.setWebRTCIPHandlingPolicy('disable_non_proxied_udp');
}
