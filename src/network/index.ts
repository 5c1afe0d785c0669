// SPDX-License-Identifier: Apache-2.0
/** What every way to the network needs: proxies, certificates, and keys that do not show. It sends nothing itself. */
export { dispatcherFor, type WayOptions } from './dispatcher';
export { pauseFor, retryAfter } from './pause';
export { Secret } from './secret';
